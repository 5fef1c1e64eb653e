"""The whole configuration from its folder: read, merged, checked, and refused with every mistake at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from adapters.config.calendars import CalendarFormError, spec_from
from adapters.config.kept import keep
from adapters.config.located import located, merged
from adapters.config.mended import Mended, mended
from adapters.config.yaml_file import Table, parse_yaml, read_text
from domain import rules_version
from domain.calendar import CalendarSpec, WorkingCalendar
from domain.checks.calendars import calendar_reaches
from domain.checks.finding import Finding, listed, unknown
from domain.checks.form import form_findings
from domain.checks.office import ENGINE_MESSAGES, Surroundings, check_message, check_office
from domain.checks.overrides import overrides_leave_a_whole_step
from domain.errors import ConfigError, Problem, Refused
from domain.lane import LaneRules
from domain.lane_check import check_lane, check_lane_names, doubt_lane
from domain.office import LaneTexts, MessageSpec, OfficeConfig, OfficeSpec
from domain.ordinary_week import OrdinaryWeek
from domain.roles import Lane
from domain.services import ServiceGuide, check_services
from domain.workflow import Workflow
from domain.workflow_check import ActionShape, Vocabulary, check_workflow, check_workflow_parts, check_workflow_ways
from lanes.records.rules import RulesVersion

M = TypeVar("M", bound=BaseModel)


def load_config(
    folder: Path, *, actions: Mapping[str, ActionShape], products: frozenset[str], cache: Path | None = None,
    versions: Mapping[Lane, RulesVersion] | None = None, now: datetime | None = None, kept: Path | None = None,
    proposed: Mapping[Lane, str] | None = None,
) -> OfficeConfig:  # fmt: skip
    """The configuration in `folder`, for an office with these registered actions and document templates.

    `cache` is a folder for what takes long to work out (`country_days`). `versions` are kept versions of lanes' rules:
    such a lane's files are not read, and what no longer fits in the version is told with its line. Without `now`
    nothing is refused because its time has passed. The files that were read are kept in the file `kept`, for when they
    are broken (`adapters.config.kept`). `proposed` are texts that stand in for lanes' files, as if these said so.
    Raises ConfigError with the problems of all files, each with file, line, path, what is wrong and what is allowed.
    """
    if not folder.is_dir():
        allowed = (
            "a folder with office.yaml, calendars, lanes, workflows and messages; it is looked for where the "
            "command is run, or JALUR_CONFIG names it"
        )
        raise ConfigError(
            [Problem(file=str(folder), line=1, path="(folder)", problem="there is no such folder", allowed=allowed)]
        )
    reading = _Reading(folder, cache, versions or {}, proposed or {})
    config = reading.config(actions, products, now)
    if config is None or reading.problems:
        raise ConfigError(reading.problems)
    if kept is not None:
        reading.keep(kept)
    return config


class _Reading:
    """One reading of a folder: goes as far as it can and collects what is wrong."""

    def __init__(
        self, folder: Path, cache: Path | None, versions: Mapping[Lane, RulesVersion], proposed: Mapping[Lane, str]
    ) -> None:
        self.folder, self.cache, self.versions = folder, cache, versions
        self._proposed = {self._lane_file(lane): text for lane, text in proposed.items()}
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []
        self._texts: dict[Path, str] = {}
        self._calendar_tables: dict[str, Table] = {}
        self._kept_calendars: dict[Lane, CalendarSpec] = {}
        self._ways_out: dict[str, str] = {}
        self._told: set[tuple[str, int, str, str]] = set()

    def config(
        self, actions: Mapping[str, ActionShape], products: frozenset[str], now: datetime | None
    ) -> OfficeConfig | None:
        office_table = self._table(self.folder / "office.yaml")
        office, office_rest = self._model(OfficeSpec, office_table)
        calendars = self._calendars()
        lanes, broken_lanes, lane_tables = self._lanes()
        workflows, broken_workflows, workflow_tables, codes = self._workflows()
        messages, message_names = self._messages()
        services = self._services(codes)

        known_office = office
        if office_table is not None and office is not None:
            self._tell(office_table, check_office(office))
        elif office_table is not None and office_rest is not None:
            self._tell(office_table, office_rest.told(check_office(office_rest.model)))
            known_office = office_rest.model if not _people_lost(office_rest) else None
        vocabulary = Vocabulary(
            actions=actions,
            products=products,
            stock=_stock(office_table),
            messages=message_names,
            lanes=lanes,
        )
        for code, workflow in workflows.items():
            self._tell(workflow_tables[code], check_workflow(workflow, vocabulary))
        for code, rest in broken_workflows.items():
            found = check_workflow_parts(rest.model, vocabulary, _lost(rest))
            self._tell(workflow_tables[code], rest.told(found))
            open_ended = _open_ended(rest)
            ways = check_workflow_ways(rest.model, vocabulary, _lost(rest, open_ended), open_ended)
            self._tell(workflow_tables[code], rest.placed(ways))
        readable = {
            **workflows,
            **{c: rest.model for c, rest in broken_workflows.items() if "steps" not in _lost(rest)},
        }
        around = Surroundings(
            office=known_office,
            workflows={code: each for code, each in readable.items() if not any(overrides_leave_a_whole_step(each))},
            codes=codes,
            calendars=calendars.keys() | {lanes[lane].calendar for lane in self._kept_calendars},
            today=office.day(now) if office is not None and now is not None else None,
            weeks={lane: OrdinaryWeek(spec) for lane, spec in self._hours(lanes, calendars).items()},
        )
        for lane, rules in lanes.items():
            others = [other for other in lanes.values() if other is not rules]
            today = None if lane in self._kept_calendars else around.today  # what is in force goes on
            self._tell(lane_tables[lane], check_lane(rules, replace(around, others=others, today=today)))
            if lane not in self._kept_calendars:
                self.doubts += (self._problem_at(lane_tables[lane], each) for each in doubt_lane(rules, around))
            spec = calendars.get(rules.calendar)
            if now is not None and spec is not None and lane not in self._kept_calendars:
                reaches = calendar_reaches(WorkingCalendar(spec), rules, around.workflows, now)
                self._tell(self._calendar_tables[rules.calendar], reaches)
        all_lanes = {**lanes, **{name: each.model for name, each in broken_lanes.items()}}
        for lane, broken in broken_lanes.items():
            others = [other for name, other in all_lanes.items() if name is not lane]
            self._tell(lane_tables[lane], broken.told(check_lane_names(broken.model, replace(around, others=others))))
        if office is None or self.problems:
            return None
        working = {name: WorkingCalendar(spec) for name, spec in calendars.items() if spec is not None}
        kept = {lane: WorkingCalendar(spec) for lane, spec in self._kept_calendars.items()}
        return OfficeConfig(
            office=office,
            lanes=lanes,
            calendars={lane: kept.get(lane) or working[rules.calendar] for lane, rules in lanes.items()},
            workflows=workflows,
            rules={lane: version.id for lane, version in self.versions.items()},
            texts={lane: self._texts_of(rules) for lane, rules in lanes.items() if lane not in kept},
            messages=messages,
            services=services,
            doubts=tuple(self.doubts),
        )

    def keep(self, kept: Path) -> None:
        """Keep what was read."""
        with suppress(Refused, OSError):  # a full disk stops no office that only reads
            keep(kept, self.folder, self._texts)

    def _hours(
        self, lanes: Mapping[Lane, LaneRules], calendars: Mapping[str, CalendarSpec | None]
    ) -> dict[Lane, CalendarSpec]:
        """The calendar each lane works by, of those that could be read."""
        found = {lane: self._kept_calendars.get(lane) or calendars.get(rules.calendar) for lane, rules in lanes.items()}
        return {lane: spec for lane, spec in found.items() if spec is not None}

    def _texts_of(self, rules: LaneRules) -> LaneTexts:
        files = self._lane_file(rules.lane), self.folder / "calendars" / f"{rules.calendar}.yaml"
        return LaneTexts(*(self._texts[file] for file in files))

    def _lane_file(self, lane: Lane) -> Path:
        return self.folder / "lanes" / f"{lane}.yaml"

    def _calendars(self) -> dict[str, CalendarSpec | None]:
        """The calendars by name; None for one that is there but wrong, so that no lane is told it was missing."""
        found: dict[str, CalendarSpec | None] = {}
        if self.versions.keys() == set(Lane):
            return found
        for path in self._files("calendars"):
            found[path.stem] = None
            table = self._table(path)
            if table is None:
                continue
            self._calendar_tables[path.stem] = table
            try:
                found[path.stem] = spec_from(table, cache=self.cache)
            except CalendarFormError as error:
                self._tell(table, (_calendar_finding(where, words) for where, words in error.problems))
        return found

    def _lanes(self) -> tuple[dict[Lane, LaneRules], dict[Lane, Mended[LaneRules]], dict[Lane, Table]]:
        rules: dict[Lane, LaneRules] = {}
        broken: dict[Lane, Mended[LaneRules]] = {}
        tables: dict[Lane, Table] = {}
        for lane, version in self.versions.items():
            kept, tables[lane] = self._version(version)
            if kept is not None:
                rules[lane] = kept
        asked = [lane for lane in Lane if lane not in self.versions]
        for path in self._files("lanes") if asked else ():
            if path.stem not in set(Lane):
                self._problem(path, f"there is no lane {path.stem!r}", listed(f"{lane}.yaml" for lane in Lane))
        for lane in asked:
            table = self._table(self._lane_file(lane))
            found, rest = self._model(LaneRules, table, lane=lane)
            model = found or (rest.model if rest is not None else None)
            if table is None or model is None:
                continue
            if model.lane is not lane:
                self._tell(table, [Finding(("lane",), f"this file is for the {lane} lane", lane)])
                continue
            tables[lane] = table
            if found is not None:
                rules[lane] = found
            elif rest is not None:
                broken[lane] = rest
        return rules, broken, tables

    def _version(self, version: RulesVersion) -> tuple[LaneRules | None, Table]:
        """A kept version: what it says, and its text, for the lines of what is wrong with it now."""
        name = f"rules version {version.id} of the {version.lane} lane"
        self._ways_out[name] = f"or mend lanes/{version.lane}.yaml, then `jalur config apply --lane {version.lane}`"
        try:
            table = parse_yaml(version.source, name)
        except ConfigError:
            table = Table((name, 1))
        try:
            rules, self._kept_calendars[version.lane] = rules_version.read(version.body)
        except ValidationError as error:
            self._tell(table, form_findings(error, LaneRules))
            return None, table
        return rules, table

    def _workflows(
        self,
    ) -> tuple[dict[str, Workflow], dict[str, Mended[Workflow]], dict[str, Table], frozenset[str]]:
        raw = {path.stem: self._table(path) for path in self._files("workflows")}
        bases = {name[1:]: table for name, table in raw.items() if name.startswith("_")}
        found: dict[str, Workflow] = {}
        broken: dict[str, Mended[Workflow]] = {}
        tables: dict[str, Table] = {}
        codes = frozenset(name for name in raw if not name.startswith("_"))
        for code in sorted(codes):
            whole = self._extended(raw[code], bases, ())
            workflow, rest = self._model(Workflow, whole, code=code)
            model = workflow or (rest.model if rest is not None else None)
            if whole is None or model is None:
                continue
            if model.code != code:
                self._tell(whole, [Finding(("code",), f"the file is named {code}.yaml", code)])
            tables[code] = whole
            if workflow is not None:
                found[code] = workflow
            elif rest is not None:
                broken[code] = rest
        if not codes:
            self._problem(self.folder / "workflows", "there is no document type", "a file CODE.yaml for each")
        return found, broken, tables, codes

    def _extended(self, table: Table | None, bases: Mapping[str, Table | None], above: tuple[str, ...]) -> Table | None:
        """The table laid upon what it extends, the last named uppermost, and so on; None when any cannot be used."""
        if table is None or "extends" not in table:
            return table
        names = table["extends"] if isinstance(table["extends"], list) else [table["extends"]]
        whole: Table | None = None
        for name in names:
            base = self._base(table, name, bases, above)
            if base is None:
                return None
            whole = base if whole is None else merged(whole, base)
        result = table if whole is None else merged(whole, table)
        del result["extends"]
        return result

    def _base(
        self, table: Table, name: object, bases: Mapping[str, Table | None], above: tuple[str, ...]
    ) -> Table | None:  # fmt: skip
        """One of the files that a table extends, laid upon its own."""
        if name in above:
            chain = " -> ".join((*above, str(name)))
            self._tell(
                table, [Finding(("extends",), f"extends itself: {chain}", "a file that does not come back here")]
            )
            return None
        if not isinstance(name, str) or name not in bases:
            allowed = listed(bases)
            self._tell(table, [Finding(("extends",), unknown("base", str(name), bases), allowed)])
            return None
        return self._extended(bases[name], bases, (*above, name))

    def _services(self, codes: frozenset[str]) -> ServiceGuide | None:
        path = self.folder / "services.yaml"
        if not path.exists():
            return None
        table = self._table(path)
        guide, _ = self._model(ServiceGuide, table)
        if table is not None and guide is not None:
            self._tell(table, check_services(guide, codes))
        return guide

    def _messages(self) -> tuple[dict[str, MessageSpec], frozenset[str]]:
        found: dict[str, MessageSpec] = {}
        paths = self._files("messages")
        for path in paths:
            table = self._table(path)
            message, _ = self._model(MessageSpec, table)
            if table is not None and message is not None:
                self._tell(table, check_message(message))
                found[path.stem] = message
        names = frozenset(path.stem for path in paths)
        for name in sorted(ENGINE_MESSAGES - names):
            self._problem(
                self.folder / "messages" / f"{name}.yaml", "is missing", "subject and body, each in id and en"
            )
        return found, names

    def _files(self, part: str) -> list[Path]:
        """The part's files; one that would be overlooked because of its ending is told of."""
        folder = self.folder / part
        if not folder.is_dir():
            self._problem(folder, "there is no such folder", "a folder with YAML files")
            return []
        for path in sorted(folder.glob("*.yml")):
            self._problem(path, "would be overlooked", "names that end in .yaml")
        return sorted(folder.glob("*.yaml"))

    def _table(self, path: Path) -> Table | None:
        try:
            self._texts[path] = self._proposed[path] if path in self._proposed else read_text(path)
            return parse_yaml(self._texts[path], str(path), self.problems)
        except ConfigError as error:
            self.problems.extend(error.problems)
            return None

    def _model(self, model: type[M], table: Table | None, **known: str) -> tuple[M | None, Mended[M] | None]:
        """The file's model, or else what can be read of it without its wrong values, of which is told here."""
        if table is None:
            return None, None
        try:
            return model.model_validate(table), None
        except ValidationError as error:
            self._tell(table, form_findings(error, model))
            return None, mended(model, table, known)

    def _problem(self, path: Path, problem: str, allowed: str) -> None:
        self.problems.append(Problem(file=str(path), line=1, path="(file)", problem=problem, allowed=allowed))

    def _tell(self, table: Table, findings: Iterable[Finding]) -> None:
        for finding in findings:
            problem = self._problem_at(table, finding)
            # What is wrong in a shared file shows in every document type that extends it: told once.
            once = (problem.file, problem.line, problem.path, problem.problem)
            if once not in self._told:
                self._told.add(once)
                self.problems.append(problem)

    def _problem_at(self, table: Table, finding: Finding) -> Problem:
        (file, line), path = located(table, finding.path)
        allowed = ", ".join(part for part in (finding.allowed, self._ways_out.get(file)) if part)
        return Problem(file=file, line=line, path=path, problem=finding.problem, allowed=allowed)


