"""Complaints, drafts of applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0004."""
    op.create_table(
        "complaint",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("dossier_id", BIG_ID, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("filed_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("remind_at", INSTANT, nullable=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("cipher", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("complaint_dossier", "complaint", ["dossier_id"], unique=False)
    op.create_index(
        "complaint_remind",
        "complaint",
        ["lane", "remind_at"],
        unique=False,
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    op.create_index(
        "complaint_open",
        "complaint",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "draft",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("cipher", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("draft_changed", "draft", ["changed_at"], unique=False)
