"""Lane files as a manager drafts them, in memory: what is proposed next, without writing and reading a whole folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from support.office import shipped

from domain.calendar import CalendarSpec, WorkingCalendar
from domain.lane import LaneRules
from domain.office import LaneTexts, OfficeConfig
from domain.roles import Lane
from lanes.records.rules import RulesVersion
from lanes.rules import with_rules


def _texts(config: OfficeConfig, lane: Lane) -> LaneTexts:
    return LaneTexts(config.lanes[lane].model_dump_json(), config.calendars[lane].spec.model_dump_json())


def drafted(config: OfficeConfig) -> OfficeConfig:
    """A configuration whose texts say what its rules say."""
    return replace(config, texts={lane: _texts(config, lane) for lane in Lane})


@dataclass
class Drafts:
    """See `lanes.rules.RuleFiles`; `aside` is what was put aside."""

    config: OfficeConfig = field(default_factory=lambda: drafted(shipped()))
    aside: list[LaneTexts] = field(default_factory=list)

    def promise(self, lane: Lane, **times: Any) -> None:
        """Draft other times for every document type: `target="2wd"`, `human="1wh"`, `answer="7d"`."""
        sla = self.config.lanes[lane].sla
        default = sla.default.model_copy(update=times)
        self.change(lane, sla=sla.model_copy(update={"default": default, "types": {}}))

    def change(self, lane: Lane, **parts: Any) -> None:
        """Draft other rules."""
        whole = {**self.config.lanes[lane].model_dump(mode="json"), **parts}
        rules = LaneRules.model_validate(
            json.loads(json.dumps(whole, default=lambda part: part.model_dump(mode="json")))
        )
        self.config = drafted(replace(self.config, lanes={**self.config.lanes, lane: rules}))

    def open_hours(self, lane: Lane, *slots: str) -> None:
        """Draft other hours, the same on every working day."""
        spec = self.config.calendars[lane].spec
        week = {day: list(slots) for day in ("mon", "tue", "wed", "thu", "fri")}
        other = CalendarSpec.model_validate({**spec.model_dump(mode="json"), "week": week})
        self.config = drafted(replace(self.config, calendars={**self.config.calendars, lane: WorkingCalendar(other)}))

    def know_holidays_until(self, year: int, *lanes: Lane) -> None:
        """Draft calendars whose last holiday lies in this year."""
        calendars = dict(self.config.calendars)
        for lane in lanes or Lane:
            spec = calendars[lane].spec
            holidays = {day: name for day, name in spec.holidays.items() if day.year <= year}
            holidays |= {date(year, 12, 25): "Natal"}
            calendars[lane] = WorkingCalendar(spec.model_copy(update={"holidays": holidays}))
        self.config = drafted(replace(self.config, calendars=calendars))

    def checked(self, versions: Mapping[Lane, RulesVersion], now: datetime) -> OfficeConfig:
        """What is drafted."""
        return with_rules(self.config, versions)

    def proposing(self, lane: Lane, text: str) -> Drafts:
        """The same drafts, but for this lane's text."""
        rules = LaneRules.model_validate_json(text)
        return Drafts(drafted(replace(self.config, lanes={**self.config.lanes, lane: rules})))

    def texts(self, lane: Lane, calendar: str) -> LaneTexts:
        """A lane's texts."""
        return self.config.texts[lane]

    def put(self, lane: Lane, calendar: str, texts: LaneTexts) -> None:
        """Write them back."""
        rules = LaneRules.model_validate_json(texts.rules)
        working = WorkingCalendar(CalendarSpec.model_validate_json(texts.calendar))
        self.config = replace(
            self.config, lanes={**self.config.lanes, lane: rules}, calendars={**self.config.calendars, lane: working},
            texts={**self.config.texts, lane: texts},
        )  # fmt: skip

    def put_aside(self, lane: Lane, texts: LaneTexts, now: datetime) -> str:
        """Keep texts that are overwritten."""
        self.aside.append(texts)
        return "aside"
