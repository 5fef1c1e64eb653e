"""A workflow as a picture: Mermaid text for documents that render it, and an SVG that any browser shows.

People, machines, the applicant and the ends differ by shape and sign, never by colour alone, so that a printed
or a colour-blind reading loses nothing. Each lane has a drawing of its own.
"""

from __future__ import annotations

from html import escape
from textwrap import wrap

from adapters.config.diagram_layout import ISSUED, Arrow, Exit, Layout, Route, laid_out, outcomes
from domain.workflow import LaneWorkflow, Step

BOX, LINE, TRACK, CHIP_GAP = 220, 15, 12, 18
CHARACTER = 6.4  # the mean width of a letter at 12 px; there are no font metrics to ask

_STYLE = """
svg{background:#fff;font:12px system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:#1b1b1b}
.title{font-size:18px;font-weight:600}.who{font-size:11px;fill:#444}.name{font-weight:600}
.label{font-size:11px}.halo{fill:#fff;stroke:#fff;stroke-width:4;stroke-linejoin:round}
.human{fill:#fff7e0;stroke:#7a5a00;stroke-width:1.5}.machine{fill:#eaf1fb;stroke:#1d4f91;stroke-width:1.5}
.end{fill:#1b1b1b;stroke:#1b1b1b}.endtext{fill:#fff;font-weight:600}.join{stroke:#1b1b1b;stroke-width:4}
.chip{fill:#fff;stroke:#555}.chip.end{fill:#f0f0f0}.line{fill:none;stroke:#333;stroke-width:1.3}
.back{stroke-dasharray:5 3}.sign{fill:none;stroke:#333;stroke-width:1.3}
"""


def mermaid(workflow: LaneWorkflow) -> str:
    """A Mermaid flowchart of one lane's workflow."""
    arrows, exits = outcomes(workflow)
    whole = workflow.workflow
    lines = [
        "---",
        f"title: {whole.code} {whole.title.id} ({workflow.lane})",
        "---",
        "flowchart TD",
        f"  begin_(( )) --> {whole.start}",
    ]
    for name, step in workflow.steps.items():
        opening, closing = ("(", ")") if step.human else ("[[", "]]")
        lines.append(f'  {name}{opening}"{_quoted(step.title.id)}<br/><small>{_who(step)}</small>"{closing}')
    lines += [f'  {arrow.source} -->|"{_quoted(arrow.label)}"| {_mermaid_id(arrow.target)}' for arrow in arrows]
    for name, ways in exits.items():
        for number, way in enumerate(ways):
            if way.end is None:
                lines.append(f'  {name} -.->|"{_quoted(way.label)}"| {name}_out{number}>"pemohon"]')
                lines.append(f"  {name}_out{number} -.-> {way.resume}")
            else:
                lines.append(f'  {name} -->|"{_quoted(way.label)}"| {way.end}_(("{way.end}"))')
    lines.append('  issued_((("issued")))')
    return "\n".join(lines) + "\n"


def _mermaid_id(target: str) -> str:
    return "issued_" if target == ISSUED else target


def _quoted(text: str) -> str:
    return text.replace('"', "#quot;")


def _who(step: Step) -> str:
    """A role or an action; beside the action, the role that may end the step before it does."""
    return " ☺ ".join([step.human or step.automatic or "", *step.stopped_by])


def svg(workflow: LaneWorkflow) -> str:
    """An SVG document of one lane's workflow."""
    return _Drawing(workflow).text()


