"""Charts as SVG, drawn in this process: nothing is fetched, and the picture needs no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def bars(rows: Sequence[Mapping[str, Any]], *, x: tuple[str, str], y: tuple[str, str], label: str = "") -> str:
    """A bar for each row, in the order of the rows: `x` and `y` are the key and the title of what they show, `label` is
    the key of a text that stands where a row has no `y` (None)."""
    import altair as alt  # 0.5 s

    order = [row[x[0]] for row in rows]
    base = alt.Chart(alt.InlineData(values=[dict(row) for row in rows])).encode(
        x=alt.X(f"{x[0]}:O", title=x[1], sort=order, axis=alt.Axis(labelAngle=-45))
    )
    height = alt.Y(f"{y[0]}:Q", title=y[1], axis=alt.Axis(tickMinStep=1, format="d"))
    chart: Any = base.mark_bar(color="#2f5d8a").encode(y=height)
    if label:
        chart += base.mark_text(dy=-8, baseline="bottom").encode(y=alt.value(160), text=f"{label}:N")
    return svg(chart.properties(width=alt.Step(28), height=160))


def svg(chart: Any) -> str:
    """An altair chart as SVG."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return drawn
