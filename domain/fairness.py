"""How the order of work was kept: what was taken out of turn, by whom, for whom, and at whose cost.

People used insiders to be served first (design: "Why it exists"), so every overtaking is counted and published. What is
published may point at nobody: counts below `RARE` are withheld, and where they could be worked out from the rest of
their table, so is one count more (cell suppression as official statistics do it).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from domain.roles import Lane

RARE = 3
"""Counts from 1 to below this could point at somebody."""
FEW, WITHHELD = f"<{RARE}", "–"
"""What stands for a rare count, and for one that is kept back so that a rare one cannot be worked out."""

_LAST_PART, _LAST_HOUR, _LAST_OF_STEP = 0.9, timedelta(hours=1), timedelta(minutes=10)


class Verdict(StrEnum):
    """What who answers for a lane says of a task taken out of its turn. The work does not wait for it."""

    APPROVED = "approved"
    OBJECTED = "objected"


UNANSWERED = "unanswered"
"""What stands for the verdict where nobody has given one yet."""


class Claim(Protocol):
    """A task that a person took."""

    @property
    def at(self) -> datetime: ...
    @property
    def lane(self) -> Lane: ...
    @property
    def code(self) -> str: ...
    @property
    def officer(self) -> str: ...


class Overtaking(Claim, Protocol):
    """A task that was taken out of turn, and the dossiers that were passed over."""

    @property
    def reason(self) -> str: ...
    @property
    def applicant(self) -> str: ...
    @property
    def dossier_id(self) -> int: ...
    @property
    def task_id(self) -> int: ...
    @property
    def passed(self) -> Sequence[int]: ...
    @property
    def verdict(self) -> Verdict | None: ...


@dataclass(frozen=True, slots=True)
class Share:
    """Overtakings among the tasks taken."""

    overtakings: int = 0
    claims: int = 0

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where none was taken (a lead who hands work out takes none)."""
        return self.overtakings / self.claims if self.claims >= self.overtakings and self.claims else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """A lane's counts: in all, by document type, officer and week (its Monday); overtakings by reason and by what was
    said of them (a `Verdict`, or `UNANSWERED`)."""

    lane: Lane
    whole: Share
    types: Mapping[str, Share]
    officers: Mapping[str, Share]
    reasons: Mapping[str, int]
    verdicts: Mapping[str, int]
    weeks: Mapping[date, Share]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """An officer who took tasks of the same applicant out of turn more than once. The applicant is a number of this
    list alone: the same applicant has the same number in it."""

    officer: str
    applicant: int
    tasks: int
    dossiers: int


class Held(Protocol):
    """A task that an officer held and gave back, and how many whose turn came later others took meanwhile."""

    @property
    def officer(self) -> str: ...
    @property
    def others(self) -> Mapping[str, int]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class LetBy:
    """An officer who gave tasks back, and another who took later ones while the first held them: how many were given
    back so, and how many the other took. Once says nothing; the same two often may let somebody go first."""

    officer: str
    other: str
    given_back: int
    taken: int


@dataclass(frozen=True, slots=True)
class Row:
    """A published row: the tasks taken, the overtakings and their share, each as text."""

    key: str
    claims: str
    overtakings: str
    share: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """What everybody may know of a lane."""

    lane: Lane
    whole: Row
    types: tuple[Row, ...]
    reasons: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str], ...]
    weeks: tuple[Row, ...]


_K = TypeVar("_K", bound=Hashable)


def counted(
    lane: Lane,
    overtakings: Iterable[Overtaking],
    claims: Iterable[Claim],
    week_of: Callable[[datetime], date],
    weeks: Sequence[date],
) -> Counts:
    """The counts of one lane; `week_of` gives the week of an instant in office time, `weeks` all there are to show."""
    over = [each for each in overtakings if each.lane is lane]
    took = [each for each in claims if each.lane is lane]
    by_week = _shares(over, took, lambda each: week_of(each.at))
    return Counts(
        lane=lane, whole=Share(len(over), len(took)),
        types=_shares(over, took, lambda each: each.code), officers=_shares(over, took, lambda each: each.officer),
        reasons=dict(sorted(Counter(each.reason for each in over).items())),
        verdicts={said: sum((each.verdict or UNANSWERED) == said for each in over) for said in (*Verdict, UNANSWERED)},
        weeks={week: by_week.get(week, Share()) for week in weeks},
    )  # fmt: skip


def _shares(over: Sequence[Claim], took: Sequence[Claim], key: Callable[[Claim], _K]) -> dict[_K, Share]:
    passed, taken = Counter(map(key, over)), Counter(map(key, took))
    return {each: Share(passed[each], taken[each]) for each in sorted(passed.keys() | taken.keys(), key=str)}


def pairs(overtakings: Iterable[Overtaking]) -> list[Pair]:
    """The officers and applicants that recur, the most frequent first."""
    met: dict[tuple[str, str], list[Overtaking]] = defaultdict(list)
    for each in overtakings:
        if each.applicant:
            met[each.officer, each.applicant].append(each)
    found = {pair: (len({o.task_id for o in over}), len({o.dossier_id for o in over})) for pair, over in met.items()}
    again = [pair for pair, (tasks, _) in found.items() if tasks > 1]  # in the order of the first overtaking
    again.sort(key=lambda pair: -found[pair][0])
    numbers = {token: number for number, token in enumerate(dict.fromkeys(token for _, token in again), 1)}
    return [
        Pair(officer=officer, applicant=numbers[token], tasks=found[officer, token][0],
             dossiers=found[officer, token][1])
        for officer, token in again
    ]  # fmt: skip


