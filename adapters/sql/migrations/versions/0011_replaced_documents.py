"""What a document is about, and since when earlier ones about the same are no longer valid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0011."""
    op.add_column("document", sa.Column("about", sa.String(), nullable=True))
    op.add_column("document", sa.Column("supersedes_at", INSTANT, nullable=True))
    op.create_index("document_about", "document", ["about"])
