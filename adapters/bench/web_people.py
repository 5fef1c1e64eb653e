"""People at work in a browser, for `jalur bench web`: each asks for pages one after the other, as their work goes, with
a pause between; how long each answer took is kept by the kind of page."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle, zip_longest
from random import Random

import httpx

from adapters.bench.web_town import Known
from adapters.demo.forms import filled_in
from adapters.web.session import FIELD
from domain.dossier import TaskStatus
from domain.passwords import DEMO
from domain.permissions import NEEDING_ONE_DOSSIER
from domain.roles import Lane
from lanes.office import Office

_TOKEN = re.compile(rf'name="{FIELD}" value="([0-9a-f]+)"')
_BORN = date(1985, 5, 17)
_TIMEOUT_S = 30.0


@dataclass(slots=True)
class Answers:
    """How long answers took, in seconds, by kind of page; and what went wrong, as "KIND STATUS", how often."""

    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    live: int = 0
    """Counts that came by themselves on desks that stayed open."""


class Browser:
    """A browser of one person, with their cookies. Nothing is followed by itself: each answer is timed alone."""

    def __init__(self, address: str) -> None:
        self.client = httpx.AsyncClient(base_url=address, timeout=_TIMEOUT_S)
        self.answers = Answers()
        self._token = ""

    async def get(self, kind: str, path: str) -> str:
        """Ask for a page; gives its text."""
        answer = await self._timed(kind, self.client.build_request("GET", path), 200)
        return answer.text if answer else ""

    async def send(self, kind: str, path: str, values: Mapping[str, str], *, leads: bool = True) -> str:
        """Send a form of the page shown; gives where it `leads`, or the page that answers it."""
        request = self.client.build_request("POST", path, data={FIELD: self._token, **values})
        answer = await self._timed(kind, request, 303 if leads else 200)
        return "" if answer is None else answer.headers["location"] if leads else answer.text

    async def _timed(self, kind: str, request: httpx.Request, right: int) -> httpx.Response | None:
        begun = time.perf_counter()
        try:
            answer = await self.client.send(request)
        except httpx.HTTPError as fault:
            self.answers.wrong[f"{kind} {type(fault).__name__}"] += 1
            return None
        if answer.status_code != right:
            self.answers.wrong[f"{kind} {answer.status_code}"] += 1
            return None
        self.answers.took[kind].append(time.perf_counter() - begun)
        self._token = found[1] if (found := _TOKEN.search(answer.text)) else self._token
        return answer

    async def sign_in(self, username: str) -> None:
        """Sign somebody of a demo in. Raises RuntimeError when that fails."""
        await self.get("sign_in", "/sign-in")
        if not await self.send("sign_in", "/sign-in", {"username": username, "password": DEMO, "next": "/desk"}):
            raise RuntimeError(f"{username} could not sign in")

    async def watch(self) -> None:
        """Keep the counts of an open desk coming, as its script does, until cancelled."""
        async with self.client.stream("GET", "/desk/live", timeout=None) as stream:
            if stream.status_code != 200:
                self.answers.wrong[f"live {stream.status_code}"] += 1
            async for line in stream.aiter_lines():
                self.answers.live += line.startswith("data:")
        self.answers.wrong["live ended"] += 1


Pause = Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Officer:
    """Somebody at a desk: takes the next task, reads it, ends it; looks something up every fourth time."""

    browser: Browser
    office: Office
    draw: Random
    known: Sequence[Known]
    """What they look up: nothing, where their work is with single dossiers only."""
    pause: Pause

    async def round(self) -> None:
        """One task from the list to its end."""
        browser = self.browser
        await browser.get("worklist", "/desk")
        await self.pause()
        place = await browser.send("next", "/desk/next", {})
        if place.startswith("/desk/tasks/"):
            await browser.get("task", place)
            await self.pause()
            await browser.send("complete", f"{place}/complete", self._filled_in(int(place.rpartition("/")[2])))
        if self.known and self.draw.random() < 0.25:
            await self._look_up()

    async def _look_up(self) -> None:
        await self.browser.get("search", "/desk/search")
        await self.pause()
        number = self.draw.choice(self.known).number
        found = await self.browser.send("find", "/desk/search", {"text": number}, leads=False)
        await self.pause()
        if f"/desk/dossiers/{number}" in found:
            await self.browser.get("dossier", f"/desk/dossiers/{number}")

    def _filled_in(self, task_id: int) -> dict[str, str]:
        task, dossier = self.office.views.task(task_id)
        workflow = self.office.config.workflows[dossier.code]
        step = workflow.in_lane(dossier.lane).steps[task.step]
        values = filled_in(workflow, step.form, dossier, _BORN, self.draw)
        shown = {name: "yes" if value is True else str(value) for name, value in values.items() if value is not False}
        return {"outcome": step.way_on, "filled_in": "yes", **shown}


@dataclass(frozen=True, kw_only=True, slots=True)
class Manager:
    """Somebody who looks after both lanes."""

    browser: Browser
    lane: str
    pause: Pause

    async def round(self) -> None:
        """The glance, a list behind a figure, and who has not reacted."""
        lane = f"/manager/{self.lane}"
        for kind, path in (("glance", "/manager"), ("overdue", f"{lane}/dossiers?show=overdue"),
                           ("escalations", f"{lane}/escalations")):  # fmt: skip
            await self.browser.get(kind, path)
            await self.pause()


@dataclass(frozen=True, kw_only=True, slots=True)
class Citizen:
    """Somebody who follows their application, and looks how the office does."""

    browser: Browser
    draw: Random
    known: Sequence[Known]
    pause: Pause

    async def round(self) -> None:
        """From the first page to where it stands."""
        await self.browser.get("track_form", "/track")
        await self.pause()
        mine = self.draw.choice(self.known)
        if place := await self.browser.send("track", "/track", {"number": mine.number, "code": mine.code}):
            await self.browser.get("tracked", place)
        await self.pause()
        await self.browser.get("figures", "/figures")
        await self.pause()


class Crowd:
    """So many people of an office: a tenth are citizens, one in twenty-five a manager, the others sit at desks in both
    lanes."""

    def __init__(self, office: Office, address: str, known: Sequence[Known], people: int) -> None:
        self._draw, self._think_s = Random(1), 0.0  # noqa: S311 - what people do, no secret
        self._browsers = [Browser(address) for _ in range(people)]
        self._staff: dict[str, Browser] = {}
        self._desks: list[Browser] = []
        self._rounds: list[Callable[[], Awaitable[None]]] = []
        citizens, managers, officers = max(1, people // 10), max(1, people // 25), _officers(office)
        for place, (browser, lane) in enumerate(zip(self._browsers, cycle(Lane), strict=False)):
            if place < citizens:
                self._rounds.append(Citizen(browser=browser, draw=self._draw, known=known, pause=self._pause).round)
            elif place < citizens + managers:
                self._staff[office.config.lanes[lane].manager] = browser
                self._rounds.append(Manager(browser=browser, lane=lane, pause=self._pause).round)
            else:
                name = next(name for name in officers[lane] if name not in self._staff)
                roles = {role for team in office.config.teams_of(name, lane) for role in team.roles}
                theirs = [] if roles <= NEEDING_ONE_DOSSIER else [
                    each for each in known if each.number.startswith(lane.prefix)
                ]  # fmt: skip
                self._staff[name] = browser
                self._desks.append(browser)
                self._rounds.append(
                    Officer(browser=browser, office=office, draw=self._draw, known=theirs, pause=self._pause).round
                )

    async def _pause(self) -> None:
        await asyncio.sleep(self._draw.uniform(0, 2) * self._think_s)

    async def sign_in(self) -> None:
        """Sign everybody of the office in, one after the other: a password costs a tenth of a second."""
        for username, browser in self._staff.items():
            await browser.sign_in(username)

    async def look(self, answers: Answers, times: int) -> None:
        """One person asks for the worklist so often, and everybody else is quiet."""
        browser = self._desks[0]
        browser.answers = answers
        for _ in range(times):
            await browser.get("worklist", "/desk")

    async def work(self, answers: Answers, seconds: float, think_s: float) -> None:
        """Let everybody begin anew whenever they are done, until this time is over; what is under way is ended. Before
        the next page they pause for `think_s` on the average."""
        self._think_s, until = think_s, time.monotonic() + seconds

        async def one(again: Callable[[], Awaitable[None]]) -> None:
            await self._pause()  # nobody begins in the same instant
            while time.monotonic() < until:
                await again()

        for browser in self._browsers:
            browser.answers = answers
        open_desks = [asyncio.create_task(browser.watch()) for browser in self._desks]
        await asyncio.gather(*(one(each) for each in self._rounds))
        for each in open_desks:
            each.cancel()
        await asyncio.gather(*open_desks, return_exceptions=True)

    async def leave(self) -> None:
        """Close all browsers."""
        for browser in self._browsers:
            await browser.client.aclose()


def _officers(office: Office) -> dict[Lane, Iterator[str]]:
    """Who sits at the desks of each lane, a member of each team in turn: first of those with work in their lines."""
    found = {}
    for lane, standing in office.worklist.standing().items():
        busy = {each.team for each in standing if each.status is TaskStatus.OPEN}
        teams = office.config.lanes[lane].teams
        first, then = ([team.members for team in teams if (team.id in busy) is here] for here in (True, False))
        in_turn = [name for some in (first, then) for row in zip_longest(*some) for name in row if name]
        found[lane] = iter([name for name in dict.fromkeys(in_turn) if name != office.config.lanes[lane].manager])
    return found
