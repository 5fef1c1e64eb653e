"""The composition root: the one place that knows which adapter fills which port.

Adapters that are slow to import are imported where they are made: most commands need none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from adapters.clock import SystemClock
from adapters.config.kept import unfolded
from adapters.config.load import load_config
from adapters.config.rule_files import FolderRules
from adapters.documents.products import PRODUCTS
from adapters.files import ConfidentialFiles
from adapters.places import LokalPlaces
from adapters.second_factor import Totp
from adapters.settings import Settings
from adapters.sql.engine import make_engine
from adapters.sql.migrate import is_new, upgrade
from adapters.sql.store import SqlStore
from adapters.staffing import simulate
from adapters.uploads.opener import FileOpener
from adapters.uploads.viruses import Clamd, NoVirusScan
from adapters.vault import FileVault
from domain.checks.view import ActionShape
from domain.errors import ConfigError, Problem
from domain.office import OfficeConfig
from domain.roles import Lane
from lanes.actions import ACTIONS
from lanes.actions.base import Tools
from lanes.answers import Answers
from lanes.audit import Audit
from lanes.carrying import Carrying
from lanes.case import Cases
from lanes.closing import Closing
from lanes.complaints import Complaints
from lanes.counter import Counter
from lanes.credentials import Credentials
from lanes.delivering import Delivering
from lanes.desk import Desk
from lanes.digest import Digest
from lanes.directory import Directory
from lanes.drafts import Drafts
from lanes.engine import Engine
from lanes.erasing import Erasing
from lanes.escalating import Escalating
from lanes.estimates import Estimates
from lanes.explain import Explain
from lanes.fairness import Fairness
from lanes.hall import Hall
from lanes.held import Held
from lanes.holders import Holders
from lanes.intake import Intake
from lanes.journals import Journals
from lanes.loans import Loans
from lanes.moves import Moves
from lanes.office import Office
from lanes.outages import Outages
from lanes.outbox import Outbox
from lanes.outreach import OutreachBook
from lanes.oversight import Oversight
from lanes.papers import Opener, Papers, VirusScan
from lanes.parity import ParityWatch
from lanes.pausing import Pausing
from lanes.people import People
from lanes.person_data import PersonData
from lanes.person_export import PersonExport
from lanes.person_requests import PersonRequests
from lanes.ports import Clock, DocumentMaker, Messenger, Passwords, Registry, Sealer, Vault
from lanes.previews import Previews
from lanes.products import Products
from lanes.proposals import Proposals
from lanes.public import Public
from lanes.records.rules import RulesVersion
from lanes.rehearsal import Rehearsal
from lanes.rehoming import Rehoming
from lanes.reports import Reports
from lanes.reveal import Reveal
from lanes.rules import RuleFiles, Rules, begin, in_force, with_rules
from lanes.searching import Searching
from lanes.sheets import Sheets
from lanes.sign_in import SignIn
from lanes.staffing import Staffing
from lanes.stock import Blanks
from lanes.store import Store
from lanes.timing import Timing
from lanes.tokens import Tokens
from lanes.turn_reviews import TurnReviews
from lanes.turns import Turns
from lanes.unfinished import Unfinished
from lanes.verifications import Verifications
from lanes.verifying import Verifying
from lanes.versions import Versions
from lanes.views import Views
from lanes.warnings import Warnings
from lanes.watch import Watch
from lanes.webhooks import Poster, Webhooks
from lanes.worklist import Worklist

_SANDBOX_SEED, _SANDBOX_AS_OF = 1, date(2026, 1, 1)  # one city of made-up residents, the same at every start


def configured(
    settings: Settings, versions: Mapping[Lane, RulesVersion] | None = None, *, now: datetime | None = None,
    keep: bool = False, proposed: Mapping[Lane, str] | None = None,
) -> OfficeConfig:  # fmt: skip
    """The office's configuration, checked against the actions and templates there are; `versions` of the lanes' rules
    stand in for the lanes' files. Without `now` nothing is refused for having ended. `keep`: an office takes it up and
    may go on by it (`last_taken_up`). `proposed` texts stand in for lanes' files. Raises ConfigError."""
    cache = settings.home / "cache" if settings.home.is_dir() else None
    return load_config(settings.config, actions=action_shapes(), products=frozenset(PRODUCTS), cache=cache, now=now,
                       versions=versions, kept=_kept(settings) if keep else None, proposed=proposed)  # fmt: skip


def last_taken_up(settings: Settings, versions: Mapping[Lane, RulesVersion]) -> OfficeConfig | None:
    """The configuration as this office's files said when it last took them up, with these versions of the lanes'
    rules; None when no files are kept, or those do not fit these versions or this program either."""
    with unfolded(_kept(settings)) as folder:
        if folder is None:
            return None
        try:
            return configured(settings.model_copy(update={"config": folder}), versions)
        except ConfigError:
            return None


def _kept(settings: Settings) -> Path:
    return settings.home / "config-taken-up.json"


