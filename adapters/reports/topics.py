"""The topics of a lane report: each figure as a chart and as a table, or a sentence about why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from adapters.reports import charts
from adapters.reports.charts import Bar, Point
from adapters.reports.layout import Figure, Row, Topic, bilingual, hours, same, share
from adapters.reports.names import Names
from domain.fairness import FEW, RARE, WITHHELD
from domain.lane_report import LaneReport, LaneRow
from domain.lane_trends import Age, LaneTrends, StepTime
from domain.outreach import FEW as FEW_APPLICATIONS
from domain.outreach import WINDOW, Applied
from domain.periods import Period
from domain.roles import Lane
from domain.words import Said
from lanes.outreach import WithEffect
from lanes.reports import Report

_FROM = {
    Period.WEEK: Said("Minggu sejak", "Week from"),
    Period.MONTH: Said("Bulan", "Month"),
    Period.YEAR: Said("Tahun", "Year"),
}
_EACH = {
    Period.WEEK: Said("per minggu", "per week"),
    Period.MONTH: Said("per bulan", "per month"),
    Period.YEAR: Said("per tahun", "per year"),
}
_DAYS = Said("Umur dalam hari", "Age in days")
_OPEN, _HOURS, _STEP = Said("Terbuka", "Open"), Said("Jam", "Hours"), Said("Langkah", "Step")
_HAND, _WAIT = Said("Dikerjakan", "In hand"), Said("Menunggu", "Waiting")
_NOT_TOLD = Said(
    "Log yang diimpor tidak memuat hal ini, sehingga tidak ada grafiknya.",
    "Imported logs do not tell this, so there is no chart.",
)
_NONE = Said("Tidak ada pada masa ini.", "None in this time.")
_WITHHELD = Said(
    f"Jumlah di bawah {RARE} ditulis {FEW} agar tidak menunjuk siapa pun; {WITHHELD} ditahan agar yang lain tidak "
    "dapat dihitung. Grafik tidak memuat keduanya.",
    f"Counts below {RARE} are written {FEW} so that they point at nobody; {WITHHELD} is held back so that others "
    "cannot be worked out. The chart shows neither.",
)
_EDGES = Said(
    "Minggu, bulan, atau tahun pertama dan terakhir mungkin tidak penuh.",
    "The first and the last week, month or year may not be whole.",
)
_ON_TIME = Said(
    "Bagian yang selesai sampai tenggatnya, dari yang selesai pada masa itu dan mempunyai tenggat.",
    "The share finished by its deadline, of what was finished in that time and had one.",
)


def topics(report: Report, names: Names, *, live: bool) -> Iterator[Topic]:
    """Every topic, in reading order."""
    trends = report.trends
    yield _channels(report.lanes, names, live)
    yield from _over_time(trends, names, live)
    yield _ages(trends, names)
    yield _steps(trends, names, live)
    yield _pauses(trends, names)
    yield _overtakings(trends, names)
    yield _adoption(trends, names, live)
    if live:
        yield _outreach(report.outreach, names)


def _channels(report: LaneReport, names: Names, live: bool) -> Topic:
    notes = [Said("Jam dihitung dari kejadian pertama sampai terakhir, termasuk malam dan hari libur. P90: sembilan "
                  "dari sepuluh tidak lebih lama.",
                  "Hours run from the first event to the last, nights and holidays included. P90: nine of ten took no "
                  "longer.")]  # fmt: skip
    if live:
        notes.append(Said("Yang masih terbuka tidak dihitung dalam jam; dalam tepat waktu hanya bila sudah terlambat.",
                          "What is still open does not count in the hours, and in the on-time share only when it is "
                          "late already."))  # fmt: skip
    measured = [row for row in report.rows if row.channel is not None and row.median_hours is not None]
    labels = charts.unique(same(row.channel or "").id for row in measured)
    parts = ("Median", "P90")
    bars = [
        Bar(label, value or 0.0, part, hours(value))
        for label, row in zip(labels, measured, strict=True)
        for part, value in zip(parts, (row.median_hours, row.p90_hours), strict=True)
    ]
    columns = [Said("Kanal", "Channel"), Said("Berkas", "Cases"), _OPEN, Said("Jam rata-rata", "Mean hours"),
               Said("Jam median", "Median hours"), Said("Jam P90", "P90 hours"), Said("Bertenggat", "With a deadline"),
               Said("Tepat waktu", "On time")]  # fmt: skip
    svg = charts.rows(bars, x=bilingual(_HOURS), parts=parts, beside=True) if bars else ""
    title = Said("Lama proses menurut kanal", "Time taken by channel")
    rows = [_channel(row, names) for row in (*report.rows, report.all)]
    return Topic(title=title, notes=notes, figures=[Figure(alt=title, columns=columns, rows=rows, svg=svg)])


def _channel(row: LaneRow, names: Names) -> Row:
    name = names.lane(row.lane) if row.lane else Said("Semua", "All")
    if row.channel is not None:
        name = same(row.channel)
    told = "-" if row.open is None else str(row.open)
    measured = [hours(each) for each in (row.mean_hours, row.median_hours, row.p90_hours)]
    return Row(name=name, cells=[str(row.cases), told, *measured, str(row.with_deadline), share(row.on_time)])


def _over_time(trends: LaneTrends, names: Names, live: bool) -> Iterator[Topic]:
    lanes = [lane for lane in Lane if any(row.lane is lane for row in trends.ended)]
    ended = (
        Said("Selesai: diterbitkan, ditolak, dibatalkan, atau ditarik.",
             "Finished: issued, rejected, cancelled or withdrawn.")
        if live else
        Said("Log tidak menyebut mana yang selesai: setiap berkas dihitung pada kejadian terakhirnya.",
             "The log does not tell which are finished: each case counts at its last event.")
    )  # fmt: skip
    each = _EACH[trends.period]
    finished = Said(f"Selesai {each.id}", f"Finished {each.en}")
    on_time = Said(f"Tepat waktu {each.id}", f"On time {each.en}")
    if not lanes:
        yield from (Topic(title=title, notes=[_NONE]) for title in (finished, on_time))
        return
    series = [bilingual(names.lane(lane)) for lane in lanes]
    told = dict(zip(lanes, series, strict=True))
    counts = [Point(row.start, told[row.lane], row.finished) for row in trends.ended]
    cells = {(row.start, row.lane): row for row in trends.ended}
    starts = sorted({row.start for row in trends.ended})
    columns = [_FROM[trends.period], *(names.lane(lane) for lane in lanes)]
    rows = [_dated(trends, start, [str(cells[start, lane].finished) for lane in lanes]) for start in starts]
    svg = charts.lines(counts, series=series, y=bilingual(Said("Berkas", "Cases")))
    yield Topic(title=finished, notes=[ended, _EDGES],
                figures=[Figure(alt=finished, columns=columns, rows=rows, svg=svg)])  # fmt: skip
    if not any(row.with_deadline for row in trends.ended):
        without = Said("Tidak ada berkas yang bertenggat.", "No case has a deadline.")
        yield Topic(title=on_time, notes=[without])
        return
    shares = [Point(row.start, told[row.lane], row.on_time) for row in trends.ended]
    rows = [_dated(trends, start, [share(cells[start, lane].on_time) for lane in lanes]) for start in starts]
    svg = charts.lines(shares, series=series, y=bilingual(Said("Tepat waktu", "On time")), percent=True)
    yield Topic(title=on_time, notes=[_ON_TIME],
                figures=[Figure(alt=on_time, columns=columns, rows=rows, svg=svg)])  # fmt: skip


def _ages(trends: LaneTrends, names: Names) -> Topic:
    title = Said("Umur yang masih terbuka", "Age of what is open")
    if trends.ages is None:
        return Topic(title=title, notes=[_NOT_TOLD])
    if not any(age.open for age in trends.ages):
        return Topic(title=title, notes=[Said("Tidak ada yang terbuka.", "Nothing is open.")])
    note = Said("Sejak diajukan, dalam hari kalender; termasuk yang menunggu pemohon.",
                "Since handed in, in calendar days; those that wait for their applicant included.")  # fmt: skip
    most = max(age.open for age in trends.ages)
    figures = []
    for lane in Lane:
        own = [age for age in trends.ages if age.lane is lane]
        bars = [Bar(_span(age), age.open, told=str(age.open)) for age in own]
        svg = charts.columns(bars, x=bilingual(_DAYS), y=bilingual(_OPEN), most=most)
        figures.append(_of_lane(title, names.lane(lane), (_DAYS, _OPEN),
                                [Row(name=same(bar.label), cells=[bar.told]) for bar in bars], svg))  # fmt: skip
    return Topic(title=title, notes=[note], figures=figures)


def _span(age: Age) -> str:
    if age.to_days is None:
        return f"≥{age.from_days}"
    return f"<{age.to_days}" if not age.from_days else f"{age.from_days}–{age.to_days}"


def _steps(trends: LaneTrends, names: Names, live: bool) -> Topic:
    title = Said("Langkah yang memakan waktu terbanyak", "Steps that take most time")
    if not trends.steps:
        return Topic(title=title, notes=[_NONE])
    note = (
        Said("Jam semua berkas bersama, termasuk malam dan hari libur. Menunggu: belum diambil siapa pun. Langkah "
             "otomatis tidak dipegang siapa pun, jadi seluruhnya dihitung menunggu.",
             "Hours of all dossiers together, nights and holidays included. Waiting: nobody had taken it. Nobody has "
             "an automatic step in hand, so all of its time counts as waiting.")
        if live else
        Said("Log hanya menyebut kapan sesuatu selesai dilakukan, bukan kapan dimulai: waktu dihitung dari kejadian "
             "sebelumnya, dan menunggu tidak dapat dibedakan dari mengerjakan.",
             "The log tells only when something was done, not when it was begun: time runs from the event before, and "
             "waiting cannot be told from working.")
    )  # fmt: skip
    figures = []
    for lane in Lane:
        own = [step for step in trends.steps if step.lane is lane]
        if own:
            figures.append(_step_figure(title, own, names, live))
    return Topic(title=title, notes=[note], figures=figures)


def _step_figure(title: Said, steps: Sequence[StepTime], names: Names, live: bool) -> Figure:
    lane = steps[0].lane
    named = [(names.step(lane, step.step) if live else same(step.step), step) for step in steps]
    labels = charts.unique(name.id for name, _ in named)
    apart = all(step.worked_hours is not None for step in steps)
    parts = [bilingual(_HAND), bilingual(_WAIT)] if apart else []
    bars = []
    for label, step in zip(labels, steps, strict=True):
        worked = step.worked_hours or 0.0
        if apart:
            bars += [Bar(label, worked, parts[0]), Bar(label, step.hours - worked, parts[1])]
        else:
            bars.append(Bar(label, step.hours, told=hours(step.hours)))
    columns = [_STEP, Said("Kali", "Times"), Said("Jam seluruhnya", "Hours in all"),
               Said("Jam dikerjakan", "Hours in hand"), Said("Jam rata-rata", "Mean hours")]  # fmt: skip
    rows = [
        Row(name=name, cells=[str(step.passages), hours(step.hours), hours(step.worked_hours), hours(step.mean_hours)])
        for name, step in named
    ]
    svg = charts.rows(bars, x=bilingual(_HOURS), parts=parts)
    return _of_lane(title, names.lane(lane), columns, rows, svg)


def _pauses(trends: LaneTrends, names: Names) -> Topic:
    title = Said("Jeda menurut alasan", "Pauses by reason")
    if not trends.pauses:
        return Topic(title=title, notes=[_NOT_TOLD if trends.pauses is None else _NONE])
    note = Said(
        "Jam ketika waktu berkas berhenti atau belum mulai, semua berkas bersama; "
        "yang belum berakhir dihitung sampai sekarang.",
        "Hours for which dossiers' time stood still or had not begun, all dossiers together; "
        "what lasts counts up to now.",
    )
    figures = []
    for lane in Lane:
        own = [(names.reason(pause.reason), pause) for pause in trends.pauses if pause.lane is lane]
        if own:
            labels = charts.unique(name.id for name, _ in own)
            bars = [Bar(lb, p.hours, told=hours(p.hours)) for lb, (_, p) in zip(labels, own, strict=True)]
            columns = (Said("Alasan", "Reason"), Said("Jeda", "Pauses"), _HOURS)
            rows = [Row(name=name, cells=[str(pause.pauses), hours(pause.hours)]) for name, pause in own]
            svg = charts.rows(bars, x=bilingual(_HOURS))
            figures.append(_of_lane(title, names.lane(lane), columns, rows, svg))
    return Topic(title=title, notes=[note], figures=figures)


def _overtakings(trends: LaneTrends, names: Names) -> Topic:
    each = _EACH[trends.period]
    title = Said(f"Tugas di luar giliran {each.id}", f"Tasks taken out of turn {each.en}")
    taken = trends.overtakings
    if taken is None or all(row.count == "0" for row in taken):
        return Topic(title=title, notes=[_NOT_TOLD if taken is None else _NONE])
    told = {lane: bilingual(names.lane(lane)) for lane in Lane}
    points = [Point(row.start, told[row.lane], int(row.count) if row.count.isdigit() else None) for row in taken]
    some = any(point.value for point in points)  # else there is nothing to draw: what there is, is withheld
    svg = charts.lines(points, series=list(told.values()), y=bilingual(Said("Tugas", "Tasks"))) if some else ""
    counts = {(row.start, row.lane): row.count for row in taken}
    rows = [_dated(trends, s, [counts[s, lane] for lane in Lane]) for s in sorted({row.start for row in taken})]
    columns = [_FROM[trends.period], *(names.lane(lane) for lane in Lane)]
    return Topic(title=title, notes=[_WITHHELD], figures=[Figure(alt=title, columns=columns, rows=rows, svg=svg)])


def _adoption(trends: LaneTrends, names: Names, live: bool) -> Topic:
    title = Said("Bagian daring menurut kecamatan", "Online share by district")
    notes = [Said("Dari permohonan yang diajukan pada masa itu; tabel: daring / semua.",
                  "Of the applications handed in in that time; the table: online / all.")]  # fmt: skip
    if not live:
        notes.append(Said("Log yang diimpor tidak memuat kecamatan, jadi hanya keseluruhannya yang tampak.",
                          "Imported logs do not tell districts, so only the whole is shown."))  # fmt: skip
    if not trends.adoption:
        return Topic(title=title, notes=[_NONE])
    districts = list(dict.fromkeys(row.district for row in trends.adoption))
    titles = [names.district(each) for each in districts]
    series = charts.unique(each.id for each in titles)
    told = dict(zip(districts, series, strict=True))
    points = [
        Point(row.start, told[row.district], row.online / row.applications if row.applications else None)
        for row in trends.adoption
    ]
    cells = {(row.start, row.district): f"{row.online} / {row.applications}" for row in trends.adoption}
    starts = sorted({row.start for row in trends.adoption})
    rows = [_dated(trends, start, [cells[start, each] for each in districts]) for start in starts]
    figure = Figure(alt=title, columns=[_FROM[trends.period], *titles], rows=rows,
                    svg=charts.shares(points, series=series))  # fmt: skip
    return Topic(title=title, notes=notes, figures=[figure])


def _outreach(outreach: Sequence[WithEffect], names: Names) -> Topic:
    title = Said("Sosialisasi dan hasilnya", "Outreach and what came of it")
    if not outreach:
        return Topic(title=title, notes=[_NONE])
    days = WINDOW.days
    note = Said(
        f"Bagian daring kecamatan itu dalam {days} hari sebelum dan sesudahnya, dan kecamatan lain pada hari yang "
        "sama. "
        f"Selisih: berapa poin persen lebih banyak naiknya. Bagian dari kurang dari {FEW_APPLICATIONS} tidak ditulis.",
        f"The district's online share in the {days} days before and after, and that of the other districts in the "
        "same days. Gained: by how many percentage points more it rose. Shares of fewer than "
        f"{FEW_APPLICATIONS} are left out.",
    )
    columns = [Said("Kecamatan", "District"), Said("Apa", "What"), Said("Mulai", "From"), Said("Sebelum", "Before"),
               Said("Sesudah", "After"), Said("Lainnya sebelum", "Others before"),
               Said("Lainnya sesudah", "Others after"), Said("Selisih", "Gained")]  # fmt: skip
    rows = [
        Row(name=names.district(each.outreach.district), cells=[
            each.outreach.what, names.day(each.outreach.since), *map(_applied, (
                each.effect.before, each.effect.after, each.effect.others_before, each.effect.others_after)),
            "-" if each.effect.gained is None else f"{each.effect.gained * 100:+.1f}",
        ])
        for each in outreach
    ]  # fmt: skip
    return Topic(title=title, notes=[note], figures=[Figure(alt=title, columns=columns, rows=rows, svg="")])


def _applied(applied: Applied) -> str:
    return f"{share(applied.share)} / {applied.applications}"


def _dated(trends: LaneTrends, start: date, cells: Sequence[str]) -> Row:
    shown = f"{start}"
    return Row(name=same(shown[: {Period.WEEK: 10, Period.MONTH: 7, Period.YEAR: 4}[trends.period]]), cells=cells)


def _of_lane(title: Said, lane: Said, columns: Sequence[Said], rows: Sequence[Row], svg: str) -> Figure:
    about = Said(f"{title.id}, {lane.id}", f"{title.en}, {lane.en}")
    return Figure(alt=about, columns=columns, rows=rows, svg=svg, caption=about)
