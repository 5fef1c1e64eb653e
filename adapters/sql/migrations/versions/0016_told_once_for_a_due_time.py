"""A notice is given once for one due time: a clock that an outage recorded later made due later falls due once more."""

from __future__ import annotations

import warnings

from alembic import op
from sqlalchemy.exc import SAWarning

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_WAS = "escalation_clock_id_place_action_key"  # PostgreSQL's name for it; SQLite gave it none


def upgrade() -> None:
    """Version 0016."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection", SAWarning)  # of the neighbours' indexes
        with op.batch_alter_table("escalation", naming_convention={"uq": _WAS}) as escalation:
            escalation.drop_constraint(_WAS, type_="unique")
            escalation.create_unique_constraint(
                "escalation_clock_id_place_action_due_at_key", ["clock_id", "place", "action", "due_at"]
            )
