"""The past under the rules in force and under proposed ones, as one picture for a meeting: SVG, both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.charts import svg
from lanes.previewed import LanePreview

IN_FORCE, PROPOSED = "berlaku sekarang / in force", "usulan / proposed"
_DARK, _LIGHT = "#1d4e6f", "#ffffff"


def on_time_chart(previews: Sequence[LanePreview]) -> str:
    """Bars side by side for each document type: the share in time under both rules, with its figure on it. What is in
    force is filled and what is proposed is hollow, so that nobody needs to see colours."""
    import altair as alt  # 0.5 s

    rows = [
        {"lane": each.lane.value, "type": code, "rules": rules, "share": kept / tally.clocks, "dossiers": tally.clocks}
        for each in previews if each.past is not None
        for code, tally in each.past.promise.items()
        for rules, kept in ((IN_FORCE, tally.before), (PROPOSED, tally.after))
    ]  # fmt: skip
    both = [IN_FORCE, PROPOSED]
    base = alt.Chart().encode(
        x=alt.X("type:N", title="Jenis dokumen / Document type", axis=alt.Axis(labelAngle=-45)),
        xOffset=alt.XOffset("rules:N", sort=both),
        y=alt.Y("share:Q", title="Tepat waktu / In time", scale=alt.Scale(domain=[0, 1.1]),
                axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1])),
    )  # fmt: skip
    fill = alt.Scale(domain=both, range=[_DARK, _LIGHT])
    bars = base.mark_bar(stroke=_DARK, strokeWidth=1).encode(
        fill=alt.Fill("rules:N", title="Aturan / Rules", scale=fill, sort=both)
    )
    figures = base.mark_text(dy=-6, fontSize=8, color="#222222").encode(text=alt.Text("share:Q", format=".0%"))
    layers: Any = alt.layer(bars, figures, data=alt.InlineData(values=rows)).properties(width=alt.Step(26), height=180)
    row = alt.Row("lane:N", title=None, header=alt.Header(labelFontSize=13))
    # Fonts of browsers are wider than those the legend is measured by.
    return svg(layers.facet(row=row).properties(padding={"left": 5, "top": 5, "right": 60, "bottom": 5}))
