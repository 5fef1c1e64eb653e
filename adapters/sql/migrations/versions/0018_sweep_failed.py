"""A sweep's record tells what it could not treat, so that somebody reads it who can mend it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0018."""
    op.add_column("sweep", sa.Column("failed", sa.Text(), nullable=True))
