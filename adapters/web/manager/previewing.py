"""A preview of rules in words and rows, as the page shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from adapters.web.titles import step_title, team_title, type_title
from adapters.web.words import gettext as _
from domain.clock import ClockKind
from domain.foresight import SYSTEM
from domain.hindsight import Tally
from lanes.office import Office
from lanes.previewed import Heard, Hearing, LanePreview


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """`promises`: (what, now, proposed, for how many types, which); `groups`: (type, team, becomes overdue, no longer,
    becomes at risk, no longer); `teams`: (team, open, due today now and then, overdue now and then); `past`: (type,
    dossiers, as it was, in force, proposed, made late, made in time); `steps` the same of people's steps; `heard`:
    (what is written, at once, in the day after it), each as it would be anyway and with the new times."""

    promises: list[tuple[str, str, str, int, str]]
    groups: list[tuple[str, str, int, int, int, int]]
    teams: list[tuple[str, int, tuple[int, int], tuple[int, int]]]
    past: list[tuple[Any, ...]]
    steps: list[tuple[Any, ...]]
    heard: list[tuple[str, str, str]]


def told_of(office: Office, found: LanePreview) -> Told:
    """A preview, told."""
    effect, past = found.open and found.open.recompute, found.past
    return Told(
        promises=_promises(office, found),
        groups=[
            (type_title(office, each.code), _team(office, found, each.team), each.becomes_overdue,
             each.no_longer_overdue, each.becomes_at_risk, each.no_longer_at_risk)
            for each in (effect.dossiers if effect else ())
        ],
        teams=[
            (_team(office, found, each.team), each.open, (each.due_today_before, each.due_today_after),
             (each.overdue_before, each.overdue_after))
            for each in (effect.teams if effect else ())
        ],
        past=[(type_title(office, code), *_shares(tally)) for code, tally in past.promise.items()] if past else [],
        steps=[
            (f"{step_title(office, found.lane, step)}, {_team(office, found, team)}", *_shares(tally))
            for (team, step), tally in (past.steps.items() if past else ())
        ],
        heard=_heard(found.open.hearing) if found.open else [],
    )  # fmt: skip


def _heard(hearing: Hearing) -> list[tuple[str, str, str]]:
    counts: dict[str, Callable[[Heard], int]] = {
        _("Applicants told that they are late"): lambda heard: heard.late,
        _("Applicants reminded to answer"): lambda heard: heard.reminded,
        _("Applications closed for no answer"): lambda heard: heard.closed,
        _("People of the office told"): lambda heard: len(heard.people),
        _("Steps handed to somebody else"): lambda heard: heard.handed_on,
    }
    both = (hearing.at_once, hearing.day_after)
    told = [(words, [f"{count(old)} → {count(new)}" for old, new in both]) for words, count in counts.items()]
    return [(words, now, later) for words, (now, later) in told if (now, later) != ("0 → 0", "0 → 0")]


def _team(office: Office, found: LanePreview, team: str) -> str:
    return team_title(office, found.lane, None if team == SYSTEM else team)


def _promises(office: Office, found: LanePreview) -> list[tuple[str, str, str, int, str]]:
    alike: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for each in found.changes.promises:
        what = step_title(office, found.lane, each.step) if each.step else _kind(each.kind)
        alike[what, each.before or "–", each.after or "–"].append(each.code)
    return [(*key, len(codes), ", ".join(codes)) for key, codes in alike.items()]


def _kind(kind: ClockKind) -> str:
    return {ClockKind.TARGET: _("Target of the whole"), ClockKind.LIMIT: _("Limit of the whole"),
            ClockKind.STEP: _("Other steps"), ClockKind.ANSWER: _("The applicant's time to answer")}[kind]  # fmt: skip


def _shares(tally: Tally) -> tuple[Any, ...]:
    then, before, after = (f"{count / tally.clocks:.0%}" for count in (tally.then, tally.before, tally.after))
    return tally.clocks, then, before, after, tally.made_late, tally.made_timely
