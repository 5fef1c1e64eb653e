"""The report's charts as SVG, drawn in this process.

They are narrow, so that they stay readable on a phone. What differs is told by dashes, shapes, light and dark or a
label, never by colour alone. Texts come in as data: nothing of them is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil
from textwrap import wrap
from typing import Any, NamedTuple

from adapters.charts import svg

_WIDTH = 420  # px, axis labels included
_INK, _PALE, _GREY = "#1d3f66", "#c9d8ea", "#45525f"
_LINES = (("#1d4f91", "circle", [1, 0]), ("#9a4a00", "triangle-up", [5, 3]))
_TICKS = 4
_LETTERS = 25  # of a label's line
_PADDING = {"left": 28, "top": 4, "right": 8, "bottom": 4}  # a reader's letters may be wider than those measured here
_SPLIT = "split(datum.label, '\\n')"
_MIDDLE: Any = {"condition": {"test": "indexof(datum.label, '\\n') >= 0", "value": "bottom"}, "value": "middle"}


class Point(NamedTuple):
    """A value of a series at a date; None leaves a gap."""

    start: date
    series: str
    value: float | None


class Bar(NamedTuple):
    """A bar, or with several of one label its parts: `told` is the text at its end."""

    label: str
    value: float
    part: str = ""
    told: str = ""


def lines(points: Sequence[Point], *, series: Sequence[str], y: str, percent: bool = False) -> str:
    """A line for each of up to two series, with a mark at each value."""
    alt = _altair()
    colours, shapes, dashes = (list(each) for each in zip(*_LINES[: len(series)], strict=True))
    starts = sorted({point.start for point in points})
    legend = alt.Legend(title=None, orient="top", direction="vertical", symbolSize=90, labelLimit=_WIDTH)

    def by_series(channel: Any, values: list[Any]) -> Any:
        return channel("series:N", sort=None, legend=legend, scale=alt.Scale(domain=list(series), range=values))

    base = alt.Chart(_data({"start": f"{p.start}", "series": p.series, "value": p.value} for p in points)).encode(
        x=_dates(starts, _TICKS),
        y=_quantity(y, percent),
        color=by_series(alt.Color, colours),
    )
    dots = base.mark_point(filled=True, opacity=1, size=12 if len(starts) > 30 else 40)
    drawn = base.mark_line(strokeWidth=2).encode(strokeDash=by_series(alt.StrokeDash, dashes))
    return _svg(drawn + dots.encode(shape=by_series(alt.Shape, shapes)), height=170)


def columns(bars: Sequence[Bar], *, x: str, y: str, most: float) -> str:
    """A histogram: a column for each bar, in their order, its text above it. `most` is where the scale ends."""
    alt = _altair()
    base = alt.Chart(_data(bar._asdict() for bar in bars)).encode(
        x=alt.X("label:O", sort=None, title=x, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("value:Q", title=y, scale=alt.Scale(domain=[0, max(most, 1) * 1.1], nice=False),
                axis=alt.Axis(tickCount=4, format="d")),
    )  # fmt: skip
    told = base.mark_text(dy=-3, baseline="bottom", fontSize=12).encode(text="told:N")
    return _svg(base.mark_bar(color=_INK) + told, height=150)


def rows(bars: Sequence[Bar], *, x: str, parts: Sequence[str] = (), beside: bool = False) -> str:
    """Horizontal bars, in their order; of two `parts` the first is dark and the second pale with an outline, one after
    the other or `beside` each other."""
    alt = _altair()
    labels = list(dict.fromkeys(bar.label for bar in bars))
    data = _data({**bar._asdict(), "place": parts.index(bar.part) if parts else 0} for bar in bars)
    lengths = [bar.value if beside else sum(b.value for b in bars if b.label == bar.label) for bar in bars]
    room = 1.35 if any(bar.told for bar in bars) else 1.0  # for the texts at the ends of the bars
    scale = alt.Scale(domain=[0, max(lengths, default=0) * room or 1], nice=False)
    base = alt.Chart(data).encode(
        y=alt.Y("label:N", sort=labels, title=None, scale=alt.Scale(paddingInner=0.3),
                axis=alt.Axis(labelLimit=170, labelExpr=_SPLIT, labelBaseline=_MIDDLE, ticks=False, domain=False)),
        x=alt.X("value:Q", title=x, scale=scale, stack=None if beside else "zero",
                axis=alt.Axis(tickCount=_TICKS, format="~s")),
    )  # fmt: skip
    if beside:
        base = base.encode(yOffset=alt.YOffset("part:N", sort=list(parts)))
    drawn = base.mark_bar(color=_INK)
    if parts:
        legend = alt.Legend(title=None, orient="top", direction="vertical", symbolStrokeWidth=1, labelLimit=_WIDTH,
                            symbolStrokeColor=_INK, symbolType="square")  # fmt: skip
        fill = alt.Fill("part:N", sort=None, legend=legend, scale=alt.Scale(domain=list(parts), range=[_INK, _PALE]))
        drawn = base.mark_bar(stroke=_INK, strokeWidth=1).encode(fill=fill, order=alt.Order("place:Q"))
    told = base.mark_text(align="left", dx=4, fontSize=11).encode(text="told:N")
    return _svg(drawn + told if room > 1 else drawn, height=max(60, (38 if beside else 32) * len(labels)))


def shares(points: Sequence[Point], *, series: Sequence[str]) -> str:
    """A small chart of shares (0 to 1) for each of the `unique` series, one under the other over the same dates."""
    alt = _altair()
    starts = sorted({point.start for point in points})
    base = alt.Chart(_data({"start": f"{p.start}", "series": p.series, "value": p.value} for p in points))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(values=[0, 0.5, 1], format="%"))
    drawn = base.mark_line(color=_INK, strokeWidth=1.5, point=alt.OverlayMarkDef(color=_INK, size=8, filled=True))
    header = alt.Header(title=None, labelAngle=0, labelAlign="left", labelFontSize=12, labelLimit=120,
                        labelExpr="split(datum.value, '\\n')", labelPadding=4)  # fmt: skip
    chart = drawn.encode(x=_dates(starts, 3), y=y).properties(width=_WIDTH - 180, height=44)
    faceted = chart.facet(row=alt.Row("series:N", sort=list(series), header=header), spacing=18)
    return _svg(faceted)


def unique(labels: Iterable[str]) -> list[str]:
    """Labels broken into at most two lines, numbered where two would be the same."""
    found: list[str] = []
    for label in map(_lines, labels):
        same, number = label, 1
        while same in found:
            number += 1
            same = f"{label} ({number})"
        found.append(same)
    return found


def _lines(text: str) -> str:
    return "\n".join(wrap(text, _LETTERS, max_lines=2, placeholder=" …")) or "-"


def _altair() -> Any:
    import altair  # 0.5 s

    return altair


def _data(values: Iterable[dict[str, Any]]) -> Any:
    return _altair().Data(values=list(values))


def _dates(starts: Sequence[date], most: int) -> Any:
    """The time axis, in UTC throughout, so that no zone moves a day; its ticks are beginnings of periods."""
    alt = _altair()
    few = starts[:: max(1, ceil((len(starts) - 1) / (most - 1)))]
    ticks = [alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True) for day in few]
    axis = alt.Axis(values=ticks, format="%Y-%m-%d", title=None, labelFlush=True, grid=False)
    return alt.X("start:T", scale=alt.Scale(type="utc"), axis=axis)


def _quantity(title: str, percent: bool) -> Any:
    alt = _altair()
    scale = alt.Scale(domain=[0, 1]) if percent else alt.Scale(domainMin=0)
    axis = alt.Axis(tickCount=5, format="%") if percent else alt.Axis(tickCount=5, tickMinStep=1, format="~s")
    return alt.Y("value:Q", title=title, scale=scale, axis=axis)


def _svg(chart: Any, *, height: int | None = None) -> str:
    alt = _altair()
    if height is not None:
        fit = alt.AutoSizeParams(type="fit-x", contains="padding")
        chart = chart.properties(width=_WIDTH, height=height, autosize=fit)
    chart = (
        chart.configure(font="sans-serif", background="white", padding=_PADDING)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelColor=_GREY,
                        titleColor=_GREY, gridColor="#dde3e9")
        .configure_legend(labelFontSize=12)
    )  # fmt: skip
    return svg(chart)
