"""Tasks: people's, the engine's and the applicant's. The order of `next` and of the lanes stands here once."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    case,
    func,
    insert,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)

from adapters.sql.prepared import Prepared, new_values
from adapters.sql.readable import readable
from adapters.sql.rows import (
    DOSSIER,
    DOSSIER_COLUMNS,
    NEW_TASK,
    TASK,
    TASK_COLUMNS,
    task,
    task_and_dossier,
    task_values,
)
from domain.dossier import LIVE_TASK, Dossier, Task, TaskStatus
from domain.errors import Conflict
from domain.roles import SERVED_AS_THEY_COME, Lane
from lanes.store import Place, Standing

#: The lane's order: priority, then due time, then age.
LANE_ORDER = (TASK.c.priority.desc(), TASK.c.due_at.is_(None), TASK.c.due_at, TASK.c.id)


_A_LIST = 1_000  # rows: whoever asks for more asks for nearly all
_EVER = datetime.max.replace(tzinfo=UTC)


def _in_lane_order(value: Task | Row[Any]) -> tuple[int, bool, datetime, int]:
    """`LANE_ORDER` as a key, of a task or of a row with these columns."""
    return _in_order(value.priority, value.due_at, value.id)


def _in_order(priority: int, due_at: datetime | None, task_id: int) -> tuple[int, bool, datetime, int]:
    return -priority, due_at is None, due_at or _EVER, task_id


def has_status(*statuses: TaskStatus) -> ColumnElement[bool]:
    """Whether a task has one of these statuses, written as literals: the partial indexes are then found at once."""
    return or_(*(TASK.c.status == literal_column(f"'{status.value}'") for status in sorted(statuses)))


#: What stands in an index of its own, by status: whatever is not ended but for what waits for its applicant.
IN_WORK = (TaskStatus.OPEN, TaskStatus.CLAIMED, TaskStatus.READY, TaskStatus.RUNNING, TaskStatus.STUCK)
_LIVE = and_(*(TASK.c.status != literal_column(f"'{status.value}'") for status in set(TaskStatus) - LIVE_TASK))
_JOINED = select(*TASK_COLUMNS, *DOSSIER_COLUMNS).join_from(TASK, DOSSIER, TASK.c.dossier_id == DOSSIER.c.id)
_BY_ID = _JOINED.where(TASK.c.id == bindparam("of"))
# Everybody locks the dossier before its tasks, so that no two wait for each other.
_GET = {lock: Prepared(_BY_ID.with_for_update(of=[DOSSIER, TASK]) if lock else _BY_ID) for lock in (True, False)}
_ALL_OF = select(*TASK_COLUMNS).where(TASK.c.dossier_id == bindparam("of")).order_by(TASK.c.id)
_OF = {live: Prepared(_ALL_OF.where(_LIVE) if live else _ALL_OF) for live in (True, False)}
_DOERS = Prepared(
    select(TASK.c.step, TASK.c.done_by)
    .where(TASK.c.dossier_id == bindparam("of"), has_status(TaskStatus.DONE))
    .order_by(TASK.c.id)
)
_ADD = insert(TASK).returning(TASK.c.id, sort_by_parameter_order=True)
_ADD_ONE = Prepared(insert(TASK).returning(TASK.c.id), columns=NEW_TASK)
_CHANGING = ("status", "assignee", "priority", "not_before", "claimed_at", "done_at", "done_by", "outcome",
             "lease_owner", "lease_until", "attempts", "error", "details")  # fmt: skip
_SAVE = Prepared(
    update(TASK)
    .where(TASK.c.id == bindparam("of"), TASK.c.version == bindparam("was"))
    .values({**new_values(TASK, _CHANGING), TASK.c.version: TASK.c.version + 1})
)
_RESCHEDULE = Prepared(
    update(TASK).where(TASK.c.id == bindparam("of")).values(due_at=bindparam("due", type_=TASK.c.due_at.type))
)
_RAISE = Prepared(
    update(TASK)
    .where(TASK.c.dossier_id == bindparam("of"), _LIVE, TASK.c.priority < bindparam("most"))
    .values(priority=TASK.c.priority + 1)
)
_LOWER = Prepared(
    update(TASK)
    .where(TASK.c.dossier_id == bindparam("of"), _LIVE, TASK.c.priority > bindparam("most"))
    .values(priority=bindparam("most"))
)
_CANCEL = Prepared(
    update(TASK)
    .where(TASK.c.dossier_id == bindparam("of"), _LIVE)
    .values(status=TaskStatus.CANCELLED.value, done_at=bindparam("at", type_=TASK.c.done_at.type),
            version=TASK.c.version + 1)
)  # fmt: skip

_NOW = bindparam("now", type_=TASK.c.not_before.type)
_A_READY = Prepared(
    select(TASK.c.id)
    .where(TASK.c.status == literal_column("'ready'"), TASK.c.lane == bindparam("lane"))
    .where(or_(TASK.c.not_before.is_(None), TASK.c.not_before <= _NOW))
    .limit(1)
)
_A_LOST = Prepared(
    select(TASK.c.id)
    .where(TASK.c.status == literal_column("'running'"), TASK.c.lane == bindparam("lane"))
    .where(TASK.c.lease_until <= _NOW)
    .limit(1)
)


def _in_line(lane: Any, team: Any) -> ColumnElement[bool]:
    """Whether a task waits in a team's line, which is in lane order: `next` reads it, and so does whatever tells who
    was passed over or how many are ahead."""
    return and_(has_status(TaskStatus.OPEN), TASK.c.lane == lane, TASK.c.team == team)


def _not_barred(pattern: Any) -> ColumnElement[bool]:
    """Whether the four-eyes rule lets a person do the task (`barred` is a JSON list of usernames)."""
    return ~type_coerce(TASK.c.barred, Text).like(pattern, escape="/")


def _as_barred(username: str) -> str:
    """The pattern of lists that bar this person."""
    return '%"' + re.sub("([/%_])", r"/\1", username) + '"%'


def _ahead(value: Task) -> tuple[ColumnElement[bool], ...]:
    """Where in its line the tasks stand that come before this one: more urgent, due earlier, or older."""
    equal = TASK.c.priority == value.priority
    dated, undated = TASK.c.due_at.is_not(None), TASK.c.due_at.is_(None)
    if value.due_at is None:
        return TASK.c.priority > value.priority, and_(equal, dated), and_(equal, undated, TASK.c.id < value.id)
    return (
        TASK.c.priority > value.priority,
        and_(equal, dated, TASK.c.due_at < value.due_at),
        and_(equal, dated, TASK.c.due_at == value.due_at, TASK.c.id < value.id),
    )


def _behind(place: Place) -> ColumnElement[bool]:
    """Whether a task comes after this place in the lane's order."""
    equal = TASK.c.priority == place.priority
    dated, undated = TASK.c.due_at.is_not(None), TASK.c.due_at.is_(None)
    if place.due_at is None:
        return or_(TASK.c.priority < place.priority, and_(equal, undated, TASK.c.id > place.id))
    return or_(
        TASK.c.priority < place.priority,
        and_(equal, undated),
        and_(equal, dated, TASK.c.due_at > place.due_at),
        and_(equal, dated, TASK.c.due_at == place.due_at, TASK.c.id > place.id),
    )


