"""The office of `jalur bench web`: some days of the demo's city, played for real, whose dossiers are then copied until
there are very many.

A copy is a dossier of its own: another number and applicant, a tracking code, its personal data encrypted for it, a
journal whose chain holds. Times and the steps done are those of the dossier it was copied from.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, insert, select, text

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
from adapters.sql.store import SqlStore, SqlWork
from domain.dossier import Dossier
from domain.journal import Entry, entry_hash
from domain.numbers import DossierNumber, compose_family_card, compose_nik
from domain.passwords import DEMO
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
_NAMES = [column.name for column in DOSSIER.columns]
_UNIQUE = {"document": ("key", "number", "token")}
_REFERS = {"task_id": "task", "clock_id": "clock"}
_KNOWN = 2_000
_RESIDENTS = 50_000
_FIRST_BORN = date(1980, 1, 1)


def _places(table: Table) -> tuple[int, list[tuple[int, str]], list[int]]:
    """Where a row names its dossier, other rows by their table, and what no two rows have; its id comes first."""
    place = {column.name: place for place, column in enumerate(table.columns)}
    refers = [(place[name], other) for name, other in _REFERS.items() if name in place]
    return place["dossier_id"], refers, [place[name] for name in _UNIQUE.get(table.name, ())]


_PLACES = {table.name: _places(table) for table in _OF_DOSSIERS}
_LETTERS = str.maketrans("0123456789", "ABCDEFGHIJ")  # names have no digits


class Known(NamedTuple):
    """A dossier as its applicant knows it."""

    number: str
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Life:
    """A dossier to be copied: its rows by table as the database takes them, its journal, what it is about."""

    dossier: Dossier
    rows: Mapping[str, Sequence[Sequence[Any]]]
    journal: Sequence[Entry]
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
        office.credentials.give_demo_passwords(DEMO)
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
    bound = {table.name: binder(db, table) for table in (DOSSIER, *_OF_DOSSIERS, _JOURNAL)}

    def rows_of(table: Table, which: ColumnElement[bool], order: ColumnElement[Any]) -> list[list[Any]]:
        found = source.execute(select(table).where(which).order_by(order))
        return [bound[table.name](dict(row._mapping)) for row in found]

    work: Any = SqlWork(source)
    found: list[_Life] = []
    for dossier_id in source.execute(select(DOSSIER.c.id).order_by(DOSSIER.c.id)).scalars().all():
        dossier = work.dossiers.by_id(dossier_id)
        rows = {table.name: rows_of(table, table.c.dossier_id == dossier_id, table.c.id) for table in _OF_DOSSIERS}
        rows[DOSSIER.name] = rows_of(DOSSIER, DOSSIER.c.id == dossier_id, DOSSIER.c.id)
        rows[_JOURNAL.name] = rows_of(_JOURNAL, _JOURNAL.c.dossier_id == dossier_id, _JOURNAL.c.seq)
        journal = work.dossiers.journal(dossier_id)
        case = office.tools.cases.read(work, dossier)
        found.append(_Life(dossier=dossier, rows=rows, journal=journal, case=case))
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
        tables = (DOSSIER, *_OF_DOSSIERS, _JOURNAL, _PERSONAL, _INDEX)
        rows: dict[str, list[list[Any]]] = {table.name: [] for table in tables}
        for life in lives:
            self._copy(life, rows)
        for table in tables:
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

    def _copy(self, life: _Life, rows: dict[str, list[list[Any]]]) -> None:
        lane = life.dossier.lane
        self._last[DOSSIER.name] += 1
        self._serials[lane] += 1
        dossier_id = self._last[DOSSIER.name]
        number = str(DossierNumber(lane=lane, year=self._year, serial=self._serials[lane]))
        dossier = replace(life.dossier, id=dossier_id, number=number)
        case = replace(life.case, fields=_of(life.case.fields, dossier_id, next(self._residents)), code=tracking_code())
        head, entries = "", rows[_JOURNAL.name]
        for entry, row in zip(life.journal, life.rows[_JOURNAL.name], strict=True):
            head = entry_hash(number=number, previous=head, seq=entry.seq, at=entry.at, actor=entry.actor,
                              event=entry.event, data=entry.data)  # fmt: skip
            entries.append([dossier_id, *row[1:-1], head])
        open_key = self._cases.open_key(self._config.workflows[dossier.code], case.fields) if dossier.is_open else None
        own = {"id": dossier_id, "number": number, "journal_head": head, "sealed_seq": 0, "open_key": open_key}
        for row in life.rows[DOSSIER.name]:
            rows[DOSSIER.name].append([own.get(name, value) for name, value in zip(_NAMES, row, strict=True)])
        self._copy_rows(life, rows, dossier_id, number)
        kept: Any = _Kept(rows[_PERSONAL.name])
        self._cases.write(kept, dossier, case)
        tokens = self._cases.tokens(self._config.workflows[dossier.code], case)
        rows[_INDEX.name] += ([kind, token, dossier_id] for kind, token in set(tokens))
        if dossier.is_open and len(self.known) < _KNOWN:
            self.known.append(Known(number, case.code))

    def _copy_rows(self, life: _Life, rows: dict[str, list[list[Any]]], dossier_id: int, number: str) -> None:
        given: dict[str, dict[Any, int]] = {}
        for table in _OF_DOSSIERS:
            new = given[table.name] = dict[Any, int]()
            of, refers, unique = _PLACES[table.name]
            for row in life.rows[table.name]:
                self._last[table.name] += 1
                copy = list(row)
                new[row[0]] = copy[0] = self._last[table.name]
                copy[of] = dossier_id
                for place, other in refers:
                    copy[place] = None if row[place] is None else given[other][row[place]]
                for place in unique:
                    copy[place] = f"{row[place]}-{number}"
                rows[table.name].append(copy)


class _Kept:
    """Takes what a case is kept as, in place of a store's dossiers."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self.dossiers, self._rows = self, rows

    def put_personal(self, dossier_id: int, key_id: str, cipher: bytes) -> None:
        self._rows.append([dossier_id, key_id, cipher])


def _of(fields: Mapping[str, Any], serial: int, person: Resident) -> dict[str, Any]:
    """A form as somebody with this person's name would have filled it in; no two are about the same."""
    day, number = divmod(serial, 9_000)
    on = _FIRST_BORN + timedelta(days=day)
    nik = compose_nik(region="717201", born=on, sex="male", serial=number + 1)
    card = compose_family_card(region="717201", recorded=on, serial=number + 1)
    own = {"applicant_nik": nik, "subject_nik": nik, "husband_nik": nik, "people": nik, "members": nik,
           "applicant_name": person.name, "applicant_family_card": card, "passport": f"X{serial:08}",
           "origin_letter": f"SKPWNI/7171/{on:%d%m%Y}/{number + 1:04}",
           "deed_number": f"7172-LU-{on:%d%m%Y}-{number + 1:04}",
           "mother": f"Maria {str(serial).translate(_LETTERS)}"}  # fmt: skip
    return {**fields, **{name: value for name, value in own.items() if name in fields}}
