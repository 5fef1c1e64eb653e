"""A refusal in the reader's words: what the command line says names commands, which a page has not."""

from __future__ import annotations

import re

from adapters.web.words import gettext as _
from adapters.web.words import mark
from domain.errors import Conflict, Refused

_WORDS = {
    "wrong_password": mark("Username or password is wrong."),
    "too_many_tries": mark("Too many wrong tries. Wait a little, then try again."),
    "wrong_code": mark("This code is wrong, or it was used already."),
    "has_device": mark("You have a device already: give a code of it."),
    "sign_in_again": mark("The session is over: sign in again."),
    "wrong_account": mark("This account belongs to nobody who works in this office."),
    "provider_misfit": mark("What came back from the office's account page does not fit, or took too long. Sign in "
                            "again."),
    "provider_away": mark("The office's account page does not answer. Sign in with a password, or try again in a "
                          "while."),
    "unknown_dossier": mark("There is no dossier with this number."),
    "unknown_task": mark("There is no such task any more."),
    "no_such_task": mark("This step is not open any more: somebody has completed it, or the dossier went another way."),
    "not_open": mark("This step is not open any more."),
    "conflict": mark("Somebody else changed this in the same moment. Look at it again; nothing of yours was kept."),
    "deficiencies_missing": mark("Tick what is missing: the applicant is told the whole list at once."),
    "reason_missing": mark("Write the reason: the applicant is told it."),
    "out_of_turn": mark("It is not the turn of this task. Take the next one, or say why this one comes first."),
    "unknown_reason": mark("Choose a reason of the list."),
    "purpose_missing": mark("Choose what you need the personal data for."),
    "already_open": mark("The same person has an application for this document open already."),
    "form_expired": mark("This form is no longer valid: you signed in or out since it was shown, or it was not shown "
                         "by this site. Nothing was changed."),
    "changed_in_between": mark("The lane's file, its calendar or its rules in force changed since this was shown, or "
                               "the text is another one. Nothing was changed: preview it again."),
    "nothing_changed": mark("This says what is in force already: there is nothing to apply."),
    "past_time": mark("Rules cannot come into force in the past: choose a time to come, or none for at once."),
    "unapplied_changes": mark("The lane's files hold changes that were never applied. Apply them first, or tick that "
                              "they are put aside."),
    "unknown_version": mark("There is no version with this number."),
    "unknown_team": mark("Choose a team of the list."),
    "loan_over": mark("The loan would end before it begins: give a day to come."),
    "absence_over": mark("The absence would end before it begins: give a day to come."),
    "no_loan": mark("This loan is over already."),
    "unknown_person": mark("Nobody with this username works here."),
    "weak_password": mark("This password is too easy to guess: use at least 12 characters, without the username."),
}  # fmt: skip
_STATUS = {"not_allowed": 403, "form_expired": 403, "conflict": 409, "changed_in_between": 409,
           "rules_changed": 409, "already_open": 409, "too_many_tries": 429,
           "wrong_password": 401, "wrong_account": 403, "provider_misfit": 403, "provider_away": 503,
           "wrong_code": 401}  # fmt: skip


_WHO, _LANE = r"(?P<who>[a-z][a-z0-9._-]*)", r"(?P<lane>online|manual)"
_REASONS = tuple((re.compile(pattern), words) for pattern, words in (
    (rf"{_WHO} does not work in the {_LANE} lane\.?", mark("%(who)s does not work in the %(lane)s lane.")),
    (rf"Step \S+ is the work of team (?P<team>\S+), and {_WHO} is not in it\.?",
     mark("This step is the work of team %(team)s, and %(who)s is not in it.")),
    (rf"{_WHO} did an earlier step of this dossier .*four eyes\)\.?",
     mark("%(who)s did an earlier step of this dossier; another person must do this one (four eyes).")),
    (rf"Step \S+ is being done by {_WHO}\.?", mark("%(who)s is doing this step.")),
    (rf"Only the team's lead, .* may do this, and {_WHO} is none\.?",
     mark("Only the team's lead, the lane's manager or an administrator may do this, and %(who)s is none.")),
    (rf"{_WHO} may not see personal data of the {_LANE} lane\.",
     mark("%(who)s may not see personal data of the %(lane)s lane.")),
    (rf"Only the front office of the {_LANE} lane takes applications in, and {_WHO} is not of it\.?",
     mark("Only the front office of the %(lane)s lane takes applications in, and %(who)s is not of it.")),
    (rf"{_WHO} works in no lane, .*", mark("%(who)s works in no lane, so there is nothing to look through.")),
    (rf"(?P<number>\S+) is open for the same person and document \(\S+, {_LANE} lane\)\.",
     mark("%(number)s is open for the same person and document (%(lane)s lane).")),
    (rf"Only a lane's manager, .* may look at how both lanes stand, and {_WHO} is none\.",
     mark("Only a lane's manager, the head, the auditor or an administrator may look at how both lanes stand, and "
          "%(who)s is none.")),
    (rf"Only the manager of the {_LANE} lane, .* may look into this lane, and {_WHO} is none\.",
     mark("Only the manager of the %(lane)s lane, the head, the auditor or an administrator may look into this lane, "
          "and %(who)s is none.")),
    (rf"{_WHO} may not change the rules of the {_LANE} lane\.",
     mark("%(who)s may not change the rules of the %(lane)s lane: its manager, the head and administrators may.")),
    (rf"{_WHO} may not lend (?P<whom>\S+)\.",
     mark("%(who)s may not lend %(whom)s: the manager of the lane that gives them up, the head and administrators "
          "may.")),
    (rf"{_WHO} may not end a loan of (?P<whom>\S+)\.",
     mark("%(who)s may not end a loan of %(whom)s: either lane's manager, the head and administrators may.")),
    (rf"{_WHO} may not say whether (?P<whom>\S+) is absent\.",
     mark("%(who)s may not say whether %(whom)s is absent: they, who leads or manages them, and administrators may.")),
    (r"Too many wrong tries: the next one is possible in (?P<seconds>\d+) s\.",
     mark("Too many wrong tries: the next one is possible in %(seconds)s s.")),
))  # fmt: skip


def reason_words(text: str) -> str:
    """A reason that the office gives, in the reader's words; one that is not known here as it stands."""
    lanes = {"online": _("online"), "manual": _("walk-in")}
    for pattern, words in _REASONS:
        if found := pattern.fullmatch(text):
            groups = found.groupdict()
            return _(words) % (groups | ({"lane": lanes[groups["lane"]]} if "lane" in groups else {}))
    return text


def in_words(refused: Refused) -> str:
    """What was refused and why, for a page."""
    reason = reason_words(refused.message)
    if reason != refused.message or any(pattern.fullmatch(refused.message) for pattern, _words in _REASONS):
        return reason
    known = _WORDS.get(_code(refused))
    return _(known) if known is not None else refused.message


def _code(refused: Refused) -> str:
    return "conflict" if isinstance(refused, Conflict) and refused.code not in _WORDS else refused.code


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal."""
    if refused.code.startswith(("unknown_dossier", "unknown_task")):
        return 404
    return _STATUS.get(_code(refused), 422)
