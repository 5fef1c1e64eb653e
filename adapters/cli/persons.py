"""`jalur person`: what people ask about their own data; handed out, erased, and answered within 3×24 hours."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import As, Json, command, group, moment
from adapters.cli.output import local, pairs_table, say, say_json, table
from adapters.cli.session import open_office, who
from domain.errors import Refused
from domain.person_request import IdentityCheck, RequestKind
from domain.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lanes.person_data import Holdings
    from lanes.records.person_requests import RequestRecord

Request = Annotated[str, typer.Argument(metavar="REQUEST", help="Its number, such as PDP-2026-000001.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    person = group("Requests of people about their own data, answered within 3×24 hours (UU 27/2022).")
    command(person, "requests", "jalur person requests --as admin", "jalur person requests --all --as auditor")(
        requests
    )
    command(
        person, "request", "jalur person request --kind access --checked id_card --as johan.walukow < who.txt"
    )(request)  # fmt: skip
    command(person, "show", "jalur person show PDP-2026-000001 --as admin")(show)
    command(person, "export", "jalur person export PDP-2026-000001 --to PDP-2026-000001.zip --as admin")(export)
    command(
        person, "erase", "jalur person erase PDP-2026-000001 --reason 'Ditarik, tidak ada dasar lain' --yes --as admin"
    )(erase)  # fmt: skip
    command(
        person, "answer", "jalur person answer PDP-2026-000001 --text 'Salinan diserahkan di loket' --as admin",
        "jalur person answer PDP-2026-000001 --refuse --text - --as admin < reason.txt",
    )(answer)  # fmt: skip
    app.add_typer(person, name="person", rich_help_panel="Working")


def requests(
    all_: Annotated[bool, typer.Option("--all", help="Ended ones too.")] = False, as_: As = None, as_json: Json = False
) -> None:
    """List the requests that are open, the first to be answered first. Nobody is named."""
    office = open_office()
    now, zone = office.clock.now(), office.config.office.timezone
    found = office.person_requests.listing(by=who(as_), open_only=not all_)
    if as_json:
        say_json([_plain(each) for each in found])
    elif not found:
        say("No request is open." if not all_ else "There are no requests.")
    else:
        table(
            "Requests about personal data", ("Request", "Asks for", "Came in", "Answer by", "State"),
            [(each.number, each.kind.words.en, local(each.received_at, zone), local(each.state.answer_by, zone),
              each.ended_how or ("LATE" if each.state.is_late(now) else "open")) for each in found],
            whole=("Request",),
        )  # fmt: skip


def request(
    kind: Annotated[RequestKind, typer.Option("--kind", help="What is asked for.")],
    checked: Annotated[IdentityCheck, typer.Option("--checked", help="How you made sure who asks.")],
    received: Annotated[
        str | None, typer.Option("--received", metavar="TIME", help="When it came in; now when not given.")
    ] = None,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Record a request. Who asks is read from standard input, one line each: NIK, name, and a phone number or e-mail
    address (or nothing, when they come for the answer): so it stands in no list of commands."""
    office = open_office()
    at = moment(received, office.config.office.timezone, "--received", ends=False) if received else None
    lines = [line.strip() for line in typer.get_text_stream("stdin").read().splitlines()]
    nik, name, contact = (*lines, "", "", "")[:3]
    made = office.person_requests.record(
        kind, nik=nik, name=name, contact=contact, checked=checked, received_at=at, by=who(as_)
    )
    if as_json:
        say_json(_plain(made))
        return
    say(f"{made.number} is recorded. Answer by {local(made.state.answer_by, office.config.office.timezone)}.")
    say(f"Next: `jalur person show {made.number}`.")


def show(request: Request, as_: As = None, as_json: Json = False) -> None:
    """Show a request: what was done, and for an administrator what is held and what would stay. Names are masked."""
    from domain.numbers import mask_name, mask_nik

    office = open_office()
    sheet, zone = office.person_requests.sheet(request, by=who(as_)), office.config.office.timezone
    record, masked = sheet.record, ""
    if sheet.asker:
        masked = f"{mask_name(sheet.asker.name)}, {mask_nik(sheet.asker.nik)}"
    if as_json:
        say_json({**_plain(record), "person": masked, "files_left": sheet.files_left,
                  "held": _held(sheet.holdings) if sheet.holdings else None,
                  "done": [{"at": each.at, "by": each.by, "act": each.act, **each.data}
                           for each in sheet.acts]})  # fmt: skip
        return
    say(f"{record.number}: {record.kind.words.en}")
    pairs_table({
        "Person": masked, "Identity": record.checked.words.en, "Came in": local(record.received_at, zone),
        "Answer by": local(record.state.answer_by, zone), "Ended": local(record.ended_at, zone),
        "How": record.ended_how, "Files still to be removed": sheet.files_left or "",
    })  # fmt: skip
    if sheet.holdings is not None:
        _show_held(sheet.holdings)
    for each in sheet.acts:
        say(f"  {local(each.at, zone)}  {each.act} by {each.by}")


