"""What `jalur up` says on the screen: what runs where, what to do next, and every change that somebody should know."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.settings import Settings
from adapters.web.demo_people import DemoPerson
from domain.words import counted


def in_words(settings: Settings, say: Callable[[str], None]) -> Callable[[str, Mapping[str, Any]], None]:
    """A reporter for `adapters.supervisor` that speaks to a person through `say`, a line at a time."""
    begun: set[str] = set()

    def report(event: str, told: Mapping[str, Any]) -> None:
        match event:
            case "opening":
                say(f"Jalur is starting on {settings.home.absolute()} …")
            case "started" if told["name"] in begun:
                say(f"{told['name']} runs again (process {told['pid']}).")
            case "started":
                begun.add(told["name"])
                say(f"  {told['name']:<12} {told['purpose']} (process {told['pid']})")
            case "prefect_up":
                for line in _welcome(settings, told["page"], told.get("people", ()), told.get("applicant")):
                    say(line)
            case "prefect_down":
                say(_down(told["waiting"]))
            case "prefect_back":
                say("Prefect's server is back; waiting steps go on.")
            case "died":
                say(f"{told['name']} ended (exit code {told['code']}); it starts again in {told['again_in_s']:g} s.")
                if told["last"]:
                    say(f"  The last it wrote: {told['last']}")
            case "late":
                say(f"Late: {told['sweep']}.")
            case "broken":
                say(f"ATTENTION: broken, and no sweep treats it: {told['what']}. What is wrong: jalur audit verify")
            case "rules_taken_up":
                versions = ", ".join(f"{lane} version {version}" for lane, version in told["versions"].items())
                say(f"The lanes' rules in force have changed: {versions}.")
            case "rules_not_taken_up":
                say("ATTENTION: other rules are in force, but this office cannot take them up and goes on by those of "
                    f"before: {told['why']}")  # fmt: skip
            case "rules_well":
                say("The rules in force could be taken up after all.")
            case "config_broken":
                say(f"ATTENTION: the configuration's files have mistakes ({told['problems']}); nothing changes in this "
                    f"office, which goes on by what they said before. The first: {told['first']}")  # fmt: skip
                say("  All of them: jalur config check")
            case "config_unapplied":
                for lane in told["lanes"]:
                    say(f"The {lane} lane's files hold changes that are not in force: jalur config diff --lane {lane}, "
                        f"then jalur config apply --lane {lane} --reason TEXT.")  # fmt: skip
            case "config_in_force":
                say("The lanes' files say what was applied last.")
            case "calendar_ends":
                for words in told["warnings"]:
                    say(f"ATTENTION: {words}")
            case "stopping":
                say("Stopping; what is being done comes to its end or is handed back …")
            case "stopped":
                say("Stopped.")

    return report


def _down(waiting: Mapping[str, int]) -> str:
    count = sum(waiting.values())
    lanes = ", ".join(f"{lane} {steps}" for lane, steps in waiting.items())
    return (
        "Prefect's server is down. People can go on submitting, claiming and completing; "
        f"{count} automatic {'step waits' if count == 1 else 'steps wait'} ({lanes}) and will go on when it is back."
    )


def _who(people: Sequence[DemoPerson]) -> list[str]:
    """The people of a demo by role, with the one password they share; without them, how somebody gets one."""
    if not people:
        return ["  Nobody has a password of a demo here. Give somebody theirs: jalur operator password USERNAME"]
    return [
        f"  Sign in as one of these made-up people, each with the password  {people[0].password}",
        *(f"    {each.username:<22} {each.role:<36} {each.name:<24} {_waiting(each)}".rstrip() for each in people),
    ]


def _waiting(person: DemoPerson) -> str:
    return f"{counted(person.waiting, 'task')} waiting" if person.waiting else ""


def _applies(applicant: Sequence[str] | None) -> list[str]:
    """Whom to apply for in a demo: the register knows nobody whom one invents."""
    if applicant is None:
        return []
    name, nik, family_card = applicant
    return [f"  Apply as this made-up resident:  {name}, NIK {nik}, family card {family_card}"]


def _welcome(settings: Settings, page: str, people: Sequence[DemoPerson], applicant: Sequence[str] | None) -> list[str]:
    logs = settings.home / "log"
    return [
        "",
        f"Jalur is up. Open  {settings.web_page}  in a browser.",
        *_who(people),
        *_applies(applicant),
        "",
        f"Prefect's pages: {page}    Logs: {logs}/    Messages to people: {settings.home / 'messages'}/",
        f"On the command line, in another terminal ({Path(sys.executable).parent / 'jalur'}, or activate its venv):",
        "  jalur tasks                             what waits for people, by lane and team",
        "  jalur operator list                     the people and their usernames",
        "  jalur next --as kepala                  take that person's most urgent task (kepala: the head, who signs)",
        "  jalur overdue                           what fell due",
        "  jalur explain NUMBER --as kepala        why a dossier is due when it is (a number of `jalur tasks`)",
        "  jalur lane parity                       whether the online lane keeps up with the walk-in lane",
        "  jalur fairness                          which tasks were taken out of their turn, and why",
        "  jalur submit --help                     hand in an application",
        "  jalur workflow list                     the document types",
        "Ctrl-C stops everything; nothing is lost by it.",
        "",
    ]
