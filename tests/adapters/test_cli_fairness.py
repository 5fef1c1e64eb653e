"""`jalur fairness`, `--out-of-turn` and what `track` tells, as people type them."""

from __future__ import annotations

from pathlib import Path

from cli_office import Jalur


def at_the_counter(jalur: Jalur, *codes: str) -> list[tuple[str, str]]:
    """Walk-in dossiers at the intake desk, in the order of their turn; number and tracking code of each."""
    lodged = [jalur.submitted(code, "manual") for code in codes]
    jalur.let_the_system_work()
    return lodged


def somebody_in(jalur: Jalur, team: str) -> str:
    people = jalur.done("operator", "list", "--json").json
    return next(person["username"] for person in people if f"manual/{team}" in person["teams"])


def test_another_than_the_first_needs_a_reason_which_is_counted_and_published(jalur: Jalur, tmp_path: Path) -> None:
    (first, code), (second, _), (third, _) = at_the_counter(jalur, "KK-BARU", "SKPTI", "SKPWNI")
    clerk = somebody_in(jalur, "manual-front")
    shown = jalur.done("track", first, code).out
    assert "it is the next" in shown
    assert "Estimate" in shown
    assert "not yet known" in shown
    assert "You can now: Nothing to do: wait; Withdraw the application; Complain" in shown
    assert jalur.done("track", first, code, "--json").json["open_steps"][0]["ahead"] == 0
    refusal = jalur("claim", third, "--as", clerk, "--json")
    assert (refusal.code, refusal.error["code"]) == (1, "out_of_turn")
    assert first in refusal.error["message"]
    assert "--out-of-turn" in refusal.error["allowed"]
    jalur.done("claim", third, "--out-of-turn", "MEDICAL", "--as", clerk)
    assert "taken_out_of_turn" in jalur.done("show", third, "--as", clerk, "--json").out

    public = jalur.done("fairness", "--json").json
    assert public["inside"] == {}
    assert clerk not in str(public)
    page = tmp_path / "fairness.html"
    told = jalur.done("fairness", "--as", "admin", "--html", str(page))
    assert clerk in told.out
    assert second in told.out
    assert "It names nobody" in told.out
    assert clerk not in page.read_text()
    inside = jalur.done("fairness", "--lane", "manual", "--as", "admin", "--json").json["inside"]["manual"]
    assert inside["officers"][clerk] == {"taken": 1, "out_of_turn": 1, "share": 1.0}
    assert {each["number"] for each in inside["passed_over"]} == {first, second}
    assert "Tasks taken out of turn" in jalur.done("fairness", "--as", clerk).out
    assert clerk not in jalur.done("fairness", "--as", clerk).out


def test_many_at_once_are_done_in_the_order_of_their_line(jalur: Jalur) -> None:
    lodged = [number for number, _ in at_the_counter(jalur, "KK-BARU", "SKPTI", "SKPWNI")]
    clerk = somebody_in(jalur, "manual-front")
    done = jalur.done("complete", *reversed(lodged), "--as", clerk, "--json").json
    assert [each["number"] for each in done["completed"]] == lodged


def test_where_nothing_was_taken_the_counts_are_nothing(jalur: Jalur, tmp_path: Path) -> None:
    assert [each["whole"]["overtakings"] for each in jalur.done("fairness", "--json").json["published"]] == ["0", "0"]
    page = tmp_path / "fairness.html"
    jalur.done("fairness", "--html", str(page), "--days", "1")
    assert "0 dari 0 tugas" in page.read_text()
    assert jalur("fairness", "--days", "0").code == 2


def test_imported_history_is_not_mixed_into_estimates(jalur: Jalur, tmp_path: Path) -> None:
    log, mapping = tmp_path / "log.csv", tmp_path / "map.yaml"
    lines = [
        f"{n},desk,receive,2026-03-02T09:00:00+08:00\n{n},desk,issue,2026-03-02T11:00:00+08:00\n" for n in range(30)
    ]
    log.write_text("case,channel,activity,at\n" + "".join(lines))
    mapping.write_text(
        "case: case\nlane: {attribute: channel, online: [web], manual: [desk]}\nactivity: activity\ntimestamp: at\n"
    )
    jalur.done("history", "import", str(log), "--map", str(mapping))
    ((number, code),) = at_the_counter(jalur, "KK-BARU")
    assert jalur.done("track", number, code, "--json").json["estimate"] is None


def test_the_manager_answers_for_what_was_taken_and_webhooks_are_kept_in_order(jalur: Jalur) -> None:
    (_, _), (second, _) = at_the_counter(jalur, "KK-BARU", "SKPTI")
    clerk = somebody_in(jalur, "manual-front")
    jalur.done("claim", second, "--out-of-turn", "MEDICAL", "--as", clerk)
    boss = "kepala"
    (waiting,) = jalur.done("turn", "list", "--as", boss, "--json").json
    assert (waiting["number"], waiting["officer"], waiting["passed"], waiting["why_not"]) == (second, clerk, 1, None)
    which = str(waiting["id"])
    assert jalur("turn", "approve", which, "--as", clerk, "--json").error["code"] == "not_allowed"
    assert jalur("turn", "object", which, "--reason", " ", "--as", boss, "--json").error["code"] == "remark_missing"
    assert "objected" in jalur.done("turn", "object", which, "--reason", "nobody is ill", "--as", boss).out
    assert "has been answered" in jalur.done("turn", "list", "--as", boss).out

    made = jalur.done("webhook", "add", "--lane", "manual", "--kind", "dossier.issued", "--url",
                      "https://example.org/", "--as", "admin", "--json").json  # fmt: skip
    assert made["secret"].startswith("whsec_")
    assert "Nothing was sent" in jalur.done("webhook", "deliveries", made["id"], "--as", "admin").out
    assert jalur("webhook", "list", "--as", clerk).out.startswith("There is no webhook that you may see")
    jalur.done("webhook", "remove", made["id"], "--as", "admin")
    assert jalur.done("webhook", "list", "--as", "admin", "--json").json == []
    assert jalur("verify", "https://example.org/verify/nothing-like-it", "--json").error["code"] == "unknown_document"