def known_store(settings: Settings) -> Store | None:
    """What the office keeps; None where no office has been opened yet, and none is opened by asking."""
    engine = make_engine(settings.database)
    if is_new(engine):
        return None
    upgrade(engine)
    return SqlStore(engine)


def action_shapes() -> dict[str, ActionShape]:
    """What workflow files may say of each registered action."""
    return {name: ActionShape(outcomes=action.outcomes, args=action.args) for name, action in ACTIONS.items()}


class _Parts:
    """The adapters that settings ask for, each made when first needed; `overrides` stand in for them by name."""

    def __init__(self, settings: Settings, overrides: Mapping[str, Any]) -> None:
        self._settings, self._given = settings, overrides.get("config")
        self.mistakes: tuple[Problem, ...] = ()
        # What is given hides the property of the same name.
        self.__dict__.update({name: part for name, part in overrides.items() if name != "config"})

    def again(self) -> _Parts:
        """The same parts, for the configuration as it is by now."""
        anew = ("_settings", "_given", "mistakes", "files", "config")
        made = {name: part for name, part in self.__dict__.items() if name not in anew}
        return _Parts(self._settings, {**made, "config": self._given})

    @cached_property
    def files(self) -> OfficeConfig:
        """What the files say, lanes included."""
        given: OfficeConfig | None = self._given
        return given or configured(self._settings, now=self.clock.now(), keep=True)

    @cached_property
    def config(self) -> OfficeConfig:
        """The configuration with the lanes' rules in force; an office's first start puts those of its files there.

        Later, files with mistakes change nothing: they are told in `mistakes`, and the files taken up last hold."""
        now = self.clock.now()
        with self.store.read() as work:
            versions = in_force(work, now)
        if len(versions) < len(Lane):
            versions = begin(self.store, self.files, now)
        if self._given or "files" in self.__dict__:
            return with_rules(self.files, versions)
        try:
            return configured(self._settings, versions, keep=True)
        except ConfigError as error:
            before = last_taken_up(self._settings, versions)
            if before is None:
                raise
            self.mistakes = error.problems
            return before

    @cached_property
    def clock(self) -> Clock:
        return SystemClock()

    @cached_property
    def store(self) -> Store:
        engine = make_engine(self._settings.database)
        upgrade(engine, if_new=lambda: self.files)  # mistakes in them are told before anything is made
        return SqlStore(engine)

    @cached_property
    def rule_files(self) -> RuleFiles:
        return FolderRules(self._settings, configured)

    @cached_property
    def vault(self) -> Vault:
        with self.store.read() as work:
            begun = bool(work.seals.counters())  # a new key file beside old data would open none of it
        return FileVault(self._settings.keys, create=not begun)

    @cached_property
    def registry(self) -> Registry:
        if self._settings.registry_url is None:
            from adapters.registry.sandbox import SandboxRegistry

            path = self._settings.data / "registry-sandbox.sqlite"
            return SandboxRegistry(path, seed=_SANDBOX_SEED, as_of=_SANDBOX_AS_OF)
        from adapters.registry.http import HttpRegistry

        token = self._settings.registry_token.get_secret_value()
        return HttpRegistry(str(self._settings.registry_url), token, timeout=self._settings.registry_timeout_s)

    @cached_property
    def messenger(self) -> Messenger:
        from adapters.messages import AppriseMessenger, FolderMessenger  # imports apprise, 0.15 s

        folder = FolderMessenger(self._settings.home / "messages", self.clock)
        urls = {"email": self._settings.mail_url, "phone": self._settings.phone_url}
        routes: Any = {kind: url.get_secret_value() for kind, url in urls.items() if url is not None}
        return AppriseMessenger(routes, fallback=folder) if routes else folder

    @cached_property
    def passwords(self) -> Passwords:
        from adapters.passwords import Argon2

        return Argon2()

    @cached_property
    def opener(self) -> Opener:
        return FileOpener()

    @cached_property
    def viruses(self) -> VirusScan:
        return Clamd(self._settings.clamd) if self._settings.clamd else NoVirusScan()

    @cached_property
    def poster(self) -> Poster:
        from adapters.webhook_post import HttpPoster  # imports httpx

        return HttpPoster(loopback=self._settings.webhook_loopback)

    @cached_property
    def documents(self) -> DocumentMaker:
        from adapters.documents.maker import TypstDocuments  # loads fonts

        return TypstDocuments()

    @cached_property
    def sealer(self) -> Sealer:
        from adapters.signing import LocalAuthority  # imports pyhanko, 0.4 s

        return LocalAuthority(self._settings.data, office=self.config.office.name.id, now=self.clock.now())


def build(settings: Settings, **overrides: Any) -> Office:
    """The application object for these settings.

    `overrides` give a part in place of the one that settings ask for: config, clock, store, rule_files, vault,
    registry, messenger, passwords, opener, viruses, poster, documents or sealer. Raises ConfigError or Refused, each
    in words, when the office cannot be opened.
    """
    return _assembled(settings, _Parts(settings, overrides))


