"""`jalur person`: a request from who takes it to the answer, with exit codes and JSON."""

from __future__ import annotations

import json
import stat
from zipfile import ZipFile

from cli_office import Jalur


def test_a_persons_data_are_handed_out_and_erased_at_the_command_line(jalur: Jalur) -> None:
    number, code = jalur.submitted("KK-BARU", "online")
    jalur.done("withdraw", number, code)
    fields = json.loads((jalur.home / "application.json").read_text())["fields"]
    nik, name = fields["applicant_nik"], fields["applicant_name"]
    made = jalur.process("person", "request", "--kind", "erasure", "--checked", "id_card", "--as", "johan.walukow",
                         "--json", stdin=f"{nik}\n{name}\n")  # fmt: skip
    assert made.code == 0, made.err
    request = made.json["request"]
    (listed,) = jalur.done("person", "requests", "--as", "auditor", "--json").json
    assert (listed["request"], listed["kind"], listed["ended_at"]) == (request, "erasure", None)
    shown = jalur.done("person", "show", request, "--as", "admin")
    assert number in shown.out
    assert "can go" in shown.out
    assert nik not in shown.out + jalur.done("person", "show", request, "--as", "admin", "--json").out
    file = jalur.home / "copy.zip"
    taken = jalur.done("person", "export", request, "--to", str(file), "--as", "admin", "--json").json
    assert (taken["applications"], stat.S_IMODE(file.stat().st_mode)) == (1, 0o600)
    with ZipFile(file) as archive:
        assert nik in archive.read("data.json").decode()
    again = jalur("person", "export", request, "--to", str(file), "--as", "admin", "--json")
    assert (again.code, again.error["code"]) == (1, "file_not_written")
    refused = jalur("person", "export", request, "--to", str(jalur.home / "no.zip"), "--as", "kepala")
    assert (refused.code, (jalur.home / "no.zip").exists()) == (1, False)
    reason = ("--reason", "Ditarik sendiri.", "--as", "admin", "--json")
    assert jalur("person", "erase", request, *reason).error["code"] == "not_confirmed"
    assert jalur("person", "erase", request, "--as", "admin").code == 2
    done = jalur.done("person", "erase", request, "--yes", *reason).json
    assert done["gone"] == {number: ["form", "contact", "papers"]}
    assert done["kept"] == []
    assert jalur.done("person", "requests", "--as", "admin", "--json").json == []
    assert jalur.done("audit", "verify").code == 0
    assert jalur("person", "answer", request, "--text", "Sudah dijawab kemarin.", "--as", "admin").code == 1
