"""The office of `jalur bench web`: some days of the demo's city, played for real, whose dossiers are then copied until
there are very many.

A copy is a dossier of its own: another number and applicant, a tracking code, its personal data encrypted for it, a
journal whose chain holds. Times and the steps done are those of the dossier it was copied from.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, insert, select, text

from adapters.bench.bulk import analyse, binder, write
from adapters.bootstrap import build
from adapters.clock import SystemClock
from adapters.demo.city import City
from adapters.demo.opening import Wish, open_city
from adapters.settings import Settings
from adapters.sql import tables as t
from adapters.sql.engine import make_engine, reading, writing
from adapters.sql.migrate import upgrade
from adapters.sql.rows import DOSSIER
from adapters.sql.store import SqlStore
from adapters.web.demo_people import PASSWORD
from domain.dossier import Dossier
from domain.journal import entry_hash
from domain.numbers import DossierNumber
from domain.roles import Lane
from lanes.case import Case
from lanes.intake import tracking_code
from lanes.office import Office
from lanes.ports import Resident, Unavailable

_DAYS = 3
_AT_ONCE = 100  # automatic steps, and there is one worker
_IN_ONE_TRANSACTION = 2_000  # dossiers
_OF_DOSSIERS = tuple(
    t.table(row) for row in (t.TaskRow, t.ClockRow, t.EscalationRow, t.AttachmentRow, t.DocumentRow)
)  # in an order in which each refers to what was written before
_JOURNAL, _PERSONAL, _INDEX = t.table(t.JournalRow), t.table(t.PersonalRow), t.table(t.PersonalIndexRow)
_AS_THEY_ARE = tuple(t.table(row) for row in (t.RulesRow, t.WorkflowVersionRow))
_UNIQUE = {"document": ("key", "number", "token")}
_REFERS = ("task_id", "clock_id")
_KNOWN = 2_000
_RESIDENTS = 50_000


class Known(NamedTuple):
    """A dossier as its applicant knows it."""

    number: str
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Life:
    """A dossier to be copied: its rows by table as the database takes them, its journal, what it is about."""

    dossier: Dossier
    row: Mapping[str, Any]
    rows: Mapping[str, Sequence[Sequence[Any]]]
    journal: Sequence[tuple[int, datetime, str, str, str]]
    case: Case


class Town:
    """A home in which the demo was played, to be copied to databases with more dossiers."""

    def __init__(self, home: Path, *, played: int, seed: int = 1) -> None:
        """Play `_DAYS` working days with `played` applications up to the present."""
        self._home = home
        self._settings = Settings(home=home, config=Settings().config.absolute())
        city = open_city(self._settings, Wish(days=_DAYS, dossiers=played, seed=seed), end=SystemClock().now())
        _play(city)
        registry: Any = build(self._settings).tools.registry
        self._residents: Sequence[Resident] = registry.people(0, _RESIDENTS)
        store = city.office.store
        assert isinstance(store, SqlStore)
        self._engine = store.engine

    def office(self, settings: Settings, *, open_dossiers: int, closed: int) -> tuple[Office, list[Known]]:
        """An office at `settings` with so many copies, whose people all have the demo's password; and what the
        applicants of some thousand of the open ones know."""
        shutil.copytree(self._settings.data, settings.data, ignore=shutil.ignore_patterns("jalur.sqlite*"))
        engine = make_engine(settings.database)
        upgrade(engine)
        with reading(self._engine) as source, writing(engine) as db:
            for table in _AS_THEY_ARE:
                bound = binder(db, table)
                write(db, table, [bound(dict(row._mapping)) for row in source.execute(select(table))])
        office = build(settings)
        copies = _Copies(office, self._residents)
        with reading(self._engine) as source, writing(engine) as db:
            living, ended = _lives(source, db, office)
        wanted = [*islice(cycle(living), open_dossiers), *islice(cycle(ended), closed)]
        for first in range(0, len(wanted), _IN_ONE_TRANSACTION):
            with writing(engine) as db:
                copies.write(db, wanted[first : first + _IN_ONE_TRANSACTION])
        with writing(engine) as db:
            copies.finish(db)
        analyse(engine)
        engine.dispose()
        office.sign_in.give_demo_passwords(PASSWORD)
        return office, copies.known


def _play(city: City) -> None:
    while city.run():
        for lane in Lane:
            while claims := city.office.engine.claim_ready(lane, "bench", _AT_ONCE):
                for claim in claims:
                    try:
                        city.office.engine.execute(claim)
                    except Unavailable as fault:
                        city.office.engine.give_up(claim, str(fault))
        city.executed()


def _lives(source: Connection, db: Connection, office: Office) -> tuple[list[_Life], list[_Life]]:
    """The open dossiers and those that were issued."""
    binders: dict[str, Callable[[Mapping[str, Any]], list[Any]]] = {
        table.name: binder(db, table) for table in _OF_DOSSIERS
    }
    work: Any = SqlStore(source.engine)
    found: list[_Life] = []
    with work.read() as reads:
        for row in source.execute(select(DOSSIER).order_by(DOSSIER.c.id)):
            dossier = reads.dossiers.by_id(row.id)
            rows = {
                table.name: [
                    binders[table.name](dict(each._mapping))
                    for each in source.execute(select(table).where(table.c.dossier_id == row.id).order_by(table.c.id))
                ]
                for table in _OF_DOSSIERS
            }
            journal = [(e.seq, e.at, e.actor, e.event, e.data) for e in reads.dossiers.journal(row.id)]
            case = office.tools.cases.read(reads, dossier)
            found.append(_Life(dossier=dossier, row=dict(row._mapping), rows=rows, journal=journal, case=case))
    return [each for each in found if each.dossier.is_open], [each for each in found if each.dossier.closed_at]


class _Copies:
    """Writes copies, and knows what the next ones are called."""

    def __init__(self, office: Office, residents: Sequence[Resident]) -> None:
        self._cases, self._config = office.tools.cases, office.config
        self._year = office.config.office.day(office.clock.now()).year
        self._residents = cycle(residents)
        self._last = dict.fromkeys((DOSSIER.name, *(table.name for table in _OF_DOSSIERS)), 0)
        self._serials = dict.fromkeys(Lane, 0)
        self.known: list[Known] = []

    def write(self, db: Connection, lives: Sequence[_Life]) -> None:
        """Write a copy of each."""
        rows: dict[str, list[Any]] = {table.name: [] for table in (DOSSIER, *_OF_DOSSIERS, _JOURNAL, _PERSONAL, _INDEX)}
        for life in lives:
            for table, written in self._copied(life, binder(db, DOSSIER), binder(db, _JOURNAL)):
                rows[table.name] += written
        for table in (DOSSIER, *_OF_DOSSIERS, _JOURNAL, _PERSONAL, _INDEX):
            write(db, table, rows[table.name])

    def finish(self, db: Connection) -> None:
        """Let the numbers that are given from now on be others."""
        for lane, last in self._serials.items():
            db.execute(insert(t.table(t.CounterRow)), {"name": f"dossier:{lane}:{self._year}", "value": last})
        if db.dialect.name == "postgresql":
            for name, last in self._last.items():
                db.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), {"name": name, "last": last + 1}
                )

    def _copied(
        self, life: _Life, bound: Callable[..., list[Any]], entry: Callable[..., list[Any]]
    ) -> Iterator[tuple[Table, list[list[Any]]]]:
        lane, name = life.dossier.lane, DOSSIER.name
        self._last[name] += 1
        self._serials[lane] += 1
        dossier_id = self._last[name]
        number = str(DossierNumber(lane=lane, year=self._year, serial=self._serials[lane]))
        case = replace(life.case, fields=_of(life.case.fields, next(self._residents)), code=tracking_code())
        head, entries = "", []
        for seq, at, actor, event, data in life.journal:
            head = entry_hash(number=number, previous=head, seq=seq, at=at, actor=actor, event=event, data=data)
            entries.append(
                entry(
                    {
                        "dossier_id": dossier_id,
                        "seq": seq,
                        "at": at,
                        "actor": actor,
                        "event": event,
                        "data": data,
                        "hash": head,
                    }
                )
            )
        dossier = replace(life.dossier, id=dossier_id, number=number)
        open_key = self._cases.open_key(dossier.code, {"applicant_nik": number}) if dossier.is_open else None
        yield (
            DOSSIER,
            [
                bound(
                    {
                        **life.row,
                        "id": dossier_id,
                        "number": number,
                        "journal_head": head,
                        "sealed_seq": 0,
                        "open_key": open_key,
                    }
                )
            ],
        )
        yield from self._rows(life, dossier_id, number)
        yield _JOURNAL, entries
        kept: Any = _Kept()
        self._cases.write(kept, dossier, case)
        yield _PERSONAL, kept.rows
        workflow = self._config.workflows[dossier.code]
        yield _INDEX, [[kind, token, dossier_id] for kind, token in sorted(set(self._cases.tokens(workflow, case)))]
        if dossier.is_open and len(self.known) < _KNOWN:
            self.known.append(Known(number, case.code))

    def _rows(self, life: _Life, dossier_id: int, number: str) -> Iterator[tuple[Table, list[list[Any]]]]:
        given: dict[str, dict[Any, int]] = {}
        for table in _OF_DOSSIERS:
            new = given[table.name] = dict[Any, int]()
            places = [(place, column.name) for place, column in enumerate(table.columns)]
            copies = []
            for row in life.rows[table.name]:
                self._last[table.name] += 1
                copy = list(row)
                for place, column in places:
                    if column == "id":
                        new[row[place]] = copy[place] = self._last[table.name]
                    elif column == "dossier_id":
                        copy[place] = dossier_id
                    elif column in _REFERS and row[place] is not None:
                        copy[place] = given[column.removesuffix("_id")][row[place]]
                    elif column in _UNIQUE.get(table.name, ()):
                        copy[place] = f"{row[place]}-{number}"
                copies.append(copy)
            yield table, copies


class _Kept:
    """Takes what a case is kept as, in place of a store's dossiers."""

    def __init__(self) -> None:
        self.dossiers, self.rows = self, list[list[Any]]()

    def put_personal(self, dossier_id: int, key_id: str, cipher: bytes) -> None:
        self.rows.append([dossier_id, key_id, cipher])


def _of(fields: Mapping[str, Any], person: Resident) -> dict[str, Any]:
    """A form as this person would have filled it in."""
    own = {"applicant_nik": person.nik, "applicant_name": person.name, "applicant_family_card": person.family_card}
    return {**fields, **{name: value for name, value in own.items() if name in fields}}
