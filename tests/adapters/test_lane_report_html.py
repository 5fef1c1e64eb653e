"""`jalur lane report --html`: one file to mail, with the figures of `--json`, whatever a log calls things."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from cli_office import Jalur
from defusedxml.ElementTree import fromstring
from support.office import a_dossier, an_office, clock_of, do, lead_of, shipped, to_the_end, waiting_at

from adapters.reports import report_page
from domain.eventlog import LogCase, LogEvent
from domain.lane_report import lane_report
from domain.lane_trends import CaseSpan, PauseSpan, StepSpan, TrendTally
from domain.pausing import PauseReason
from domain.roles import Lane
from lanes.case import Deficiency
from lanes.office import Office
from lanes.records.overtakings import OvertakingRecord
from lanes.reports import Report

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Makassar")
_VOID = {"meta", "br", "hr", "img", "link", "input"}
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Page(HTMLParser):
    """A page as read; every mistake of its structure fails."""

    text: str
    open: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    _cell: list[str] | None = None
    _rows: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.text)
        self.close()
        assert self.open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"<{tag}> repeats an attribute"
        assert tag not in {"script", "iframe", "object", "embed", "link", "img", "base", "form", "foreignobject", "use"}
        for name, value in given.items():
            assert not name.startswith("on"), f"<{tag} {name}> runs something"
            assert name not in {"href", "src", "xlink:href", "action", "style", "srcset"}, f"<{tag} {name}>"
            if name in {"aria-labelledby", "aria-describedby"}:
                self.references.append(value or "")
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "table":
            self._rows = self.tables[given["id"] or ""] = []
        if tag == "tr":
            self._rows.append([])
        if tag in {"td", "th"}:
            self._cell = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"
        if tag in {"td", "th"} and self._cell is not None:
            self._rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._cell is not None:
            self._cell.append(f" {data}")

    @property
    def charts(self) -> list[Element]:
        """Every SVG, as XML."""
        return [fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", self.text, re.DOTALL)]

    def table(self, about: str) -> list[list[str]]:
        """The rows of the table whose caption begins so, the heads left out."""
        (key,) = re.findall(rf'<caption id="([^"]*)-c">{re.escape(about)}<', self.text)
        return self.tables[key][1:]


def checked(text: str) -> Page:
    """The page, when it is whole, needs nothing else, runs nothing and can be mailed."""
    page = Page(text)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) <= set(page.ids)
    without_names = re.sub(r' xmlns(:xlink)?="http://www.w3.org/[^"]*"', "", text)
    assert not re.search(r"https?:|//[a-z]|url\(|@import|javascript:|data:", without_names)
    for chart in page.charts:
        assert chart.tag == f"{_SVG}svg"
        assert not [each for each in chart.iter() if each.tag in (f"{_SVG}script", f"{_SVG}image", f"{_SVG}a")]
    assert text.count('role="img"') == len(page.charts)
    assert len(page.tables) >= len(page.charts)
    assert len(text.encode()) < 2_000_000
    return page


def page_of(report: Report, source: Any = "live") -> Page:
    return checked(report_page({source: report}, shipped(), made_at=NOW, place=str))


def busy(office: Office) -> Office:
    """Some days with every kind of thing in them that a report tells."""
    for lane, hours in (("online", 1), ("manual", 3), ("online", 100), ("manual", 200)):
        lodged = a_dossier(office).of_type("SKPTI").in_lane(lane).lodged()
        clock_of(office).forward(hours=hours)
        to_the_end(lodged)
    waiting_at(office, "receive")
    overtaker = waiting_at(office, "receive")
    task = overtaker.tasks["receive"]
    office.desk.claim(overtaker.number, "receive", by=lead_of(office, task.team or ""), out_of_turn="MEDICAL")
    clock_of(office).forward(hours=2)
    do(overtaker, "receive", by=lead_of(office, task.team or ""))
    paused = waiting_at(office, "receive", lane="online")
    for reason in ("SIAK_NETWORK", "POWER"):
        office.pausing.pause(paused.number, reason, by=office.config.lanes[Lane.ONLINE].manager)
    returned = waiting_at(office, "receive", lane="online")
    do(returned, "receive", "incomplete", deficiencies=[Deficiency(item="other", note="KK")])
    clock_of(office).forward(hours=30)
    return office


def two(value: float | None, unit: str = "") -> str:
    return "-" if value is None else f"{value:.2f}{unit}"


def percent(value: float | None) -> str:
    return two(None if value is None else value * 100, "%")


def test_a_page_of_live_dossiers_shows_every_topic_with_the_figures_of_json(tmp_path: Path, database_url: str) -> None:
    office = busy(an_office(tmp_path, database_url=database_url))
    report = office.reports.live()
    page, told = page_of(report), report.to_dict()
    assert len(page.charts) == 9, "none where all is withheld"
    assert [row[1:] for row in page.table("Lama proses menurut kanal")] == [
        [str(row["cases"]), str(row["open"]), *(two(row[f"{name}_hours"]) for name in ("mean", "median", "p90")),
         str(row["with_deadline"]), percent(row["on_time"])]
        for row in (*told["rows"], told["all"])
    ]  # fmt: skip
    assert told["all"]["open"] == 4
    charts = told["charts"]
    assert over_time(page.table("Selesai per minggu")) == [str(row["finished"]) for row in charts["ended"]]
    assert over_time(page.table("Tepat waktu per minggu")) == [percent(row["on_time"]) for row in charts["ended"]]
    assert over_time(page.table("Tugas di luar giliran per minggu")) == [
        str(row["count"]) for row in charts["overtakings"]
    ]
    assert {row["count"] for row in charts["overtakings"]} >= {"0", "<3"}
    assert over_time(page.table("Bagian daring menurut kecamatan")) == [
        f"{row['online']} / {row['applications']}" for row in charts["adoption"]
    ]
    for lane, title in ((Lane.ONLINE, "Jalur daring"), (Lane.MANUAL, "Jalur loket")):
        ages = [str(row["open"]) for row in charts["ages"] if row["lane"] == lane]
        assert over_time(page.table(f"Umur yang masih terbuka, {title}")) == ages
        steps = [row for row in charts["steps"] if row["lane"] == lane]
        assert [row[1:] for row in page.table(f"Langkah yang memakan waktu terbanyak, {title}")] == [
            [str(row["passages"]), *(two(row[name]) for name in ("hours", "worked_hours", "mean_hours"))]
            for row in steps
        ]
    pauses = [row for row in charts["pauses"] if row["lane"] == Lane.ONLINE]
    assert [row[1:] for row in page.table("Jeda menurut alasan, Jalur daring")] == [
        [str(row["pauses"]), two(row["hours"])] for row in pauses
    ]
    assert {row["reason"] for row in pauses} == {"POWER", "SIAK_NETWORK", "NOT_YET_COMPLETE"}
    assert "not complete yet: waiting for the applicant before time began" in " ".join(page.words)


def over_time(rows: list[list[str]]) -> list[str]:
    """The cells of a table, row by row, without the names of its rows."""
    return [cell for row in rows for cell in row[1:]]


def test_what_history_cannot_tell_is_said_in_a_sentence(jalur: Jalur, tmp_path: Path, database_url: str) -> None:
    jalur.environment["JALUR_DATABASE_URL"] = database_url
    imported(jalur, tmp_path, "web", "apply", "issue")
    page = tmp_path / "page.html"
    told = jalur.done("lane", "report", "--history", "--json", "--html", str(page)).json
    shown = checked(page.read_text(encoding="utf-8"))
    words = " ".join(shown.words)
    assert words.count("Imported logs do not tell this, so there is no chart.") == 3
    assert "waiting cannot be told from working" in words
    assert "does not tell which cases are still open" in words
    assert told["html"] == str(page)
    assert (told["history"]["charts"]["ages"], told["history"]["charts"]["pauses"]) == (None, None)
    assert over_time(shown.table("Selesai per minggu")) == [
        str(r["finished"]) for r in told["history"]["charts"]["ended"]
    ]
    assert over_time(shown.table("Bagian daring menurut kecamatan")) == ["1 / 2"]


def imported(jalur: Jalur, folder: Path, channel: str, *activities: str) -> None:
    """A log of two cases, one by this channel with these activities, is imported."""
    quoted = ['"' + text.replace('"', '""') + '"' for text in (channel, *activities)]
    rows = [f"1,{quoted[0]},{each},2026-03-02T{9 + n:02}:00:00+08:00" for n, each in enumerate(quoted[1:])]
    log, mapping = folder / "log.csv", folder / "map.yaml"
    rows += ["2,desk,apply,2026-03-02T09:00:00+08:00", "2,desk,issue,2026-03-03T09:00:00+08:00"]
    log.write_text("\n".join(["case,channel,activity,at", *rows]) + "\n", encoding="utf-8")
    one = "'" + channel.replace("'", "''") + "'"
    lane = f"lane: {{attribute: channel, online: [{one}], manual: [desk]}}\n"
    mapping.write_text(f"case: case\n{lane}activity: activity\ntimestamp: at\n", encoding="utf-8")
    jalur.done("history", "import", str(log), "--map", str(mapping))


EVIL = "</svg></table><script>alert(1)</script><img src=x onerror=\"alert('2')\"> &amp; {{ 7*7 }}"


def test_a_malicious_channel_or_activity_name_is_only_text(jalur: Jalur, tmp_path: Path) -> None:
    imported(jalur, tmp_path, EVIL, EVIL, f"{EVIL} 2", "datum.label + \u202e" + "z" * 5_000)
    page = tmp_path / "page.html"
    jalur.done("lane", "report", "--html", str(page))
    text = page.read_text(encoding="utf-8")
    shown = checked(text)
    names = [row[0] for row in shown.table("Lama proses menurut kanal")]
    assert names[0].startswith("</svg></table><script>alert(1)</script>")
    assert "\u202e" not in text
    assert "zzzz" in text
    assert "z" * 200 not in text
    assert "49" not in names[0]
    assert "alert(1)" in "".join("".join(chart.itertext()) for chart in shown.charts)


def test_signs_that_no_page_can_show_are_replaced() -> None:
    events = (LogEvent(activity="a", at=NOW), LogEvent(activity="b\x1b[31m\ud800\ufffe\n", at=NOW))
    case = LogCase(case_id="c", lane=Lane.ONLINE, channel="k\x00\x0b", events=events)
    tally = TrendTally(ZONE, now=NOW)
    tally.step(StepSpan(case.lane, events[1].activity, timedelta(hours=1), None))
    report = Report(since=None, until=NOW, lanes=lane_report([case], now=NOW), trends=tally.trends(live=False))
    shown = page_of(report, "history")
    assert not re.search(r"[\x00-\x08\x0b-\x1f\ud800\ufffe]", shown.text)
    assert "b\ufffd[31m\ufffd\ufffd\ufffd" in [row[0] for rows in shown.tables.values() for row in rows]


def test_names_that_are_cut_to_the_same_text_keep_their_own_bars() -> None:
    cases = [
        LogCase(case_id="c", lane=Lane.ONLINE, channel="k" * 100 + tail, events=(
            LogEvent(activity="a", at=NOW), LogEvent(activity="b" * 90 + tail, at=NOW + timedelta(hours=hours))))
        for tail, hours in (("x", 1), ("y", 2))
    ]  # fmt: skip
    tally = TrendTally(ZONE, now=NOW)
    for case in cases:
        tally.step(StepSpan(case.lane, case.events[1].activity, case.events[1].at - NOW, None))
    report = Report(since=None, until=NOW, lanes=lane_report(cases, now=NOW), trends=tally.trends(live=False))
    shown = page_of(report, "history")
    texts = ["".join(chart.itertext()) for chart in shown.charts]
    assert all("(2)" in text for text in texts)
    assert "1.00" in texts[1]
    assert "2.00" in texts[1]


def a_year(weeks: int, districts: int) -> Report:
    """More than any office has: every chart full."""
    now = NOW + timedelta(weeks=weeks)
    tally = TrendTally(ZONE, now=now)
    for week in range(weeks):
        for lane in Lane:
            for district in range(districts):
                at = NOW + timedelta(weeks=week, hours=district)
                tally.case(CaseSpan(lane, at, at + timedelta(days=week % 9), at + timedelta(days=4), f"d{district}"))
                tally.case(CaseSpan(lane, at, None, None, f"d{district}"))
            for number in range(3):
                tally.overtaking(
                    OvertakingRecord(at=NOW + timedelta(weeks=week), lane=lane, team="t", code="KIA", step="receive",
                                     officer="o", task_id=number, dossier_id=number, reason="R", applicant="a",
                                     passed=())
                )  # fmt: skip
    for lane in Lane:
        for number in range(30):
            tally.step(StepSpan(lane, f"step_{number}", timedelta(hours=number), timedelta(hours=1)))
        for reason in PauseReason:
            tally.pause(PauseSpan(lane, reason, timedelta(hours=9)))
    events = (LogEvent(activity="a", at=NOW), LogEvent(activity="b", at=now))
    cases = [LogCase(case_id=f"{n}", lane=lane, channel=f"channel {n}", events=events, closed=True)
             for lane in Lane for n in range(5)]  # fmt: skip
    return Report(since=None, until=now, lanes=lane_report(cases, now=now), trends=tally.trends(live=True))


def test_two_years_of_weeks_and_forty_districts_still_make_a_file_to_mail() -> None:
    shown = page_of(a_year(104, 40))
    assert len(shown.table("Selesai per minggu")) >= 104
    assert len(shown.table("Bagian daring menurut kecamatan")[0]) == 14
    assert len(shown.charts) == 11


def test_charts_tell_lanes_apart_without_colour() -> None:
    chart = page_of(a_year(8, 2)).charts[1]
    dashes = {each.get("stroke-dasharray") for each in chart.iter() if each.get("stroke-dasharray")}
    assert len(dashes) >= 2
    words = "".join(chart.itertext())
    assert "Jalur daring / Online lane" in words
    assert "Jalur loket / Walk-in lane" in words


def test_nothing_to_report_makes_a_page_that_says_so(jalur: Jalur, tmp_path: Path) -> None:
    page = tmp_path / "folder" / "page.html"
    assert str(page) in jalur.done("lane", "report", "--html", str(page)).out
    shown = checked(page.read_text())
    assert shown.charts == []
    assert " ".join(shown.words).count("There is nothing to report yet.") == 2


def test_a_page_that_cannot_be_written_is_refused_in_words(jalur: Jalur, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = jalur("lane", "report", "--html", str(tmp_path / "file" / "page.html"), "--json")
    assert (answer.code, answer.error["code"], answer.out) == (1, "file_not_written", "")
    assert jalur("lane", "report", "--days", "0").code == 2


def test_history_is_reported_where_no_office_was_opened(unopened: Jalur, tmp_path: Path) -> None:
    imported(unopened, tmp_path, "web", "apply", "issue")
    page = tmp_path / "page.html"
    unopened.done("lane", "report", "--history", "--days", "1", "--html", str(page))
    assert len(checked(page.read_text()).charts) == 5
    assert not (unopened.home / "data" / "keys.json").exists()


def test_the_drawing_library_is_loaded_for_pages_only(jalur: Jalur) -> None:
    code = "import sys; from adapters.cli.main import run; run(['lane', 'report']); sys.exit('altair' in sys.modules)"
    environment = {"JALUR_HOME": str(jalur.home), "JALUR_CONFIG": "config", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True, text=True)
    assert (done.returncode, "nothing to report" in done.stdout) == (0, True), done.stderr
