"""A refusal in the reader's words: what the command line says names commands, which a page has not."""

from __future__ import annotations

from adapters.web.words import gettext as _
from adapters.web.words import language, mark
from domain.errors import Refused

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


def in_words(refused: Refused) -> str:
    """What was refused and why, for a page."""
    known = _WORDS.get(refused.code)
    if known is not None and (language.get() != "en" or "--" in refused.message or "`" in refused.message):
        return _(known)
    return refused.message if known is None or refused.code in _SPECIFIC else _(known)


_SPECIFIC = frozenset({"already_open", "no_such_task", "too_many_tries"})


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal."""
    if refused.code.startswith(("unknown_dossier", "unknown_task")):
        return 404
    return _STATUS.get(refused.code, 422)
