"""Prepared statements give what SQLAlchemy's own execution gives, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, bindparam, insert, select, update

from adapters.sql.engine import reading, writing
from adapters.sql.errors import Taken
from adapters.sql.prepared import Prepared
from adapters.sql.tables import CounterRow, WorkflowVersionRow, table

_VERSION, _COUNTER = table(WorkflowVersionRow), table(CounterRow)
_ADD = Prepared(insert(_VERSION), columns=("version", "code", "body", "first_used_at"))
_BY_CODE = select(_VERSION).where(_VERSION.c.code == bindparam("code")).order_by(_VERSION.c.version)
_OF_CODE = Prepared(_BY_CODE)
_FIRST = {"version": "a1", "code": "LHR", "body": "{}", "first_used_at": datetime(2026, 3, 6, 1, 2, 3, 4, tzinfo=UTC)}
_SECOND = {**_FIRST, "version": "b2"}


def test_rows_come_back_as_their_columns_types_give_them(engine: Engine) -> None:
    with writing(engine) as db:
        _ADD.run_many(db, [_FIRST, _SECOND])
    with reading(engine) as db:
        assert _OF_CODE.rows(db, {"code": "LHR"}) == [tuple(_FIRST.values()), tuple(_SECOND.values())]
        assert _OF_CODE.rows(db, {"code": "LHR"}) == [tuple(row) for row in db.execute(_BY_CODE, {"code": "LHR"})]


def test_one_row_is_told_from_none_and_from_several(engine: Engine) -> None:
    with writing(engine) as db:
        assert _OF_CODE.row(db, {"code": "LHR"}) is None
        _ADD.run(db, _FIRST)
        assert _OF_CODE.row(db, {"code": "LHR"}) == tuple(_FIRST.values())
        _ADD.run(db, _SECOND)
        with pytest.raises(ValueError, match="several"):
            _OF_CODE.row(db, {"code": "LHR"})


def test_a_change_tells_how_many_rows_it_met_and_keeps_the_statements_own_values(engine: Engine) -> None:
    add = Prepared(insert(_COUNTER), columns=("name", "value"))
    raise_by_two = Prepared(
        update(_COUNTER).where(_COUNTER.c.name == bindparam("of")).values(value=_COUNTER.c.value + 2)
    )
    with writing(engine) as db:
        add.run(db, {"name": "ticket", "value": 1})
        assert raise_by_two.run(db, {"of": "ticket"}) == 1
        assert raise_by_two.run(db, {"of": "another"}) == 0
        assert db.execute(select(_COUNTER.c.value)).scalar_one() == 3


def test_what_the_database_refuses_means_the_same_as_elsewhere(engine: Engine) -> None:
    with pytest.raises(Taken) as taken, writing(engine) as db:
        _ADD.run_many(db, [_FIRST, _FIRST])
    assert taken.value.constraint == "workflow_version_pkey"
    with reading(engine) as db:
        assert _OF_CODE.rows(db, {"code": "LHR"}) == []


def test_a_missing_value_is_a_mistake_and_never_a_null(engine: Engine) -> None:
    with pytest.raises(KeyError, match="body"), writing(engine) as db:
        _ADD.run(db, {name: value for name, value in _FIRST.items() if name != "body"})


def test_a_list_of_changing_length_cannot_be_prepared(engine: Engine) -> None:
    among = Prepared(select(_VERSION.c.version).where(_VERSION.c.code.in_(["LHR", "KK-BARU"])))

    with pytest.raises(ValueError, match="cannot be prepared"), reading(engine) as db:
        among.rows(db, {})
