"""Taking applications in: checked whole, one number, one receipt; and the applicant's answer to a returned one."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.application import Checked, InvalidApplication, check_application, read_fields
from domain.dossier import Dossier, DossierStatus, TaskKind
from domain.errors import Conflict, Refused
from domain.numbers import DossierNumber
from domain.office import OfficeConfig
from domain.roles import Lane
from domain.sentence import Sentence, say
from domain.workflow import LaneWorkflow, Workflow, derive
from lanes.case import Case, Cases, Deficiency
from lanes.finding import Seen, still
from lanes.moves import Moves
from lanes.papers import Judged, Paper, Papers
from lanes.ports import Clock
from lanes.store import Store, Work
from lanes.timing import provisional

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no letter or digit that is mistaken for another
APPLICANT = "applicant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Application:
    """What is handed in. `fields` by id; `papers` maps a requirement's id to its scan (online) or to None (shown).
    `also` keeps something else in the same transaction, given the new number and tracking code."""

    lane: Lane
    channel: str
    code: str
    fields: Mapping[str, object]
    papers: Mapping[str, Paper | None] = field(default_factory=dict)
    by: str = APPLICANT
    also: Callable[[Work, str, str], None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What the applicant gets: number and tracking code, and the hash by which the journal can be held to it."""

    number: str
    code: str
    hash: str
    due_at: datetime


def tracking_code() -> str:
    """A code that cannot be guessed: 12 of 31 signs, 59 bits, written in threes of four."""
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return "-".join(signs[i : i + 4] for i in (0, 4, 8))


