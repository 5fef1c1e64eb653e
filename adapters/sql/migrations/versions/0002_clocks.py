"""Clocks with ladders and pauses, versions of the lanes' rules, outages, escalations, overtakings, alarms."""

from __future__ import annotations

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Version 0002."""
    op.create_table(
        "alarm",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "alarm_open",
        "alarm",
        ["name", "code"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "lane_rules",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("follows", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("applied_at", INSTANT, nullable=False),
        sa.Column("effective_at", INSTANT, nullable=False),
        sa.Column("carried_out_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("lane", "follows"),
    )
    op.create_table(
        "outage",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("carried_out_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "pause",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("dossier_id", BIG_ID, nullable=False),
        sa.Column("outage_id", BIG_ID, nullable=True),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["outage_id"],
            ["outage.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("pause_dossier", "pause", ["dossier_id"], unique=False)
    op.create_index("pause_lane", "pause", ["lane", "started_at"], unique=False)
    op.create_index("pause_outage", "pause", ["outage_id", "dossier_id"], unique=True)
    op.create_table(
        "overtaking",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("task_id", BIG_ID, nullable=False),
        sa.Column("dossier_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("applicant", sa.String(), nullable=False),
        sa.Column("passed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["task_id"],
            ["task.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("overtaking_lane", "overtaking", ["lane", "at"], unique=False)
    op.create_table(
        "escalation",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("clock_id", BIG_ID, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("dossier_id", BIG_ID, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("instead_of", sa.String(), nullable=True),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["clock_id"],
            ["clock.id"],
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("clock_id", "place", "action"),
    )
    op.create_index("escalation_dossier", "escalation", ["dossier_id"], unique=False)
    op.create_index(
        "escalation_untold",
        "escalation",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.add_column("clock", sa.Column("rules", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("clock", sa.Column("rung", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("clock", sa.Column("passed", sa.String(), nullable=True))
    op.add_column("dossier", sa.Column("held", sa.Text(), nullable=False, server_default="{}"))
    _ledgers_of_pauses()
    op.create_index(
        "dossier_closed",
        "dossier",
        ["lane", "code", "closed_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NOT NULL"),
        postgresql_where=sa.text("closed_at IS NOT NULL"),
    )


_PAUSED = sa.text(
    'INSERT INTO pause (dossier_id, lane, code, reason, started_at, recorded_at, "by")'
    " SELECT id, lane, code, :reason, :since, :since, 'jalur' FROM dossier WHERE id = :of"
    " AND NOT EXISTS (SELECT 1 FROM pause WHERE dossier_id = :of)"
)


def _ledgers_of_pauses() -> None:
    """Ledgers said when a clock ran, `[[start, end, reason], …]`; now they say when it started and when it stood.

    Open clocks that were flagged climb the rungs above their due time, so a sweep looks at them again.
    """
    clock = sa.table("clock", *map(sa.column, ("id", "dossier_id", "ledger", "stopped_at")))
    write = sa.update(clock).where(clock.c.id == sa.bindparam("of")).values(ledger=sa.bindparam("to"))
    connection, last = op.get_bind(), 0
    while rows := connection.execute(sa.select(clock).where(clock.c.id > last).order_by(clock.c.id).limit(1000)).all():
        connection.execute(write, [{"of": row.id, "to": _of_pauses(json.loads(row.ledger))} for row in rows])
        for row in rows:
            since, reason = json.loads(row.ledger)[-1][1:]
            if since is not None and row.stopped_at is None:
                held = json.dumps({reason: since}, separators=(",", ":"))
                of = {"held": held, "of": row.dossier_id, "reason": reason}
                since = datetime.fromisoformat(since)
                of["since"] = since if connection.dialect.name == "postgresql" else int(since.timestamp() * 1_000_000)
                connection.execute(sa.text("UPDATE dossier SET held = :held WHERE id = :of"), of)
                connection.execute(_PAUSED, of)
        last = rows[-1].id
    connection.execute(sa.text("UPDATE clock SET wake_at = due_at WHERE flagged_at IS NOT NULL AND stopped_at IS NULL"))


def _of_pauses(runs: list[list[str | None]]) -> str:
    ends = [*(run[0] for run in runs[1:]), None]
    pauses = [[run[1], end, run[2]] for run, end in zip(runs, ends, strict=True) if run[1] is not None]
    return json.dumps({"pauses": pauses, "start": runs[0][0]}, separators=(",", ":"))
