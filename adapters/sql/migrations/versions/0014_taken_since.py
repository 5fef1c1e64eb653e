"""Tasks found by when they were taken, and messages by their dossier, however many there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0014."""
    taken = sa.text("claimed_at IS NOT NULL")
    op.create_index(
        "task_claimed", "task", ["claimed_at"], unique=False, sqlite_where=taken, postgresql_where=taken
    )  # fmt: skip
    op.create_index("outbox_dossier", "outbox", ["dossier_id"], unique=False)
