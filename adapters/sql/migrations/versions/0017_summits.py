"""A clock remembers how high it climbed for due times moved since: one that comes back passes nothing again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0017."""
    op.add_column("clock", sa.Column("summits", sa.Text(), nullable=True))