def _show_held(held: Holdings) -> None:
    rows: list[tuple[object, ...]] = [
        (each.dossier.number, each.workflow.title.en, "own" if each.own else "named in it", each.dossier.status,
         part.words.en, kept.why.words.en if kept else "can go")
        for each in held.dossiers for part, kept in each.parts.items()
    ]  # fmt: skip
    rows += [("", draft.record.code, "own" if draft.own else "named in it", "not sent", "draft",
              draft.kept.why.words.en if draft.kept else "can go") for draft in held.drafts]  # fmt: skip
    if rows:
        table("What is held", ("Dossier", "Document", "Whose", "Status", "Part", "If erased"), rows, whole=("Dossier",))
    else:
        say("Nothing is held about this person.")
    if held.history:
        say(f"The number stands in {held.history} cases of imported history, which no erasure touches.")


def export(
    request: Request,
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help="Where the archive goes; it must not exist.")],
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Write everything that is held about who made an open request into one archive, for them. The request is the
    purpose; every dossier's journal tells of it. The file is for you alone (0600): hand it over, then delete it."""
    import os

    from adapters.person_archive import archive

    office, by = open_office(), who(as_)
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refused("file_not_written", f"{to} cannot be made: {error.strerror}.",
                      allowed="a file that does not exist, in a folder that does") from error  # fmt: skip
    try:
        with os.fdopen(handle, "wb") as file:
            made = office.person_export.export(request, by=by)
            for part in archive(made, office.person_export, office.config):
                file.write(part)
    except BaseException:
        to.unlink(missing_ok=True)
        raise
    if as_json:
        say_json({"request": made.number, "file": str(to), "applications": len(made.about["applications"]),
                  "begun": len(made.about["begun"]), "files": len(made.files)})  # fmt: skip
    else:
        applications, files = counted(len(made.about["applications"]), "application"), counted(len(made.files), "file")
        say(f"{to} holds {applications} and {files}, in clear.")
        say(f"Hand it over and delete it. Next: `jalur person answer {made.number} --text TEXT`.")


def erase(
    request: Request,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it may; names nobody.")],
    yes: Annotated[bool, typer.Option("--yes", help="Yes, erase: it cannot be taken back.")] = False,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """Erase what the law lets go, end the request and tell the person what stays and why. It cannot be taken back, so
    another administrator than who recorded the request does it. Repeated after a crash, it finishes."""
    if not yes:
        raise Refused("not_confirmed", "Nothing was erased: an erasure cannot be taken back.",
                      allowed=f"look with `jalur person show {request}`, then add --yes")  # fmt: skip
    office = open_office()
    done = office.erasing.erase(request, reason=reason, by=who(as_))
    if as_json:
        kept = [{"dossier": number, "part": part, "why": each.why, "until": each.until}
                for number, part, each in done.kept]  # fmt: skip
        say_json({"request": request, "gone": {number: list(parts) for number, parts in done.gone.items()},
                  "kept": kept, "drafts": done.drafts, "files": done.files, "history": done.history,
                  "in_clear": list(done.in_clear)})  # fmt: skip
        return
    for number, parts in done.gone.items():
        say(f"{number}: erased {', '.join(part.words.en for part in parts)}")
    for number, part, each in done.kept:
        say(f"{number or 'A draft'}: kept {part.words.en}: {each.why.words.en}")
    gone = f"Gone: {counted(done.drafts, 'draft')} and {counted(done.files, 'file')}."
    say(f"{gone if done.gone or done.drafts else 'Nothing could be erased.'} The person is told what stays.")
    for place in done.in_clear:
        say(f"Look into this: personal data stand in clear in {place}.")


def answer(
    request: Request,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What the person reads; - reads standard input.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="Refuse it; the text is the reason.")] = False,
    as_: As = None,
    as_json: Json = False,
) -> None:
    """End a request with an answer to the person, or refuse it with the reason."""
    said = typer.get_text_stream("stdin").read() if text == "-" else text
    open_office().person_requests.end(request, text=said, by=who(as_), refused=refuse)
    how = "refused" if refuse else "answered"
    if as_json:
        say_json({"request": request, "status": how})
    else:
        say(f"{request} is {how}.")


def _held(held: Holdings) -> Mapping[str, object]:
    return {
        "applications": [
            {"dossier": each.dossier.number, "own": each.own, "status": each.dossier.status,
             "parts": {part: kept.why if kept else None for part, kept in each.parts.items()}}
            for each in held.dossiers
        ],
        "drafts": len(held.drafts), "history": held.history,
    }  # fmt: skip


def _plain(record: RequestRecord) -> dict[str, object]:
    return {
        "request": record.number, "kind": record.kind, "checked": record.checked, "received_at": record.received_at,
        "recorded_by": record.recorded_by, "answer_by": record.state.answer_by, "ended_at": record.ended_at,
        "ended_by": record.ended_by, "ended_how": record.ended_how,
    }  # fmt: skip
