"""Absences with a beginning and a kind, the register of what is changed about people, passwords given for one use, the
journal searched by who, what and when, and proofs of the whole journal."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0009."""
    op.create_table(
        "absence",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_absence_username"), "absence", ["username"], unique=False)
    operator = sa.table(
        "operator", sa.column("username", sa.String()), sa.column("absent_until", INSTANT), sa.column("name")
    )
    absence = sa.table("absence", *(sa.column(name) for name in ("username", "kind", "starts_at", "until", "by", "at")))
    now = datetime.now(UTC)  # when they began was not kept: they are away from now on
    sqlite = op.get_bind().dialect.name == "sqlite"
    began = sa.literal(int(now.timestamp() * 1_000_000) if sqlite else now, INSTANT)
    op.execute(
        absence.insert().from_select(
            ["username", "kind", "starts_at", "until", "by", "at"],
            sa.select(
                operator.c.username, sa.literal("other"), began, operator.c.absent_until, sa.literal("jalur"), began
            ).where(operator.c.absent_until.is_not(None)),
        )
    )
    op.drop_column("operator", "absent_until")
    op.create_table(
        "register",
        sa.Column("seq", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("register_about", "register", ["about", "seq"], unique=False)
    op.create_table(
        "verification",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("credential", sa.Column("once", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("session", sa.Column("renew", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("journal_at", "journal", ["at", "dossier_id", "seq"], unique=False)
    op.create_index("journal_actor", "journal", ["actor", "at", "dossier_id", "seq"], unique=False)
    op.create_index("journal_event", "journal", ["event", "at", "dossier_id", "seq"], unique=False)
