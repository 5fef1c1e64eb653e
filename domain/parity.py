"""Whether the online lane keeps up with the walk-in lane: the failure that Jalur exists to make impossible.

Both lanes are measured by one clock, from handing in to the document, less the time the office waited for the
applicant, in hours in which the counters are open. By the clock on the wall an application sent on a Friday night would
be slower than every walk-in, whoever works on it, and a lane open day and night always the slower one. An open dossier
that is overdue counts with its hours so far: a lane in which work lies would else look as quick as what it does finish.
All document types together are compared at the online lane's own mix of types, so that a lane with more of the slow
ones is not called slow for that (direct standardisation); exempt types are left out of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.fairness import is_rare
from domain.lane import Parity
from domain.quantile import weighted_quantile
from domain.roles import Lane

TOLERANCE = 0.1
"""How much longer the slowest tenth may take before it counts: with a few dozen dossiers it hangs on one or two. An
alarm that is up ends without it, so that it does not go up and down from one hour to the next."""

ALL = ""
"""Stands for all document types together, where a code is asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """A dossier whose document was issued, or an open one that is overdue, so far. `hours` as the module says;
    `worked_hours`: somebody had it in hand."""

    lane: Lane
    code: str
    hours: float
    worked_hours: float
    on_time: bool
    out_of_turn: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """How one lane did. Shares are from 0 to 1; waiting is what is left of the hours when nobody worked on it.
    `out_of_turn` is None where, of a document type in it, so few were that they could point at somebody."""

    dossiers: int
    median_hours: float
    p90_hours: float
    on_time: float
    worked_hours: float
    waited_hours: float
    out_of_turn: float | None


class Verdict(StrEnum):
    """What a comparison comes to."""

    SLOWER = "slower"
    KEEPS_UP = "keeps_up"
    TOO_FEW = "too_few"
    EXEMPT = "exempt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The online lane against the manual one, for a document type or (`ALL`) for all that are not exempt. `slower_in`
    names the measures by which the online lane is slower; it stands there for an exempt type too."""

    code: str
    online: Side | None
    manual: Side | None
    verdict: Verdict
    slower_in: tuple[str, ...] = ()

    @property
    def slower_by(self) -> dict[str, float]:
        """How many hours more the online lane takes, for each measure of `slower_in`."""
        ours, theirs = self.online, self.manual
        if ours is None or theirs is None:
            return {}
        more = {"median": ours.median_hours - theirs.median_hours, "p90": ours.p90_hours - theirs.p90_hours}
        return {name: more[name] for name in self.slower_in}

    @property
    def is_well(self) -> bool:
        """Whether an alarm ends by it: online keeps up by every measure, without any tolerance, or need not."""
        if self.verdict is not Verdict.KEEPS_UP or self.online is None or self.manual is None:
            return self.verdict is Verdict.EXEMPT
        return self.online.p90_hours <= self.manual.p90_hours


def compare(issued: Iterable[Issued], rules: Parity, today: date) -> list[Comparison]:
    """All types together first, then each type of the cases, in the order of codes."""
    cases = list(issued)
    codes = sorted({case.code for case in cases})
    return [_all(cases, rules, today), *(_type(code, cases, rules, today) for code in codes)]


def _type(code: str, cases: Sequence[Issued], rules: Parity, today: date) -> Comparison:
    own = [case for case in cases if case.code == code]
    online, manual = ([(case, 1.0) for case in own if case.lane is lane] for lane in (Lane.ONLINE, Lane.MANUAL))
    return _compared(code, online, manual, rules, exempt=_is_exempt(code, rules, today))


def _is_exempt(code: str, rules: Parity, today: date) -> bool:
    exemption = rules.exempt.get(code)
    return exemption is not None and today <= exemption.until


def _all(cases: Sequence[Issued], rules: Parity, today: date) -> Comparison:
    online = [case for case in cases if case.lane is Lane.ONLINE]
    manual = [case for case in cases if case.lane is Lane.MANUAL]
    mix, there = Counter(case.code for case in online), Counter(case.code for case in manual)
    both = {code for code in mix.keys() & there.keys() if not _is_exempt(code, rules, today)}
    return _compared(
        ALL,
        [(case, 1.0) for case in online if case.code in both],
        [(case, mix[case.code] / there[case.code]) for case in manual if case.code in both],
        rules,
    )


Weighted = Sequence[tuple[Issued, float]]


def _compared(code: str, online: Weighted, manual: Weighted, rules: Parity, *, exempt: bool = False) -> Comparison:
    ours, theirs = _side(online), _side(manual)
    if ours is None or theirs is None or min(ours.dossiers, theirs.dossiers) < rules.at_least:
        verdict = Verdict.EXEMPT if exempt else Verdict.TOO_FEW
        return Comparison(code=code, online=ours, manual=theirs, verdict=verdict)
    slower = []
    if ours.median_hours > theirs.median_hours:
        slower.append("median")
    if ours.p90_hours > theirs.p90_hours * (1 + TOLERANCE):
        slower.append("p90")
    verdict = Verdict.EXEMPT if exempt else Verdict.SLOWER if slower else Verdict.KEEPS_UP
    return Comparison(code=code, online=ours, manual=theirs, verdict=verdict, slower_in=tuple(slower))


def _side(cases: Weighted) -> Side | None:
    if not cases:
        return None
    hours = [(case.hours, weight) for case, weight in cases]
    median, p90 = weighted_quantile(hours, 0.5), weighted_quantile(hours, 0.9)
    whole = sum(weight for _, weight in cases)
    worked = sum(case.worked_hours * weight for case, weight in cases) / whole
    overtaking = Counter(case.code for case, _ in cases if case.out_of_turn)
    return Side(
        dossiers=len(cases), median_hours=median, p90_hours=p90,
        on_time=sum(case.on_time * weight for case, weight in cases) / whole,
        worked_hours=worked,
        waited_hours=max(0.0, sum(value * weight for value, weight in hours) / whole - worked),
        out_of_turn=None if any(map(is_rare, overtaking.values()))
        else sum(case.out_of_turn * weight for case, weight in cases) / whole,
    )  # fmt: skip