_MINE = TASK.alias("mine")
_FIRST = (
    select(TASK.c.id)
    .where(_in_line(_MINE.c.lane, _MINE.c.team), _not_barred(bindparam("who")))
    .where(or_(TASK.c.dossier_id != _MINE.c.dossier_id, TASK.c.id == _MINE.c.id))
    .order_by(*LANE_ORDER)
    .limit(1)
    .correlate(_MINE)
)
_WITH_FIRST = Prepared(
    select(*(_MINE.c[column.name] for column in TASK_COLUMNS), *DOSSIER_COLUMNS, _FIRST.scalar_subquery())
    .join_from(_MINE, DOSSIER, _MINE.c.dossier_id == DOSSIER.c.id)
    .where(_MINE.c.id == bindparam("of"))
    .with_for_update(of=[DOSSIER, _MINE])
)


_HELD = Prepared(
    select(TASK.c.dossier_id, TASK.c.code, TASK.c.step, TASK.c.priority, TASK.c.due_at, TASK.c.id)
    .where(has_status(TaskStatus.CLAIMED), TASK.c.assignee == bindparam("who"))
    .where(TASK.c.lane == bindparam("lane"), TASK.c.team == bindparam("team"), TASK.c.dossier_id != bindparam("of"))
    .where(TASK.c.claimed_at <= bindparam("since", type_=TASK.c.claimed_at.type))
    .where(*(TASK.c.role != role.value for role in sorted(SERVED_AS_THEY_COME)))
    .order_by(*LANE_ORDER)
)