class _Drawing:
    """The measures of one drawing and its shapes; coordinates in pixels."""

    def __init__(self, workflow: LaneWorkflow) -> None:
        self.workflow = workflow
        self.layout: Layout = laid_out(workflow)
        self.beside: dict[str, list[Arrow]] = {}  # arrows that leave a step at its left side
        self.below: dict[str, list[Arrow]] = {}
        for arrow, route in self.layout.routes.items():
            side = self.beside if route is Route.BESIDE else self.below
            side.setdefault(arrow.source, []).append(arrow)
        self.height = {name: self._height(name) for name in self.layout.cell}
        self.track = self._tracks()
        self.lane = self._gap_lanes()
        self.left, self.width = self._columns()
        self.top, self.bottom = self._rows()
        self.shapes: list[str] = []
        self.labels: list[str] = []

    def _height(self, name: str) -> int:
        if name == ISSUED:
            return 34
        lines = len(_title_lines(self.workflow.steps[name])) + 1
        sides = max(len(self.layout.exits.get(name, ())) * 22, len(self.beside.get(name, ())) * CHIP_GAP)
        return max(lines * LINE + 14, sides + 8)

    def _tracks(self) -> dict[Arrow, int]:
        """For lines beside a column, how far out each runs, so that no two lie upon each other."""
        track: dict[Arrow, int] = {}
        used: dict[int, list[tuple[int, int, int]]] = {}
        arrows = [arrow for arrow, route in self.layout.routes.items() if route is Route.BESIDE]
        for arrow in sorted(arrows, key=self._span):
            column, row = self.layout.cell[arrow.source]
            goal = self.layout.cell[arrow.target][1]
            low, high = min(row, goal - 1), max(row, goal)
            near = used.setdefault(column, [])
            number = next(n for n in range(99) if not any(t == n and a <= high and low <= b for t, a, b in near))
            near.append((number, low, high))
            track[arrow] = number
        return track

    def _span(self, arrow: Arrow) -> int:
        return abs(self.layout.cell[arrow.source][1] - self.layout.cell[arrow.target][1])

    def _gap_lanes(self) -> dict[Arrow, tuple[int, int]]:
        """For lines that run across, the gap (numbered by the row below it) and their height in it."""
        lane: dict[Arrow, tuple[int, int]] = {}
        count: dict[int, int] = {}
        # A line into a step's top from beside comes lowest, nearest to its target.
        for arrow, route in sorted(self.layout.routes.items(), key=lambda item: item[1] is Route.BESIDE):
            if route is Route.STRAIGHT:
                continue
            gap = self.layout.cell[arrow.target if route is Route.BESIDE else arrow.source][1]
            gap += 0 if route is Route.BESIDE else 1
            lane[arrow] = (gap, count.get(gap, 0))
            count[gap] = count.get(gap, 0) + 1
        self.gap_count = count
        return lane

    def _columns(self) -> tuple[list[float], float]:
        """The left edge of each column's boxes, and the width of the whole."""
        left, x = [], 24.0
        for column in range(self.layout.columns):
            names = [name for name, (at, _) in self.layout.cell.items() if at == column]
            tracks = [self.track[arrow] for name in names for arrow in self.beside.get(name, ())]
            x += self._room(column) + (16 + (max(tracks) + 1) * TRACK if tracks else 0)
            left.append(x)
            chips = [_chip_width(way, name) + 30 for name in names for way in self.layout.exits.get(name, ())]
            below = [_width(arrow.label) - BOX / 2 for name in names for arrow in self.below.get(name, ())]
            x += BOX + max([*chips, *below, 24.0]) + 24
        title = _width(self._title()) * 1.6 + 48
        return left, max(x, title, 780)

    def _room(self, column: int) -> float:
        """How far the labels at the left of a column's boxes reach; the lines beside the column run further out."""
        names = [name for name, (at, _) in self.layout.cell.items() if at == column]
        stubs = [_width(arrow.label) for name in names for arrow in self.beside.get(name, ())]
        overhangs = [
            _width(arrow.label) + 6 - BOX / 2
            for name in names
            for arrow in self.below.get(name, ())
            if self.layout.routes[arrow] is Route.STRAIGHT and self._is_said_at_left(arrow)
        ]
        return max([*stubs, *overhangs, 0.0])

    def _sides(self, source: str) -> set[bool]:
        """At which sides lines that run across leave a step: True for the right one."""
        column = self.layout.cell[source][0]
        across = [each for each in self.below.get(source, ()) if self.layout.routes[each] is Route.ACROSS]
        return {self.layout.cell[each.target][0] > column for each in across}

    def _is_said_at_left(self, arrow: Arrow) -> bool:
        """Whether a line straight down has its label at its left: others leave at its right, and none at its left."""
        return self._sides(arrow.source) == {True}

    def _rows(self) -> tuple[list[float], float]:
        """The top edge of each row, and the height of the whole."""
        tops, y = [], 60.0
        for row in range(self.layout.rows):
            y += 30 + self.gap_count.get(row, 0) * (TRACK + 4)
            tops.append(y)
            y += max((self.height[name] for name, (_, at) in self.layout.cell.items() if at == row), default=0)
        return tops, y + 70

    def _title(self) -> str:
        whole = self.workflow.workflow
        lane = {"online": "jalur daring", "manual": "jalur loket"}[self.workflow.lane.value]
        return f"{whole.code}  {whole.title.id} ({lane})"

    def text(self) -> str:
        start = self.workflow.workflow.start
        x, y = self._middle(start), self._top(start)
        self.shapes.append(f'<circle class="end" cx="{x}" cy="{y - 24}" r="5"/>')
        self._line([(x, y - 19), (x, y)])
        for arrow, route in self.layout.routes.items():
            {Route.STRAIGHT: self._straight, Route.ACROSS: self._across, Route.BESIDE: self._around}[route](arrow)
        for name in self.layout.cell:
            self._box(name)
        self._legend()
        size = f'width="{self.width:.0f}" height="{self.bottom:.0f}" viewBox="0 0 {self.width:.0f} {self.bottom:.0f}"'
        title = escape(self._title())
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>',
                f"<title>{title}</title><style>{_STYLE}</style>",
                (
                    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"'
                    ' orient="auto-start-reverse"><path d="M0 0L10 5L0 10z" fill="#333"/></marker></defs>'
                ),
                f'<text class="title" x="24" y="32">{title}</text>',
                *self.shapes,
                *self.labels,
                "</svg>\n",
            ]
        )

    def _middle(self, name: str) -> float:
        return self.left[self.layout.cell[name][0]] + BOX / 2

    def _top(self, name: str) -> float:
        return self.top[self.layout.cell[name][1]]

    def _line(self, points: list[tuple[float, float]], *, back: bool = False) -> None:
        d = "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points)
        self.shapes.append(f'<path class="line{" back" if back else ""}" d="{d}" marker-end="url(#tip)"/>')

    def _label(self, x: float, y: float, arrow: Arrow, anchor: str = "start") -> None:
        said = escape(arrow.label)
        # Written twice, first as a white rim: the label stays readable where it lies upon a line.
        for kind in ("label halo", "label"):
            self.labels.append(f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{said}</text>')

    def _straight(self, arrow: Arrow) -> None:
        x, y = self._middle(arrow.source), self._top(arrow.source) + self.height[arrow.source]
        self._line([(x, y), (x, self._top(arrow.target))])
        at_left = self._is_said_at_left(arrow)
        self._label(x - 6 if at_left else x + 6, y + 14, arrow, "end" if at_left else "start")

    def _across(self, arrow: Arrow) -> None:
        goal = self._middle(arrow.target)
        right = goal > self._middle(arrow.source)
        across = [other for other in self.below[arrow.source] if self.layout.routes[other] is Route.ACROSS]
        shift = 24 + 16 * (len(across) - 1 - across.index(arrow))  # the outer one turns first, above the others' labels
        x, y = self._middle(arrow.source) + (shift if right else -shift), self._top(arrow.source)
        gap, number = self.lane[arrow]
        level = self._level(gap, number)
        self._line([(x, y + self.height[arrow.source]), (x, level), (goal, level), (goal, self._top(arrow.target))])
        self._label(x + (5 if right else -5), level - 4, arrow, "start" if right else "end")

    def _around(self, arrow: Arrow) -> None:
        column, _row = self.layout.cell[arrow.source]
        stubs = self.beside[arrow.source]
        height = self.height[arrow.source]
        y = self._top(arrow.source) + height / 2 + (stubs.index(arrow) - (len(stubs) - 1) / 2) * CHIP_GAP
        x = self.left[column] - self._room(column) - 16 - self.track[arrow] * TRACK
        level = self._level(*self.lane[arrow])
        goal = self._middle(arrow.target) - 50
        start = (self.left[column], y)
        self._line([start, (x, y), (x, level), (goal, level), (goal, self._top(arrow.target))], back=True)
        self._label(self.left[column] - 6, y - 3, arrow, "end")

    def _level(self, gap: int, number: int) -> float:
        """The height of a line that runs across in the gap above a row; later numbers lie lower."""
        return self.top[gap] - 12 - (self.gap_count[gap] - 1 - number) * (TRACK + 4)

    def _box(self, name: str) -> None:
        x, y, height = self.left[self.layout.cell[name][0]], self._top(name), self.height[name]
        if name == ISSUED:
            box = f'<rect class="end" x="{x + 45}" y="{y}" width="{BOX - 90}" height="{height}" rx="17"/>'
            text = f'<text class="endtext" x="{x + BOX / 2}" y="{y + 22}" text-anchor="middle">terbit / issued</text>'
            self.shapes += [box, text]
            return
        step = self.workflow.steps[name]
        kind, corner = ("human", 10) if step.human else ("machine", 0)
        self.shapes.append(
            f'<g><title>{escape(step.title.en)}</title><rect class="{kind}" x="{x}" y="{y}" width="{BOX}"'
            f' height="{height}" rx="{corner}"/>'
        )
        if step.automatic:
            self.shapes.append(f'<path class="machine" d="M{x + 7} {y}v{height}M{x + BOX - 7} {y}v{height}"/>')
        if step.waits_for:
            self.shapes.append(f'<path class="join" d="M{x} {y - 2}h{BOX}"/>')
        lines = _title_lines(step)
        baseline = y + (height - LINE * (len(lines) + 1)) / 2 + 11
        for number, line in enumerate(lines):
            self.shapes.append(
                f'<text class="name" x="{x + BOX / 2}" y="{baseline + number * LINE:.0f}" text-anchor="middle">'
                f"{escape(line)}</text>"
            )
        below = baseline + len(lines) * LINE
        sign = "&#9786; " if step.human else "&#9881; "
        self.shapes.append(
            f'<text class="who" x="{x + BOX / 2}" y="{below:.0f}" text-anchor="middle">{sign}{_who(step)}</text></g>'
        )
        self._chips(name, x + BOX, y + height / 2)

    def _chips(self, name: str, x: float, middle: float) -> None:
        """What leaves the flow, at the right of its step."""
        ways = self.layout.exits.get(name, [])
        for number, way in enumerate(ways):
            y = middle + (number - (len(ways) - 1) / 2) * 22
            self._line([(x, y), (x + 16, y)])
            kind, corner = ("chip", 9) if way.end is None else ("chip end", 0)
            self.shapes.append(
                f'<rect class="{kind}" x="{x + 17}" y="{y - 9:.0f}" width="{_chip_width(way, name):.0f}" height="18"'
                f' rx="{corner}"/><text class="who" x="{x + 24}" y="{y + 4:.0f}">{escape(_chip(way, name))}</text>'
            )

    def _legend(self) -> None:
        y = self.bottom - 26
        said = (
            "☺ rounded: a person    ⚙ double sides: automatic (☺: who may end it before)    "
            "↩ pill: back to the applicant    ■ an end    "
            "∥ parallel    thick bar: waits for all    dashed: back or round about"
        )
        self.shapes.append(f'<text class="who" x="24" y="{y:.0f}" xml:space="preserve">{said}</text>')


def _title_lines(step: Step) -> list[str]:
    return wrap(step.title.id, 26)


def _chip(way: Exit, step: str) -> str:
    if way.end is not None:
        return f"{way.label} ■ {way.end}" if way.label != way.end else f"■ {way.end}"
    return f"{way.label} ↩ pemohon" + (f" → {way.resume}" if way.resume != step else "")


def _chip_width(way: Exit, step: str) -> float:
    return _width(_chip(way, step)) + 16


def _width(text: str) -> float:
    return len(text) * CHARACTER