def _assembled(settings: Settings, parts: _Parts) -> Office:
    config, store, clock = parts.config, parts.store, parts.clock
    cases = Cases(parts.vault)
    turns = Turns(config, cases)
    people = People(store, config, clock, turns)
    timing, rehoming = Timing(config), Rehoming(store, config, clock, people, turns)
    moves, estimates = Moves(config, people, timing), Estimates(config)
    files = ConfidentialFiles(settings.data / "files", parts.vault)
    papers = Papers(files, parts.opener, parts.viruses)
    tools = Tools(
        store=store, config=config, registry=parts.registry, places=LokalPlaces(), files=files, papers=papers,
        cases=cases, moves=moves, make_documents=lambda: parts.documents, make_sealer=lambda: parts.sealer,
    )  # fmt: skip
    intake = Intake(store, config, clock, moves, cases, papers)
    complaints = Complaints(store, config, clock, people, intake, parts.vault)
    hall = Hall(store, config, clock, people)
    desk, sheets = Desk(store, config, clock, people, moves, cases), Sheets(store, clock, people, moves, cases, files)
    person_data = PersonData(config, moves, cases, parts.vault)
    person_requests = PersonRequests(store, config, clock, people, person_data, parts.vault)
    outages = Outages(store, config, clock, people, moves, timing)
    held = Held(store, config, clock)
    escalating = Escalating(config, people, moves, timing, cases, estimates)
    rules = Rules(store, config, clock, people, parts.rule_files, Carrying(store, moves, timing, rehoming))
    watch = Watch(store, config, clock, rehoming, outages, rules, escalating, complaints)
    rehearsal = Rehearsal(store, config, clock, timing, escalating)
    previews = Previews(store, config, clock, timing, rehearsal, parts.rule_files)
    audit = Audit(store, clock, files, timing, lambda: parts.sealer)
    office = Office(
        config=config, store=store, clock=clock, intake=intake, people=people, tools=tools,
        desk=desk,
        closing=Closing(store, clock, people, moves, cases, intake),
        engine=Engine(store, config, clock, people, moves, tools, ACTIONS, lease=timedelta(seconds=settings.lease_s)),
        outbox=Outbox(store, config, clock, people, moves, cases, parts.messenger, parts.vault),
        pausing=Pausing(store, clock, people, moves, timing),
        outages=outages,
        explain=Explain(store, config, clock, people, moves, timing, intake),
        watch=watch, warnings=Warnings(store, config, clock, watch),
        digest=Digest(store, config, clock, escalating, held), held=held,
        rehearsal=rehearsal,
        stock=Blanks(store, config, clock, people),
        audit=audit, verifications=Verifications(store, config, clock, people, audit),
        directory=Directory(store, config, clock, people, turns), journals=Journals(store, clock, people),
        loans=Loans(store, clock, people, turns), outreach=OutreachBook(store, config, clock, people, LokalPlaces()),
        parity=ParityWatch(store, config, clock),
        reports=Reports(store, config, clock),
        products=Products(store, clock, people, intake, files),
        reveal=Reveal(store, clock, people, moves, cases),
        rules=rules,
        previews=previews, proposals=Proposals(store, config, clock, people, parts.rule_files, rules, previews),
        oversight=Oversight(store, config, clock, people),
        staffing=Staffing(store, config, clock, people, simulate),
        renew=lambda: _assembled(settings, parts.again()),
        versions=Versions(store, config, clock, people, moves),
        views=Views(store, config, clock, people, moves, cases, intake, estimates, timing),
        fairness=Fairness(store, config, clock, people, timing), estimates=estimates,
        turn_reviews=TurnReviews(store, clock, people),
        credentials=Credentials(store, config.office, clock, people, parts.passwords, production=settings.production),
        sign_in=SignIn(store, config.office, clock, people, parts.passwords, Totp(), parts.vault,
                       production=settings.production),
        complaints=complaints, drafts=Drafts(store, config, clock, parts.vault, files, papers, intake),
        holders=Holders(store, clock, intake, parts.vault), verifying=Verifying(store, config, moves, cases),
        public=Public(store, config, clock, estimates),
        sheets=sheets, delivering=Delivering(desk, sheets, papers),
        counter=Counter(store, config, clock, people, intake, hall), hall=hall,
        unfinished=Unfinished(store, clock, parts.vault), worklist=Worklist(store, config, clock, people),
        tokens=Tokens(store, clock, people), answers=Answers(store, clock, parts.vault),
        person_requests=person_requests,
        erasing=Erasing(store, config, clock, person_requests, person_data, cases, parts.vault, files),
        person_export=PersonExport(store, config, clock, person_requests, person_data, files),
        webhooks=Webhooks(store, clock, people, parts.vault, parts.poster),
        searching=Searching(store, clock, people, parts.vault), mistakes=parts.mistakes,
    )  # fmt: skip
    office.stock.open()
    return office