def _stock(office: Table | None) -> frozenset[str] | None:
    stock = office.get("stock") if office is not None else None
    return frozenset(stock) if isinstance(stock, Mapping) else None


def _people_lost(office: Mended[OfficeSpec]) -> bool:
    """Whether somebody is no longer among the people, so that a name in a lane file may be theirs."""
    return any(place[:1] == ("people",) and (len(place) < 3 or place[2] == "username") for place in office.gone)


def _lost(workflow: Mended[Workflow], open_ended: frozenset[str] = frozenset()) -> frozenset[str]:
    """The keys of a workflow and of its steps in which something could not be read: "steps" and "fields" only when a
    whole one is gone, or its name, or the lanes of a step; "kinds" when it is not known what a field holds. What
    became of the outcomes of steps that are `open_ended` does not count."""
    lost: set[str] = set()
    for part, *place in workflow.gone:
        if part == "fields" and place[1:] and place[1] != "id":
            lost.add("kinds" if place[1] in ("type", "choices") else str(place[1]))
        elif part == "steps" and place:
            inner = place[2:] if place[1:] and place[1] in set(Lane) else place[1:]
            if inner[:1] != ["on"] or place[0] not in open_ended:
                lost |= {str(inner[0])} if inner else {"steps"}
        else:
            lost.add(str(part))
    return frozenset({*lost, "steps"} if "lanes" in lost else lost)


def _open_ended(workflow: Mended[Workflow]) -> frozenset[str]:
    """The steps whose outcomes are gone altogether, so that nothing is known of where they lead."""
    return frozenset(str(p[1]) for p in workflow.gone if p[0] == "steps" and p[2:] == ("on",))


def _calendar_finding(where: str, words: str) -> Finding:
    path = tuple(int(part) if part.isdigit() else part for part in where.split(".") if where != "calendar")
    problem, _sign, allowed = words.partition("; allowed: ")
    return Finding(path, problem, allowed)
