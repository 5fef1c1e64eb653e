"""The applicant's side: `submit`, `resubmit`, `withdraw`, `track`, `document`, `verify`.

Personal data can come from a file or standard input, so that they need not stand in the list of processes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.options import As, Json, Number, command, merged, pairs
from adapters.cli.output import local, pairs_table, say, say_json
from adapters.cli.session import open_office, what_next, who
from adapters.files import write_whole
from domain.roles import Lane
from domain.words import Language

_PANEL = "For applicants"

Fields = Annotated[
    list[str] | None, typer.Option("--field", metavar="FIELD=VALUE", help="A field of the form; repeat it.")
]
Scans = Annotated[
    list[str] | None,
    typer.Option("--paper", metavar="ID=PATH", help="A paper with its scan; ID alone when it was shown. Repeat it."),
]
File = Annotated[
    str | None, typer.Option("--file", metavar="FILE", help="An application as JSON; - reads standard input.")
]
Code = Annotated[
    str | None, typer.Argument(metavar="CODE", help="The tracking code of the receipt; asked for when not given.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    panel = {"rich_help_panel": _PANEL}
    command(
        app, "submit", "jalur submit KK-BARU --lane online --example > a.json",
        "jalur submit KK-BARU --lane online --file a.json",
        "jalur submit MTI --lane manual --file a.json --paper death_letter --as merlin.katuuk",
        "jalur submit KK-BARU --lane online --field marriage=book --file - < a.json", **panel,
    )(submit)  # fmt: skip
    command(
        app, "resubmit", "jalur resubmit ON-2026-000123 ABCD-EFGH-JKMN --paper event_form=scan.pdf",
        "jalur resubmit ON-2026-000123 --field applicant_address=TEXT", **panel,
    )(resubmit)  # fmt: skip
    command(
        app, "track", "jalur track ON-2026-000123 ABCD-EFGH-JKMN", "jalur track ON-2026-000123 --lang id", **panel
    )(track)  # fmt: skip
    command(
        app, "document", "jalur document ON-2026-000123 ABCD-EFGH-JKMN --to .",
        "jalur document ON-2026-000123 --to /tmp --as kepala", **panel,
    )(document)  # fmt: skip
    command(
        app, "verify", "jalur verify https://dukcapil.example/verify/TOKEN", "jalur verify TOKEN --json",
        **panel,
    )(verify)  # fmt: skip
    command(app, "withdraw", "jalur withdraw ON-2026-000123 ABCD-EFGH-JKMN", **panel)(withdraw)


def submit(
    code: Annotated[str, typer.Argument(metavar="TYPE", help="The document type; `jalur workflow list` names them.")],
    lane: Annotated[Lane | None, typer.Option("--lane", help="The lane it comes in by.")] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", help="How it came in; the lane's first channel if not given.")
    ] = None,
    field: Fields = None,
    paper: Scans = None,
    file: File = None,
    example: Annotated[
        bool, typer.Option("--example", help="Print an application of a made-up resident to try with, and stop.")
    ] = False,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Take an application in. Everything wrong with it is told at once, and nothing is kept then.

    What comes in by the walk-in lane is taken in by somebody of its front office (--as), who is on record.

    A file may hold lane, channel, fields and papers; what stands on the command line goes before it. A paper is the
    path of its scan (from the file's folder), a data: address holding it, or null when it was only shown.
    """
    from adapters.cli.application_file import papers_of, read_application
    from lanes.intake import APPLICANT, Application

    given = read_application(file)
    fields, scans = pairs(field or (), "--field"), pairs(paper or (), "--paper", alone=True)
    in_lane = lane or given.lane
    if in_lane is None:
        raise typer.BadParameter("name the lane: online or manual", param_hint="--lane")
    office = open_office()
    if example:
        from adapters.cli.example import example_application

        say_json(example_application(office, code, in_lane))
        return
    by = who(as_) if in_lane is Lane.MANUAL else as_ or APPLICANT
    if in_lane is Lane.MANUAL:
        office.counter.must_sit_there(by)
    receipt = office.intake.submit(
        Application(
            lane=in_lane, channel=channel or given.channel or office.config.lanes[in_lane].channels[0], code=code,
            fields=merged(given.fields, fields), papers=papers_of(given, scans), by=by,
        )
    )  # fmt: skip
    then = what_next(office, receipt.number)
    if as_json:
        say_json({"number": receipt.number, "code": receipt.code, "hash": receipt.hash, "due_at": receipt.due_at,
                  "next": then})  # fmt: skip
        return
    say("The application was taken in.")
    pairs_table({
        "Number": receipt.number, "Code": receipt.code, "Receipt": receipt.hash,
        "Promised": local(receipt.due_at, office.config.office.timezone),
    })  # fmt: skip
    say(then)
    say(f"Follow it with `jalur track {receipt.number} {receipt.code}`.")


