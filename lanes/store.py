"""The store's port: one unit of work, and in it a repository for each kind of thing.

A `Work` is one transaction. Leaving its `with` block normally commits everything; an exception keeps nothing.
`save` methods are optimistic: they raise `domain.errors.Conflict` when the version read is no longer the newest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from domain.clock import ClockKind, SlaClock
from domain.dossier import Dossier, DossierStatus, Task, TaskStatus
from domain.journal import Entry
from domain.roles import Lane
from lanes.evidence import Evidence
from lanes.records.access import Access
from lanes.records.alarms import Alarms
from lanes.records.complaints import Complaints
from lanes.records.drafts import Drafts
from lanes.records.escalations import Escalations
from lanes.records.figures import Figures
from lanes.records.history import History
from lanes.records.ledgers import Ledgers
from lanes.records.outreach import Outreaches
from lanes.records.overtakings import Overtakings
from lanes.records.overview import Overview
from lanes.records.pauses import Pauses
from lanes.records.person_requests import PersonRequests
from lanes.records.rules import RulesVersions
from lanes.records.spans import Spans
from lanes.records.staff import People
from lanes.records.tickets import Tickets
from lanes.records.tokens import Answers, Tokens
from lanes.records.unfinished import Unfinished
from lanes.records.webhooks import Webhooks

Event = tuple[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredClock:
    """A clock as kept. `wake_at` is when a sweep must look at it next, because the next rung of its ladder comes; None
    when it need not. `rung` is how many were passed, `rules` the version of the lane's rules that it runs under;
    `passed` is the highest place (`80%`, `+4wh`) that it passed while it ran under earlier versions. `summits` are the
    highest places that it passed for due times which were moved since, each by when it was found overdue then."""

    id: int = 0
    dossier_id: int
    task_id: int | None = None
    lane: Lane
    kind: ClockKind
    clock: SlaClock
    rules: int = 0
    rung: int = 0
    passed: str | None = None
    summits: Mapping[datetime, str] = field(default_factory=dict)
    due_at: datetime | None
    wake_at: datetime | None
    flagged_at: datetime | None = None
    stopped_at: datetime | None = None


class Standing(NamedTuple):
    """How many steps of a team (None: the system's) have a status, are overdue, and are due later today."""

    team: str | None
    status: TaskStatus
    steps: int
    overdue: int
    today: int


class Watched(NamedTuple):
    """What a sweep needs to know of a clock's dossier."""

    id: int
    number: str
    lane: Lane
    code: str
    is_open: bool
    priority: int
    version: int
    journal_seq: int
    journal_head: str


class Holding(NamedTuple):
    """What a sweep needs to know of a clock's task: `live` until it is ended."""

    step: str
    team: str | None
    assignee: str | None
    live: bool


class Woken(NamedTuple):
    """A clock that a sweep has to look at, with its dossier, and its task if it is a task's."""

    stored: StoredClock
    dossier: Watched
    task: Holding | None


Turn = tuple[datetime, int]
"""Where a clock stands in the order in which sweeps look at them: when it was to wake, and its id."""
BEFORE_ALL: Turn = (datetime(1970, 1, 1, tzinfo=UTC), 0)
"""Before all of them."""


class Place(NamedTuple):
    """Where a task stands in the order of its lane."""

    priority: int
    due_at: datetime | None
    id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A paper handed in; `file` names the encrypted scan, None when the paper was only shown."""

    requirement: str
    shown: str
    media_type: str | None = None
    size: int = 0
    sha256: str | None = None
    file: str | None = None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A numbered product of a dossier. `token` is what the QR leads to. `about`: the blind-index token of the deed or
    family card that it shows, where later ones may take its place; `supersedes_at`: since when it stands in the place
    of all earlier ones about the same."""

    id: int = 0
    dossier_id: int
    key: str
    product: str
    number: str
    token: str
    made_at: datetime
    sealed_at: datetime | None = None
    file: str | None = None
    sha256: str | None = None
    about: str | None = None
    supersedes_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A message to be sent once: to the dossier's applicant, to who made the request `request_id` about their data, or
    to `to_person` of the office."""

    id: int = 0
    key: str
    lane: Lane
    dossier_id: int | None = None
    request_id: int | None = None
    to_person: str | None = None
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: str = "queued"  # queued | sending | sent | failed | unconfirmed | overtaken
    attempts: int = 0
    next_at: datetime
    queued_at: datetime
    sent_at: datetime | None = None
    error: str | None = None


class Dossiers(Protocol):
    """Dossiers with their journal, personal data and papers."""

    def take_number(self, counter: str) -> int: ...
    def add(self, dossier: Dossier, events: Sequence[Event], *, at: datetime, actor: str) -> Dossier: ...
    def get(self, number: str, *, lock: bool = False) -> Dossier | None: ...
    def by_id(self, dossier_id: int, *, lock: bool = False) -> Dossier: ...
    def numbers(self, dossier_ids: Collection[int]) -> Mapping[int, str]: ...
    def number_of(self, *, dossier_id: int | None = None, clock_id: int | None = None,
                  task_id: int | None = None) -> str | None: ...  # fmt: skip
    def with_open_key(self, open_key: str) -> Dossier | None: ...
    def save(self, dossier: Dossier, events: Sequence[Event], *, at: datetime, actor: str) -> Dossier: ...
    def note(self, noted: Sequence[tuple[Watched, int, Sequence[Event]]], *, at: datetime, actor: str) -> None: ...
    def journal(self, dossier_id: int) -> list[Entry]: ...
    def put_personal(self, dossier_id: int, key_id: str, cipher: bytes) -> None: ...
    def personal(self, dossier_id: int) -> tuple[str, bytes]: ...
    def index(self, dossier_id: int, tokens: Iterable[tuple[str, str]]) -> None: ...
    def reindex(self, dossier_id: int, tokens: Iterable[tuple[str, str]]) -> None: ...
    def find(self, tokens: Collection[tuple[str, str]], *, lanes: Collection[Lane],
             limit: int = 100) -> list[Dossier]: ...  # fmt: skip
    def attach(self, dossier_id: int, papers: Sequence[Attachment]) -> None: ...
    def attachments(self, dossier_id: int) -> list[Attachment]: ...
    def keep_version(self, version: str, code: str, body: str, at: datetime) -> None: ...
    def version(self, version: str) -> str | None: ...
    def listing(self, *, lane: Lane | None, open_only: bool, overdue_at: datetime | None = None,
                after: tuple[datetime, int] | None = None,
                limit: int = 100) -> list[Dossier]: ...  # fmt: skip
    def page(self, lane: Lane, statuses: Collection[DossierStatus], *, after: int, limit: int) -> list[Dossier]: ...
    def everything(self, events: Collection[str] | None = None, *,
                   since: datetime | None = None) -> Iterator[tuple[Dossier, list[Entry]]]: ...  # fmt: skip


class Tasks(Protocol):
    """Tasks: people's, the engine's and the applicant's."""

    def get(self, task_id: int, *, lock: bool = False) -> tuple[Task, Dossier] | None: ...
    def of(self, dossier_id: int, *, live: bool = True) -> list[Task]: ...
    def add(self, tasks: Sequence[Task]) -> list[Task]: ...
    def save(self, task: Task) -> Task: ...
    def live_of(self, dossier_ids: Collection[int]) -> dict[int, list[Task]]: ...
    def raise_priority(self, dossier_ids: Sequence[int], most: int) -> None: ...
    def lower_priority(self, dossier_id: int, to: int) -> None: ...
    def held(self, lane: Lane) -> list[tuple[int, str, str]]: ...
    def outside_teams(self, lane: Lane, teams: Collection[str]) -> list[int]: ...
    def move(self, task: Task, team: str) -> None: ...
    def reschedule(self, due: Sequence[tuple[int, datetime | None]]) -> None: ...
    def cancel_live(self, dossier_id: int, at: datetime) -> None: ...
    def next_for(self, username: str, lane: Lane, teams: Collection[str]) -> tuple[Task, Dossier] | None: ...
    def with_first(self, task_id: int, username: str) -> tuple[Task, Dossier, int | None] | None: ...
    def passed_over(self, username: str, value: Task, limit: int) -> tuple[int, list[int]]: ...
    def held_before(self, value: Task, username: str) -> list[tuple[int, str, str]]: ...
    def taken_after(self, value: Task) -> list[tuple[Task, Dossier]]: ...
    def let_by(self, value: Task) -> dict[str, int]: ...
    def ahead_of(self, value: Task) -> int: ...
    def in_line(self, numbers: Collection[str]) -> list[str]: ...
    def listing(self, *, lane: Lane | None = None, statuses: Collection[TaskStatus],
                teams: Collection[str] | None = None, assignee: str | None = None, open_to: str | None = None,
                overdue_at: datetime | None = None, after: Place | None = None,
                limit: int = 100) -> list[tuple[Task, Dossier]]: ...  # fmt: skip
    def doers(self, dossier_id: int, steps: Collection[str]) -> dict[str, str]: ...
    def open_work(self, usernames: Collection[str]) -> dict[str, int]: ...
    def lease(self, lane: Lane, owner: str, *, now: datetime, until: datetime,
              limit: int) -> list[tuple[Task, Dossier]]: ...  # fmt: skip
    def extend(self, owner: str, task_ids: Collection[int], until: datetime) -> None: ...
    def counts(self, lane: Lane) -> dict[TaskStatus, int]: ...
    def standing(self, lane: Lane, now: datetime, night: datetime) -> list[Standing]: ...
    def wake(self, waiting_for: str, now: datetime) -> int: ...
    def any_ready(self, lane: Lane, now: datetime) -> bool: ...
    def ready(self, lane: Lane, now: datetime) -> int: ...


class Clocks(Protocol):
    """SLA clocks."""

    def start(self, clocks: Sequence[StoredClock]) -> None: ...
    def of(self, dossier_id: int, *, live: bool = True) -> list[StoredClock]: ...
    def of_all(self, dossier_ids: Collection[int]) -> Mapping[int, list[StoredClock]]: ...
    def save(self, *clocks: StoredClock) -> None: ...
    def stop(self, at: datetime, *, task_id: int | None = None, dossier_id: int | None = None) -> None: ...
    def due(self, lane: Lane, now: datetime, limit: int, *, after: Turn = BEFORE_ALL) -> list[Turn]: ...
    def woken(self, lane: Lane, now: datetime, limit: int, *, after: Turn = BEFORE_ALL,
              lock: bool = True) -> list[Woken]: ...  # fmt: skip
    def one_woken(self, clock_id: int, now: datetime, *, lock: bool = True) -> list[Woken]: ...
    def running(self, dossier_ids: Collection[int]) -> list[Woken]: ...
    def climb(self, climbed: Sequence[tuple[StoredClock, StoredClock]]) -> None: ...
    def swept(self, name: str, at: datetime, found: int, failed: Sequence[str] = ()) -> None: ...
    def sweeps(self) -> dict[str, datetime]: ...
    def failed(self) -> dict[str, tuple[str, ...]]: ...


class Outbox(Protocol):
    """Messages waiting to be sent."""

    def put(self, messages: Sequence[Message]) -> None: ...
    def claim(self, lane: Lane, *, now: datetime, until: datetime, limit: int) -> list[Message]: ...
    def save(self, message: Message) -> None: ...
    def get(self, message_id: int, *, lock: bool = False) -> Message | None: ...
    def any_due(self, lane: Lane, now: datetime) -> bool: ...
    def told(self, dossier_ids: Collection[int], since: datetime, messages: Collection[str]) -> set[int]: ...
    def listing(self, *, status: str | None = None, limit: int = 100) -> list[Message]: ...
    def of_dossier(self, dossier_id: int) -> list[Message]: ...
    def counts(self) -> dict[str, int]: ...


class Documents(Protocol):
    """Numbered products."""

    def with_key(self, key: str) -> Document | None: ...
    def add(self, document: Document) -> Document: ...
    def save(self, document: Document) -> None: ...
    def of(self, dossier_id: int) -> list[Document]: ...
    def with_token(self, token: str) -> Document | None: ...
    def about(self, about: str) -> list[Document]: ...


class Stock(Protocol):
    """Card blanks."""

    def levels(self) -> dict[str, tuple[int, int]]: ...
    def open_item(self, item: str, available: int) -> None: ...
    def moved(self, key: str) -> bool: ...
    def move(self, *, key: str, item: str, kind: str, available: int, reserved: int, dossier_id: int | None,
             at: datetime, actor: str) -> bool: ...  # fmt: skip
    def held(self, dossier_id: int) -> dict[str, int]: ...


class Seals(Protocol):
    """Roots over all chains."""

    def unsealed(self, *, lock: bool = False) -> list[tuple[int, str, int, str]]: ...
    def add(self, at: datetime, root: str, heads: Sequence[tuple[int, str, int, str]]) -> None: ...
    def last_root(self) -> str: ...
    def last_at(self) -> datetime | None: ...
    def counters(self) -> dict[str, int]: ...


class Work(Protocol):
    """One transaction."""

    @property
    def dossiers(self) -> Dossiers: ...
    @property
    def tasks(self) -> Tasks: ...
    @property
    def clocks(self) -> Clocks: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def stock(self) -> Stock: ...
    @property
    def people(self) -> People: ...
    @property
    def seals(self) -> Seals: ...
    @property
    def pauses(self) -> Pauses: ...
    @property
    def rules(self) -> RulesVersions: ...
    @property
    def alarms(self) -> Alarms: ...
    @property
    def figures(self) -> Figures: ...
    @property
    def overview(self) -> Overview: ...
    @property
    def spans(self) -> Spans: ...
    @property
    def ledgers(self) -> Ledgers: ...
    @property
    def outreaches(self) -> Outreaches: ...
    @property
    def overtakings(self) -> Overtakings: ...
    @property
    def escalations(self) -> Escalations: ...
    @property
    def evidence(self) -> Evidence: ...
    @property
    def history(self) -> History: ...
    @property
    def access(self) -> Access: ...
    @property
    def complaints(self) -> Complaints: ...
    @property
    def drafts(self) -> Drafts: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def person_requests(self) -> PersonRequests: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def unfinished(self) -> Unfinished: ...


class Store(Protocol):
    """Where everything is kept."""

    def begin(self) -> AbstractContextManager[Work]:
        """A transaction that may write. On SQLite it takes the write lock at once, so that it never fails half-way."""
        ...

    def read(self) -> AbstractContextManager[Work]:
        """A transaction that only reads one consistent state."""
        ...

    def let_go(self) -> None:
        """Take what was erased out of the database's own old pages, as far as it can do that by itself."""
        ...
