"""What is said of tasks taken out of their turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0008."""
    op.add_column("overtaking", sa.Column("verdict", sa.String(), nullable=True))
    op.add_column("overtaking", sa.Column("remark", sa.String(), nullable=True))
    op.add_column("overtaking", sa.Column("reviewed_at", INSTANT, nullable=True))
    op.add_column("overtaking", sa.Column("reviewed_by", sa.String(), nullable=True))
    op.create_index(
        "overtaking_unreviewed", "overtaking", ["lane", "at"],
        sqlite_where=sa.text("verdict IS NULL"), postgresql_where=sa.text("verdict IS NULL"),
    )  # fmt: skip