def let_by(held: Iterable[Held]) -> list[LetBy]:
    """The two officers of whom this is so more than once, those with most tasks first."""
    given_back, taken = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in held:
        for other, tasks in each.others.items():
            given_back[each.officer, other] += 1
            taken[each.officer, other] += tasks
    found = [
        LetBy(officer=officer, other=other, given_back=times, taken=taken[officer, other])
        for (officer, other), times in given_back.items()
        if times > 1
    ]
    return sorted(found, key=lambda each: (-each.given_back, -each.taken, each.officer, each.other))


def passed_over(overtakings: Iterable[Overtaking], most: int = 10) -> list[tuple[int, int]]:
    """The ids of the dossiers that were passed over most, with how often."""
    times = Counter(dossier for each in overtakings for dossier in each.passed)
    return sorted(times.items(), key=lambda found: (-found[1], found[0]))[:most]


def just_before_due(
    at: datetime,
    due: datetime | None,
    *,
    used: timedelta | None = None,
    budget: timedelta = timedelta(),
    step: bool = False,
) -> bool:
    """Whether a pause set at this instant saved a due time: within its last hour (of one step, which may have but half
    an hour: its last ten minutes), or when nine tenths of the budget were used (`used`, as far as it is known)."""
    if due is None or at > due:
        return False
    last = _LAST_OF_STEP if step else _LAST_HOUR
    return due - at <= last or (used is not None and used >= _LAST_PART * budget)


def published(counts: Counts) -> Published:
    """The counts of a lane without whatever could point at a person."""
    types, weeks = counts.types, {f"{week}": share for week, share in counts.weeks.items()}
    hidden = {
        "overtakings": any(map(_is_told_by_sum, (_column(types, "overtakings"), counts.reasons, counts.verdicts,
                                                 _column(weeks, "overtakings")))),
        "claims": any(map(_is_told_by_sum, (_column(types, "claims"), _column(weeks, "claims")))),
    }  # fmt: skip
    whole = {name: withheld({"": getattr(counts.whole, name)}, hide_sum=hide)[""] for name, hide in hidden.items()}
    return Published(
        lane=counts.lane, whole=_row("", counts.whole, whole["claims"], whole["overtakings"]),
        types=_rows(types, hidden), weeks=_rows(weeks, hidden),
        reasons=tuple(withheld(counts.reasons, hide_sum=hidden["overtakings"]).items()),
        verdicts=tuple(withheld(counts.verdicts, hide_sum=hidden["overtakings"]).items()),
    )  # fmt: skip


def _column(shares: Mapping[str, Share], name: str) -> dict[str, int]:
    return {key: getattr(each, name) for key, each in shares.items()}


def _rows(shares: Mapping[str, Share], hidden: Mapping[str, bool]) -> tuple[Row, ...]:
    shown = {name: withheld(_column(shares, name), hide_sum=hide) for name, hide in hidden.items()}
    return tuple(_row(key, each, shown["claims"][key], shown["overtakings"][key]) for key, each in shares.items())


def _row(key: str, share: Share, claims: str, overtakings: str) -> Row:
    exact = claims.isdigit() and overtakings.isdigit() and share.share is not None
    return Row(key, claims, overtakings, f"{share.share:.1%}" if exact else "")


def is_rare(count: int) -> bool:
    """Whether a count could point at somebody."""
    return 0 < count < RARE


def withheld(counts: Mapping[_K, int], *, hide_sum: bool = False) -> dict[_K, str]:
    """The counts of one table as they may be published beside their sum, which `hide_sum` keeps back.

    Rare ones are `FEW`. Where their number and sum would tell what each of them is, the smallest other one is
    `WITHHELD` as well, one that is nothing if need be.
    """
    rare = [key for key, count in counts.items() if is_rare(count)]
    shown = {key: FEW if key in rare else str(count) for key, count in counts.items()}
    others = [key for key in counts if key not in rare]
    some = [key for key, count in counts.items() if count]
    if hide_sum and len(some) == 1:
        shown[some[0]] = WITHHELD  # it is the sum
    elif others and (_each_known(counts, rare) or (hide_sum and not rare)):
        shown[min(others, key=lambda key: (counts[key] == 0, counts[key]))] = WITHHELD
    return shown


def _each_known(counts: Mapping[_K, int], rare: Sequence[_K]) -> bool:
    """Whether the number of rare counts and their sum tell what each is: there is one, or all are least or greatest."""
    return bool(rare) and (len(rare) == 1 or sum(counts[key] for key in rare) in (len(rare), len(rare) * (RARE - 1)))


def _is_told_by_sum(counts: Mapping[_K, int]) -> bool:
    """Whether the sum of a table, even as `FEW`, would tell rare counts that no other one can hide."""
    some = [key for key, count in counts.items() if count]
    rare = [key for key in some if counts[key] < RARE]
    return len(some) > 1 and len(rare) == len(some) and _each_known(counts, rare)
