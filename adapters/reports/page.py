"""The page itself: a template filled in with everything escaped but the charts, which this program drew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from adapters.reports.layout import Section
from adapters.reports.names import Names
from adapters.reports.topics import topics
from domain import words
from domain.office import OfficeConfig
from domain.words import Said
from lanes.reports import Report

Source = Literal["live", "history"]
_TITLES: Mapping[Source, Said] = {
    "live": Said("Berkas kantor ini", "This office's dossiers"),
    "history": Said("Riwayat yang diimpor", "Imported history"),
}
_UNTOLD = Said(
    "Log tidak menyebut berkas mana yang masih terbuka: semua diukur sampai kejadian terakhirnya.",
    "The log does not tell which cases are still open: all are measured up to their last event.",
)
_EMPTY = Said("Belum ada yang dapat dilaporkan.", "There is nothing to report yet.")


def report_page(
    reports: Mapping[Source, Report], config: OfficeConfig, *, made_at: datetime, place: Callable[[str], str]
) -> str:
    """The whole HTML text; `place` gives a district's name for its code."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("adapters.reports", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    names, zone = Names(config, place), ZoneInfo(config.office.timezone)
    made = words.moment(made_at, zone)
    introduction = [
        Said(f"Dibuat {made.id}. Titik memisahkan desimal; tanggal ditulis tahun-bulan-hari.",
             f"Made {made.en}. A point separates decimals; dates are year-month-day."),
    ]  # fmt: skip
    sections = [_section(source, report, names, zone) for source, report in reports.items()]
    return environment.get_template("lane_report.html.jinja").render(
        title=Said(f"Laporan jalur, {config.office.name.id}", f"Lane report, {config.office.name.en}"),
        introduction=introduction,
        sections=[_plain(place, section) for place, section in enumerate(sections, start=1)],
    )


def _section(source: Source, report: Report, names: Names, zone: ZoneInfo) -> Section:
    if not report.lanes.all.cases:
        return Section(title=_TITLES[source], notes=[_EMPTY], topics=[])
    until = words.moment(report.until, zone)
    since = words.moment(report.since, zone) if report.since else Said("awal", "the beginning")
    notes = [Said(f"Masa: dari {since.id} sampai {until.id}.", f"Time: from {since.en} to {until.en}.")]
    told = report.lanes.all.open
    if told is None:
        notes.append(_UNTOLD)
    else:
        cases = report.lanes.all.cases
        notes.append(Said(f"{cases} berkas, {told} di antaranya masih terbuka.",
                          f"{words.counted(cases, 'dossier')}, {told} of them still open."))  # fmt: skip
    found = topics(report, names, live=source == "live")
    return Section(title=_TITLES[source], notes=notes, topics=list(found))


def _plain(place: int, section: Section) -> dict[str, Any]:
    """As the template reads it: places for ids, and charts marked as safe."""
    from markupsafe import Markup

    told = asdict(section)
    told["place"] = place
    for number, topic in enumerate(told["topics"], start=1):
        topic["place"] = number
        for figure in topic["figures"]:
            figure["svg"] = Markup(figure["svg"])
    return told