class Intake:
    """Submission and resubmission."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, moves: Moves, cases: Cases, papers: Papers
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._moves, self._cases, self._papers = moves, cases, papers
        self._kept_versions: set[str] = set()

    def submit(self, application: Application) -> Receipt:
        """Take an application in. Raises InvalidApplication with every mistake, or Refused naming the open dossier
        when there is one about the same for the same document, in either lane; of what happens once, the issued one."""
        now = self._clock.now()
        today = self._config.office.day(now)
        workflow = self._workflow(application)
        judged = self._papers.judge(application.papers)
        checked = check_application(workflow, application.lane, application.fields, application.papers, today=today,
                                    scans=judged.problems)  # fmt: skip
        case = Case(fields=checked.personal, code=tracking_code())
        open_key = self._cases.open_key(workflow, case.fields)
        try:
            with self._store.begin() as work:
                self._cases.refuse_double(work, workflow, open_key)
                dossier = self._dossier(work, application, workflow, checked, open_key, now)
                self._cases.write(work, dossier, case)
                work.dossiers.index(dossier.id, self._cases.tokens(workflow, case))
                lane = workflow.in_lane(dossier.lane)
                handed = self._moves.open_steps(work, lane, dossier, (workflow.start,), now)
                if handed:
                    dossier = work.dossiers.save(dossier, handed, at=now, actor=application.by)
                work.outbox.put([self._moves.message(dossier, "received", now)])
                if application.also is not None:
                    application.also(work, dossier.number, case.code)
                work.dossiers.attach(dossier.id, self._papers.keep(judged, now, of=dossier.number))
        except Conflict:
            with self._store.read() as work:  # handed in twice in the same instant
                self._cases.refuse_double(work, workflow, open_key)
            raise
        self._kept_versions.add(dossier.workflow_version)  # only now: what was rolled back was not kept
        assert dossier.due_at is not None
        return Receipt(number=dossier.number, code=case.code, hash=dossier.journal_head, due_at=dossier.due_at)

    def _workflow(self, application: Application) -> Workflow:
        workflow = known_type(self._config, application.code)
        channels = self._config.lanes[application.lane].channels
        if application.channel not in channels:
            raise Refused("wrong_channel", f"The {application.lane} lane takes nothing in by {application.channel!r}.",
                          allowed=", ".join(channels))  # fmt: skip
        return workflow

    def _dossier(
        self, work: Work, application: Application, workflow: Workflow, checked: Checked, open_key: str, now: datetime
    ) -> Dossier:
        version = self._config.versions[workflow.code]
        if version not in self._kept_versions:
            work.dossiers.keep_version(version, workflow.code, workflow.model_dump_json(by_alias=True), now)
        year = self._config.office.day(now).year
        serial = work.dossiers.take_number(f"dossier:{application.lane}:{year}")
        dossier = Dossier(
            number=str(DossierNumber(lane=application.lane, year=year, serial=serial)), lane=application.lane,
            channel=application.channel, code=workflow.code, workflow_version=version,
            status=DossierStatus.SUBMITTED, district="", village="", submitted_at=now, open_key=open_key,
        ).with_facts(checked.facts)  # fmt: skip
        rules, calendar = self._config.lanes[dossier.lane], self._config.calendars[dossier.lane]
        due = provisional(rules, calendar, dossier.code, workflow.limit, now)
        event = ("dossier_submitted", {"lane": dossier.lane, "channel": dossier.channel, "type": dossier.code,
                                       "version": version, "papers": sorted(application.papers),
                                       # so that a seal cannot be taken away, and a receipt holds what came before it
                                       "seal": work.seals.last_root()})  # fmt: skip
        opened = ("steps_opened", {"steps": [workflow.start]})
        return work.dossiers.add(replace(dossier, due_at=due), [event, opened], at=now, actor=application.by)

    def resubmit(
        self, number: str, code: str | None, *, fields: Mapping[str, object] | None = None,
        papers: Mapping[str, Paper | None] | None = None, by: str = APPLICANT, seen: Seen | None = None,
        also: Callable[[Work], None] | None = None,
    ) -> Dossier:  # fmt: skip
        """The applicant's answer to a returned dossier: everything that was asked for, corrected fields and further
        papers. The tracking code proves that it is theirs (None: handed in at the office by `by`). `seen`: only as it
        was shown; `also` keeps something else in the same transaction. Raises Refused, with all that is wrong or still
        missing."""
        now = self._clock.now()
        with self._store.read() as work:
            self.owned(work, number, code, lock=False)  # nothing is opened for a stranger
        judged = self._papers.judge(papers or {})
        with self._store.begin() as work:
            dossier = self.owned(work, number, code)
            still(dossier, seen)
            tasks = [t for t in work.tasks.of(dossier.id) if t.kind is TaskKind.APPLICANT]
            if not tasks:
                raise Refused("not_returned", f"{dossier.number} is not waiting for the applicant.")
            workflow = self._moves.workflow(work, dossier)
            dossier = self._corrected(work, dossier, workflow, fields or {}, papers or {}, judged, now)
            event = ("resubmitted", {"papers": sorted(papers or {}), "fields": sorted(fields or {})})
            for index, task in enumerate(tasks):
                events = [event] if index == 0 else []
                dossier = self._moves.resume(work, task, dossier, actor=by, now=now, events=events)
            if also is not None:
                also(work)
            work.dossiers.attach(dossier.id, self._papers.keep(judged, now, of=dossier.number))
            return dossier

    def _corrected(
        self, work: Work, dossier: Dossier, workflow: LaneWorkflow, fields: Mapping[str, object],
        papers: Mapping[str, Paper | None], judged: Judged, now: datetime,
    ) -> Dossier:  # fmt: skip
        today = self._config.office.day(now)
        ask = [field.id for field in workflow.workflow.asked_at_submission]
        problems: list[Sentence] = []
        before = self._cases.read(work, dossier)
        checked = read_fields(workflow.workflow, fields, today=today, ask=ask, problems=problems,
                              beside={**dossier.facts, **before.fields})  # fmt: skip
        known = {requirement.id for requirement in workflow.workflow.requirements}
        problems += [say("unknown_paper", f"no such paper (allowed: {', '.join(sorted(known))})").at(paper)
                     for paper in papers if paper not in known]  # fmt: skip
        problems += judged.problems
        personal = {**before.fields, **checked.personal}
        facts = {**dossier.facts, **checked.facts}
        facts |= derive(workflow.workflow, personal, self._config.office.day(dossier.submitted_at))
        given = {*papers, *(name for name in fields if fields[name] not in (None, ""))}
        problems += _left_out(workflow, dossier.facts, facts, before.deficiencies, given)
        if problems:
            raise InvalidApplication(dossier.code, problems)
        _, dossier = self._cases.correct(work, dossier, workflow.workflow, fields=checked.personal, deficiencies=())
        return dossier.with_facts(facts)

    def owned(self, work: Work, number: str, code: str | None, *, lock: bool = True) -> Dossier:
        """The dossier, if the tracking code is its own. A wrong number and a wrong code are refused alike."""
        dossier = work.dossiers.get(number, lock=lock)
        if dossier is None or (code is not None and self._cases.read(work, dossier).code != normal_code(code)):
            raise Refused("unknown_dossier", "There is no dossier with this number and code.",
                          allowed="both as on the receipt: ON-2026-000123 and ABCD-EFGH-JKMN")  # fmt: skip
        return dossier


def _left_out(
    workflow: LaneWorkflow, before: Mapping[str, object], after: Mapping[str, object],
    wanted: Collection[Deficiency], given: Collection[str],
) -> list[Sentence]:  # fmt: skip
    """What the office asked for and an answer does not hold, in words. A paper that only the facts before the
    correction asked for is not wanted any more, and what is put right in the register or in person cannot be told
    from here."""
    titles = {paper.id: paper.title.en for paper in workflow.workflow.requirements}
    titles |= {field.id: field.title.en for field in workflow.workflow.asked_at_submission}
    dropped = {paper.id for paper in workflow.requirements(before)} - {
        paper.id for paper in workflow.requirements(after)
    }
    return [say("still_missing", f"is still missing ({titles[each.item]})").at(each.item) for each in wanted
            if each.item in titles.keys() - dropped - set(given)]  # fmt: skip


def known_type(config: OfficeConfig, code: str) -> Workflow:
    """A document type of the office. Raises Refused with those there are."""
    if code not in config.workflows:
        raise Refused("unknown_type", f"There is no document type {code!r}.",
                      allowed=", ".join(sorted(config.workflows)))  # fmt: skip
    return config.workflows[code]


def normal_code(code: str) -> str:
    """A tracking code as written on receipts, from what a person typed."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return "-".join(signs[i : i + 4] for i in range(0, len(signs), 4))