class SqlTasks:
    """See `lanes.store.Tasks`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, task_id: int, *, lock: bool = False) -> tuple[Task, Dossier] | None:
        """A task and its dossier; `lock` keeps others from changing either until the end."""
        row = _GET[lock].row(self._db, {"of": task_id})
        return None if row is None else task_and_dossier(row)

    def of(self, dossier_id: int, *, live: bool = True) -> list[Task]:
        """A dossier's tasks, oldest first; only those not yet ended, unless told otherwise."""
        return [task(row) for row in _OF[live].rows(self._db, {"of": dossier_id})]

    def add(self, tasks: Sequence[Task]) -> list[Task]:
        """Insert tasks; they come back with their ids."""
        match tasks:
            case []:
                return []
            case [one]:
                ((task_id,),) = _ADD_ONE.rows(self._db, task_values(one))
                return [replace(one, id=task_id)]
        ids = self._db.execute(_ADD, [task_values(each) for each in tasks]).scalars()
        return [replace(each, id=task_id) for each, task_id in zip(tasks, ids, strict=True)]

    def save(self, value: Task) -> Task:
        """Write a changed task. Raises Conflict when somebody was faster."""
        changed = _SAVE.run(
            self._db,
            {"of": value.id, "was": value.version, **{f"new_{name}": getattr(value, name) for name in _CHANGING}},
        )
        if changed != 1:
            raise Conflict("task_changed", f"Step {value.step} was changed by somebody else just now.")
        return replace(value, version=value.version + 1)

    def held(self, lane: Lane) -> list[tuple[int, str, str]]:
        """The tasks that people of a lane hold, in lane order: id, holder, team."""
        query = select(TASK.c.id, TASK.c.assignee, TASK.c.team, TASK.c.priority, TASK.c.due_at).where(
            has_status(TaskStatus.CLAIMED), TASK.c.lane == lane.value
        )  # in the order of the index: by id, SQLite would read every task there is
        rows = self._db.execute(query.order_by(TASK.c.assignee))
        return [(row.id, row.assignee, row.team) for row in sorted(rows, key=_in_lane_order)]

    def outside_teams(self, lane: Lane, teams: Collection[str]) -> list[int]:
        """The tasks of people, open or held, that belong to none of these teams."""
        open_ = has_status(TaskStatus.OPEN, TaskStatus.CLAIMED)
        query = select(TASK.c.id).where(open_, TASK.c.lane == lane.value, TASK.c.team.not_in(sorted(teams)))
        return list(self._db.execute(query.order_by(TASK.c.id)).scalars())

    def move(self, value: Task, team: str) -> None:
        """Give a task to another team. Raises Conflict when somebody was faster."""
        whole = update(TASK).where(TASK.c.id == value.id, TASK.c.version == value.version)
        if self._db.execute(whole.values(team=team, version=TASK.c.version + 1)).rowcount != 1:
            raise Conflict("task_changed", f"Step {value.step} was changed by somebody else just now.")

    def reschedule(self, due: Sequence[tuple[int, datetime | None]]) -> None:
        """Write due times that followed from a clock: an index, which changes no task."""
        if due:
            _RESCHEDULE.run_many(self._db, [{"of": task_id, "due": at} for task_id, at in due])

    def live_of(self, dossier_ids: Collection[int]) -> dict[int, list[Task]]:
        """The tasks of several dossiers that are not yet ended, by dossier, oldest first."""
        query = select(*TASK_COLUMNS).where(TASK.c.dossier_id.in_(sorted(dossier_ids)), _LIVE).order_by(TASK.c.id)
        found: dict[int, list[Task]] = {each: [] for each in dossier_ids}
        for row in self._db.execute(query):
            found[row.dossier_id].append(task(row))
        return found

    def raise_priority(self, dossier_ids: Sequence[int], most: int) -> None:
        """Make the live tasks of dossiers more urgent by one, up to `most`. Whoever keeps a dossier from others may."""
        if dossier_ids:
            _RAISE.run_many(self._db, [{"of": each, "most": most} for each in dossier_ids])

    def lower_priority(self, dossier_id: int, to: int) -> None:
        """Make the live tasks of a dossier no more urgent than that."""
        _LOWER.run(self._db, {"of": dossier_id, "most": to})

    def cancel_live(self, dossier_id: int, at: datetime) -> None:
        """End whatever is not yet ended."""
        _CANCEL.run(self._db, {"of": dossier_id, "at": at})

    def next_for(self, username: str, lane: Lane, teams: Collection[str]) -> tuple[Task, Dossier] | None:
        """The most urgent task a person may do now: what is already theirs first, then their teams' lists.

        On PostgreSQL, one that somebody else is taking in this instant is passed over.
        """
        mine = _JOINED.where(
            has_status(TaskStatus.CLAIMED),
            TASK.c.assignee == username,
            TASK.c.lane == lane.value,
            TASK.c.team.in_(sorted(teams)),
        )
        if own := readable(self._db, mine.order_by(*LANE_ORDER), TASK.c.id, task_and_dossier, limit=1):
            return own[0]
        firsts: list[tuple[Task, Dossier]] = []
        for team in sorted(teams):  # one team at a time is read in order from the index; several at once are sorted
            theirs = _JOINED.where(_in_line(lane.value, team), _not_barred(_as_barred(username)))
            firsts += readable(self._db, theirs.order_by(*LANE_ORDER), TASK.c.id, task_and_dossier, limit=1,
                               lock=lambda first: first.with_for_update(skip_locked=True))  # fmt: skip
        return min(firsts, key=lambda first: _in_lane_order(first[0]), default=None)

    def with_first(self, task_id: int, username: str) -> tuple[Task, Dossier, int | None] | None:
        """A task and its dossier, locked, and the id of the task that comes first for a person in the line in which it
        waits; None when nothing that they may do waits there. Of the same dossier only the task itself counts: its
        other steps are not passed over."""
        row = _WITH_FIRST.row(self._db, {"of": task_id, "who": _as_barred(username)})
        return None if row is None else (*task_and_dossier(row[:-1]), row[-1])

    def passed_over(self, username: str, value: Task, limit: int) -> tuple[int, list[int]]:
        """How many tasks a person passes over by taking this one, and in lane order up to `limit` of their dossiers."""
        passed = and_(_not_barred(_as_barred(username)), TASK.c.dossier_id != value.dossier_id)
        ids = select(TASK.c.dossier_id).where(_in_line(value.lane.value, value.team), passed, or_(*_ahead(value)))
        dossiers = self._db.execute(ids.order_by(*LANE_ORDER).limit(limit)).scalars()
        return self._count(value, passed), list(dict.fromkeys(dossiers))

    def held_before(self, value: Task, username: str) -> list[tuple[int, str, str]]:
        """The other dossiers, in lane order, of which a person holds a task that comes before this one in its team's
        line, and held it already when this one was taken; each with its type and that step."""
        rows = _HELD.rows(self._db, {"who": username, "lane": value.lane.value, "team": value.team,
                                     "of": value.dossier_id, "since": value.claimed_at or _EVER})  # fmt: skip
        place = _in_lane_order(value)
        return [(dossier, code, step) for dossier, code, step, *its in rows if _in_order(*its) < place]

    def taken_after(self, value: Task) -> list[tuple[Task, Dossier]]:
        """The tasks of other dossiers that come after a claimed one in its team's line and that its holder took since
        they hold it and still holds, oldest first; all locked."""
        theirs = and_(TASK.c.assignee == value.assignee, TASK.c.claimed_at > value.claimed_at)
        line = and_(TASK.c.lane == value.lane.value, TASK.c.team == value.team, TASK.c.dossier_id != value.dossier_id)
        query = _JOINED.where(has_status(TaskStatus.CLAIMED), theirs, line, not_(or_(*_ahead(value))))
        in_order = query.order_by(TASK.c.id + 0)  # by the id itself, SQLite would read every task there is
        return [task_and_dossier(row) for row in self._db.execute(in_order.with_for_update(of=[DOSSIER, TASK]))]

    def let_by(self, value: Task) -> dict[str, int]:
        """How many tasks of other dossiers that come after a claimed one in its team's line others took since its
        holder has it, done ones too, by who took them."""
        since = and_(TASK.c.claimed_at > value.claimed_at, TASK.c.assignee != value.assignee)
        line = and_(TASK.c.lane == value.lane.value, TASK.c.team == value.team, TASK.c.dossier_id != value.dossier_id)
        query = select(TASK.c.assignee, func.count()).where(since, line, not_(or_(*_ahead(value))))
        taken = has_status(TaskStatus.CLAIMED, TaskStatus.DONE)
        in_turn = TASK.c.role.not_in(sorted(SERVED_AS_THEY_COME))
        rows = self._db.execute(query.where(taken, in_turn).group_by(TASK.c.assignee))
        return {row[0]: row[1] for row in rows}

    def ahead_of(self, value: Task) -> int:
        """How many open tasks of other dossiers come before this one in its team's line."""
        return self._count(value, TASK.c.dossier_id != value.dossier_id)

    def _count(self, value: Task, condition: ColumnElement[bool]) -> int:
        line = _in_line(value.lane.value, value.team)
        ranges = [select(func.count()).where(line, ahead, condition).scalar_subquery() for ahead in _ahead(value)]
        return sum(self._db.execute(select(*ranges)).one())

    def in_line(self, numbers: Collection[str]) -> list[str]:
        """Of dossiers with these numbers, those in which a person's task is open or taken, in lane order."""
        query = select(DOSSIER.c.number).join_from(TASK, DOSSIER, TASK.c.dossier_id == DOSSIER.c.id)
        query = query.where(DOSSIER.c.number.in_(sorted(numbers)), has_status(TaskStatus.OPEN, TaskStatus.CLAIMED))
        return list(dict.fromkeys(self._db.execute(query.order_by(*LANE_ORDER)).scalars()))

    def listing(
        self,
        *,
        lane: Lane | None = None,
        statuses: Collection[TaskStatus],
        teams: Collection[str] | None = None,
        assignee: str | None = None,
        open_to: str | None = None,
        overdue_at: datetime | None = None,
        after: Place | None = None,
        limit: int = 100,
    ) -> list[tuple[Task, Dossier]]:
        """Tasks with their dossiers, in lane order; those `after` a place in it, and those that the four-eyes rule
        leaves `open_to` somebody."""
        wanted: list[ColumnElement[bool]] = []
        if assignee is not None:
            wanted.append(TASK.c.assignee == assignee)
        if open_to is not None:
            wanted.append(_not_barred(_as_barred(open_to)))
        if overdue_at is not None:
            wanted.append(TASK.c.due_at <= overdue_at)
        if after is not None:
            wanted.append(_behind(after))
        where = [TASK.c.lane == lane.value] if lane is not None else []
        where += [TASK.c.team.in_(sorted(teams))] if teams is not None else []
        if TaskStatus.OPEN in statuses and assignee is None and limit <= _A_LIST:
            lines = [(each, team) for each in ([lane] if lane else Lane) for team in self._teams(each, teams)]
            ids = self._first(lines, set(statuses) - {TaskStatus.OPEN}, where, wanted, limit)
            if not ids:
                return []
            first = _JOINED.where(TASK.c.id.in_(ids)).order_by(*LANE_ORDER)
            found = readable(self._db, first, TASK.c.id, task_and_dossier, limit=limit)
            if len(found) == len(ids):
                return found  # else one of them cannot be read, and others take its place
        query = _JOINED.where(has_status(*statuses), *where, *wanted).order_by(*LANE_ORDER)
        return readable(self._db, query, TASK.c.id, task_and_dossier, limit=limit)

    def _teams(self, lane: Lane, teams: Collection[str] | None) -> Sequence[str | None]:
        """The teams in whose lines something may wait."""
        if teams is not None:
            return sorted(teams)
        query = select(TASK.c.team).where(has_status(TaskStatus.OPEN), TASK.c.lane == lane.value).distinct()
        return self._db.execute(query).scalars().all()

    def _first(
        self, lines: Sequence[tuple[Lane, str | None]], others: Collection[TaskStatus],
        where: Sequence[ColumnElement[bool]], wanted: Sequence[ColumnElement[bool]], limit: int,
    ) -> list[int]:  # fmt: skip
        """The ids of the first tasks that wait in these lines, and of those with one of the other statuses `where` they
        are, all as `wanted`, in lane order.

        Each line is read in order from its index, as far as it is asked for; all at once would be sorted whole.
        """
        key = select(TASK.c.id, TASK.c.priority, TASK.c.due_at).where(*wanted).order_by(*LANE_ORDER).limit(limit)
        parts = [key.where(_in_line(lane.value, team)) for lane, team in lines]
        parts += [key.where(has_status(each), *where) for each in sorted(others)]
        if not parts:
            return []
        rows = self._db.execute(union_all(*(part.subquery().select() for part in parts)))
        return [row.id for row in sorted(rows, key=_in_lane_order)[:limit]]

    def doers(self, dossier_id: int, steps: Collection[str]) -> dict[str, str]:
        """Who last completed each of these steps in a dossier."""
        return {step: by for step, by in _DOERS.rows(self._db, {"of": dossier_id}) if by and step in steps}

    def open_work(self, usernames: Collection[str]) -> dict[str, int]:
        """How many tasks each of these people holds."""
        query = select(TASK.c.assignee, func.count()).where(
            has_status(TaskStatus.CLAIMED), TASK.c.assignee.in_(sorted(usernames))
        )
        counted = {row[0]: row[1] for row in self._db.execute(query.group_by(TASK.c.assignee))}
        return {name: counted.get(name, 0) for name in usernames}

    def lease(
        self, lane: Lane, owner: str, *, now: datetime, until: datetime, limit: int
    ) -> list[tuple[Task, Dossier]]:
        """Take up to `limit` automatic steps of one lane, in lane order: ready ones, and those whose lease ran out.

        On PostgreSQL rows that another worker is taking are skipped; on SQLite the write lock keeps workers apart.
        """
        due = or_(TASK.c.not_before.is_(None), TASK.c.not_before <= now)
        ready = and_(has_status(TaskStatus.READY), TASK.c.lane == lane.value, due)
        lost = and_(has_status(TaskStatus.RUNNING), TASK.c.lane == lane.value, TASK.c.lease_until <= now)
        ids: list[int] = []
        for condition in (lost, ready):
            if len(ids) < limit:
                query = select(TASK.c.id).where(condition).order_by(*LANE_ORDER).limit(limit - len(ids))
                ids += self._db.execute(query.with_for_update(skip_locked=True)).scalars()
        if not ids:
            return []
        self._db.execute(
            update(TASK)
            .where(TASK.c.id.in_(ids))
            .values(status="running", lease_owner=owner, lease_until=until, attempts=TASK.c.attempts + 1,
                    version=TASK.c.version + 1)
        )  # fmt: skip
        taken = _JOINED.where(TASK.c.id.in_(ids)).order_by(*LANE_ORDER)
        return readable(self._db, taken, TASK.c.id, task_and_dossier, limit=len(ids))

    def any_ready(self, lane: Lane, now: datetime) -> bool:
        """Whether `lease` would find something: a look that takes no lock."""
        return any(query.rows(self._db, {"lane": lane.value, "now": now}) for query in (_A_READY, _A_LOST))

    def ready(self, lane: Lane, now: datetime) -> int:
        """How many steps are ready by now and not taken."""
        by_now = or_(TASK.c.not_before.is_(None), TASK.c.not_before <= now)
        query = select(func.count()).where(TASK.c.lane == lane.value, has_status(TaskStatus.READY), by_now)
        return int(self._db.execute(query).scalar_one())

    def extend(self, owner: str, task_ids: Collection[int], until: datetime) -> None:
        """Prolong the leases that `owner` still holds."""
        held = and_(TASK.c.id.in_(sorted(task_ids)), has_status(TaskStatus.RUNNING), TASK.c.lease_owner == owner)
        self._db.execute(update(TASK).where(held).values(lease_until=until))

    def counts(self, lane: Lane) -> dict[TaskStatus, int]:
        """How many tasks there are that people or the system do or could do now, by status."""
        query = select(func.count()).where(TASK.c.lane == lane.value)
        counted = {each: self._db.execute(query.where(has_status(each))).scalar_one() for each in IN_WORK}
        return {status: count for status, count in counted.items() if count}

    def standing(self, lane: Lane, now: datetime, night: datetime) -> list[Standing]:
        """By team and status, how many steps that people do, and stuck ones, there are; `night` is the end of today."""
        late, later = TASK.c.due_at <= now, and_(TASK.c.due_at > now, TASK.c.due_at < night)
        sums = (func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in (late, later))
        query = select(TASK.c.team, func.count(), *sums).where(TASK.c.lane == lane.value).group_by(TASK.c.team)
        return [
            Standing(team, status, count, overdue, today)
            for status in (TaskStatus.OPEN, TaskStatus.CLAIMED, TaskStatus.STUCK)
            for team, count, overdue, today in self._db.execute(query.where(has_status(status)))
        ]

    def wake(self, waiting_for: str, now: datetime) -> int:
        """Let the steps that wait for something (see `lanes.actions.base.Later`) try again now; gives how many."""
        waiting = and_(
            has_status(TaskStatus.READY), TASK.c.not_before > now, TASK.c.error == f"waiting for {waiting_for}"
        )
        return self._db.execute(update(TASK).where(waiting).values(not_before=now)).rowcount
