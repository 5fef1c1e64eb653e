"""What happened, in the words of who recorded an outage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0015."""
    op.add_column("outage", sa.Column("why", sa.String(), nullable=True))
