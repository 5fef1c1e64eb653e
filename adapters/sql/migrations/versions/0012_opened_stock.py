"""How many blanks of each item there were at the start, as a movement: what is available can be proven from then on."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0012."""
    now = datetime.now(UTC)
    at = now if op.get_bind().dialect.name == "postgresql" else int(now.timestamp() * 1_000_000)
    op.get_bind().execute(
        sa.text(
            "INSERT INTO stock_move (key, item, kind, count, dossier_id, at, actor) "
            "SELECT 'open:' || stock.item, stock.item, 'open', stock.available - coalesce((SELECT sum(m.count) "
            "FROM stock_move m WHERE m.item = stock.item AND m.kind <> 'consume'), 0), NULL, :at, 'engine' FROM stock"
        ).bindparams(sa.bindparam("at", at, sa.DateTime(timezone=True) if at is now else sa.BigInteger())),
    )
