"""Outages that were recorded by mistake and taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0006."""
    op.add_column("outage", sa.Column("withdrawn_at", INSTANT, nullable=True))
    op.add_column("outage", sa.Column("withdrawn_by", sa.String(), nullable=True))
    op.add_column("outage", sa.Column("withdrawn_why", sa.String(), nullable=True))
