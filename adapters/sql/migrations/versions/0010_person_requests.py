"""Requests of people about their data, what was done for them, and files that are still to be removed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0010."""
    op.create_table(
        "person_request",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("checked", sa.String(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("remind_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("cipher", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    with_reminder = sa.text("remind_at IS NOT NULL")
    op.create_index("person_request_remind", "person_request", ["remind_at"], unique=False,
                    sqlite_where=with_reminder, postgresql_where=with_reminder)  # fmt: skip
    op.create_table(
        "processing",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("request_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["person_request.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("processing_request", "processing", ["request_id"], unique=False)
    op.create_table(
        "doomed_file",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("request_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["person_request.id"]),
        sa.PrimaryKeyConstraint("path"),
    )
    op.add_column("outbox", sa.Column("request_id", BIG_ID, nullable=True))
    # A file is removed when no paper names it any more.
    op.create_index("attachment_file", "attachment", ["file"], unique=False)
