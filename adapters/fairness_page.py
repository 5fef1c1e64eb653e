"""The page about fairness that everybody may read: one HTML file that needs nothing else, Indonesian first.

It is made from `domain.fairness.Published` alone, so nothing of a person can come into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from zoneinfo import ZoneInfo

from adapters.charts import bars
from domain import words
from domain.fairness import FEW, RARE, UNANSWERED, WITHHELD, Published, Row, Verdict
from domain.giving_back import why_out_of_turn
from domain.office import OfficeConfig
from domain.words import Said
from lanes.fairness import FairnessReport

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #16202a; background: #fff; max-width: 50rem; margin: 0 auto; padding: 1rem }
table { border-collapse: collapse; margin: 0 0 1.5rem; width: 100% }
caption { text-align: left; font-weight: 600; padding: .25rem 0 }
th, td { text-align: left; border-bottom: 1px solid #b8c2cc; padding: .25rem .5rem .25rem 0; vertical-align: top }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums }
[lang=en] { color: #45525f }
span[lang=en] { display: block; font-size: .875rem; font-weight: 400 }
figure { margin: 0 0 1.5rem; overflow-x: auto }
"""  # noqa: E501
_WEEK = Said("Minggu sejak Senin", "Week from Monday")
_VERDICTS = {
    Verdict.APPROVED: Said("Disetujui", "Approved"), Verdict.OBJECTED: Said("Tidak disetujui", "Objected to"),
    UNANSWERED: Said("Belum dijawab", "Not answered yet"),
}  # fmt: skip
_TAKEN, _OVER = Said("Tugas diambil", "Tasks taken"), Said("Di luar giliran", "Out of turn")
_SHARE = Said("Bagian", "Share")


def fairness_page(report: FairnessReport, config: OfficeConfig) -> str:
    """The whole HTML text."""
    title = Said(f"Keadilan giliran, {config.office.name.id}", f"Fair turns, {config.office.name.en}")
    return "\n".join(
        [
            '<!doctype html>\n<html lang="id">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title.id)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
            f"<h1>{_both(title)}</h1>",
            *_introduction(report, config),
            *(part for each in report.published for part in _lane(each, config)),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _introduction(report: FairnessReport, config: OfficeConfig) -> Iterator[str]:
    zone = ZoneInfo(config.office.timezone)
    since, until = (words.moment(at, zone) for at in (report.opened, report.closed))
    yield _paragraph(
        Said(
            "Setiap tugas diambil menurut urutan: prioritas, tenggat, lalu umur. Mengambil yang lain harus beralasan, "
            f"dicatat, dan dihitung di sini, minggu demi minggu setelah lewat. Masa: {since.id} sampai {until.id}.",
            "Every task is taken in order: priority, due time, then age. Taking another one needs a reason, which is "
            f"recorded and counted here once its week is over. Time: {since.en} to {until.en}.",
        )
    )
    yield _paragraph(
        Said(
            f'Jumlah di bawah {RARE} ditulis "{FEW}" agar tidak menunjuk siapa pun; "{WITHHELD}" ditahan agar yang '
            "kecil itu tidak dapat dihitung. Penyerahan di loket dan oleh kurir mengikuti kedatangan, bukan urutan.",
            f'Counts below {RARE} are written "{FEW}" so that they point at nobody; "{WITHHELD}" is held back so that '
            "those cannot be worked out. Handing over, at the counter or by courier, follows who comes, not an order.",
        )
    )


def _lane(told: Published, config: OfficeConfig) -> Iterator[str]:
    rules = config.lanes[told.lane]
    whole = told.whole
    share = Said(f" ({whole.share})", f" ({whole.share})") if whole.share else Said("", "")
    yield f"<h2>{_both(Said(rules.title.id, rules.title.en))}</h2>"
    yield _paragraph(
        Said(f"{whole.overtakings} dari {whole.claims} tugas diambil di luar giliran{share.id}.",
             f"{whole.overtakings} of {whole.claims} tasks were taken out of turn{share.en}.")
    )  # fmt: skip
    titles = {code: Said(workflow.title.id, workflow.title.en) for code, workflow in config.workflows.items()}
    types = [(f"{_both(titles.get(row.key, Said(row.key, row.key)))}", row) for row in told.types]
    yield _table(Said("Menurut jenis dokumen", "By document type"), Said("Jenis", "Type"), types)
    reasons = {code: Said(text.id, text.en) for code, text in why_out_of_turn(rules.out_of_turn.reasons).items()}
    yield _listed(Said("Menurut alasan", "By reason"), Said("Alasan", "Reason"),
                  [(reasons.get(code, Said(code, code)), count) for code, count in told.reasons])  # fmt: skip
    if told.reasons:
        answers = [(_VERDICTS[said], count) for said, count in told.verdicts]
        title = Said("Menurut jawaban manajer jalur", "By what the lane's manager says")
        yield _listed(title, Said("Jawaban", "Answer"), answers)
    if len(told.weeks) > 1 and any(row.overtakings.isdigit() and int(row.overtakings) for row in told.weeks):
        yield _trend(told)
    yield _table(Said("Menurut minggu", "By week"), _WEEK, [(escape(row.key), row) for row in told.weeks])


def _trend(told: Published) -> str:
    rows = [
        {"week": row.key, "count": int(row.overtakings), "told": ""} if row.overtakings.isdigit()
        else {"week": row.key, "count": None, "told": row.overtakings}
        for row in told.weeks
    ]  # fmt: skip
    chart = bars(rows, x=("week", f"{_WEEK.id} / {_WEEK.en}"), y=("count", f"{_OVER.id} / {_OVER.en}"), label="told")
    return f'<figure role="img" aria-label="{escape(_OVER.id)} / {escape(_OVER.en)}">{chart}</figure>'


def _table(caption: Said, first: Said, rows: Sequence[tuple[str, Row]]) -> str:
    head = "".join(f'<th scope="col" class="n">{_both(each)}</th>' for each in (_TAKEN, _OVER, _SHARE))
    body = "\n".join(
        f'<tr><th scope="row">{name}</th>'
        + "".join(f'<td class="n">{escape(cell)}</td>' for cell in (row.claims, row.overtakings, row.share))
        + "</tr>"
        for name, row in rows
    )
    return (
        f'<table><caption>{_both(caption)}</caption>\n<thead><tr><th scope="col">{_both(first)}</th>{head}</tr></thead>'
        f"\n<tbody>\n{body}\n</tbody></table>"
    )


def _listed(title: Said, first: Said, rows: Sequence[tuple[Said, str]]) -> str:
    if not rows:
        return ""
    body = "\n".join(
        f'<tr><th scope="row">{_both(reason)}</th><td class="n">{escape(count)}</td></tr>' for reason, count in rows
    )
    head = f'<th scope="col">{_both(first)}</th><th scope="col" class="n">{_both(_OVER)}</th>'
    return (
        f"<table><caption>{_both(title)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )


def _both(said: Said) -> str:
    return f'{escape(said.id)}<span lang="en">{escape(said.en)}</span>'


def _paragraph(said: Said) -> str:
    return f'<p>{escape(said.id)}</p>\n<p lang="en">{escape(said.en)}</p>'