def resubmit(
    number: Number,
    code: Code = None,
    field: Fields = None,
    paper: Scans = None,
    file: File = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Answer for a dossier that was returned: corrected fields and the papers that were missing."""
    from adapters.cli.application_file import papers_of, read_application
    from lanes.intake import APPLICANT

    given = read_application(file)
    fields, scans = pairs(field or (), "--field"), pairs(paper or (), "--paper", alone=True)
    known = _code(code)
    office = open_office()
    office.intake.resubmit(
        number, known, fields=merged(given.fields, fields), papers=papers_of(given, scans), by=as_ or APPLICANT
    )
    then = what_next(office, number)
    if as_json:
        say_json({"number": number, "next": then})
    else:
        say(f"The answer was taken in. {then}")


def withdraw(number: Number, code: Code = None, as_json: Json = False) -> None:
    """End a dossier at the applicant's own wish, as long as no document of it is sealed; what is open in it is
    cancelled."""
    known = _code(code)
    office = open_office()
    dossier = office.closing.withdraw(number, known)
    if as_json:
        say_json({"number": number, "status": dossier.status})
    else:
        say(f"{number} is {dossier.status}. A new application for the same document may come in at any time.")


def document(
    number: Number,
    code: Code = None,
    to: Annotated[Path, typer.Option("--to", help="The folder that the PDFs are written to.")] = Path(),
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Fetch a dossier's signed PDFs; with --as, people of its lane also fetch drafts, which is journalled."""
    products = open_office().products
    found = products.for_office(number, by=who(as_)) if as_ else products.for_applicant(number, _code(code))
    files = []
    for about, pdf in found:
        path = to / f"{about.number.replace('/', '-')}{'' if about.sealed_at else '-draft'}.pdf"
        write_whole(path, pdf)
        files.append({"document": about.number, "product": about.product, "file": str(path)})
    if as_json:
        say_json(files)
    else:
        for file in files:
            say(f"Document {file['document']} ({file['product']}) is in {file['file']}.")


def track(
    number: Number,
    code: Code = None,
    lang: Annotated[
        Language, typer.Option("--lang", help="The language of the whole page: en (English) or id (Indonesian).")
    ] = "en",
    as_json: Json = False,
) -> None:
    """See where a dossier stands: the step, whose turn it is, how many come before it, when it will be finished and why
    it is due when it is, what is missing, and what you can do now."""
    known = _code(code)
    office = open_office()
    tracked = office.views.track(number, known, lang)
    if as_json:
        say_json(tracked)
    else:
        from adapters.cli.track_page import show

        show(tracked, office.config.office.timezone, lang)


def _code(code: str | None) -> str:
    """The code given, or asked for: typed at a terminal, or the first line of standard input."""
    if code:
        return code
    if sys.stdin.isatty():
        return str(typer.prompt("Tracking code", err=True))
    return sys.stdin.readline().strip()


def verify(
    qr: Annotated[str, typer.Argument(metavar="QR", help="What the QR of a document holds: the address, or its end.")],
    as_json: Json = False,
) -> None:
    """Verify a document by its QR: whether this office issued it, and whether it is valid still.

    Nothing of a person is told. The exit code is 0 for a valid document, else 1.
    """
    from domain.errors import Refused

    office = open_office()
    found = office.verifying.document(qr.strip().rstrip("/").rpartition("/")[2])
    if found is None:
        raise Refused("unknown_document", "This office issued no document with this QR.",
                      allowed="the address in the QR of a document")  # fmt: skip
    if as_json:
        say_json(found)
    else:
        zone = office.config.office.timezone
        told = {"Number": found.number, "Kind": found.title.en, "Signed": local(found.issued_at, zone)}
        if found.replaced_by:
            told |= {"In its place": found.replaced_by}
        if since := found.replaced_at or found.revoked_at:
            told |= {"Not valid since": local(since, zone)}
        say("Valid." if found.valid else f"{'Replaced' if found.replaced_by else 'Revoked'}: no longer valid.")
        pairs_table(told)
    if not found.valid:
        raise typer.Exit(1)
