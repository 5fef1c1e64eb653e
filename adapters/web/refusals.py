"""A refusal in the reader's words: what the command line says names commands, which a page has not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from typing import Final

from adapters.web.words import gettext as _
from adapters.web.words import mark, told
from domain.errors import Conflict, Refused
from domain.sentence import Sentence
from lanes.office import Office

WORDS: Final = {
    "wrong_password": mark("Username or password is wrong."),
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
    "receipt_gone": mark("A receipt can be printed for half an hour, by the person who took the application in and "
                         "until they take in the next one."),
    "reason_missing": mark("Write the reason: the applicant is told it."),
    "out_of_turn": mark("It is not the turn of this task. Take the next one, or say why this one comes first."),
    "unknown_reason": mark("Choose a reason of the list."),
    "purpose_missing": mark("Choose what you need the personal data for."),
    "form_expired": mark("This form is no longer valid: you signed in or out since it was shown, or it was not shown "
                         "by this site. Nothing was changed."),
    "changed_in_between": mark("The lane's file, its calendar or its rules in force changed since this was shown, or "
                               "the text is another one. Nothing was changed: preview it again."),
    "nothing_changed": mark("This says what is in force already: there is nothing to apply."),
    "past_time": mark("Rules cannot come into force in the past: choose a time to come, or none for at once."),
    "unapplied_changes": mark("The lane's files hold changes that were never applied. Apply them first, or tick that "
                              "they are put aside."),
    "wrong_address": mark("Messages go to https addresses in the internet; to this very machine only where the "
                          "office's settings allow it."),
    "unknown_kind": mark("Choose what it is told of."),
    "too_many_webhooks": mark("This lane has as many webhooks as it may: end one first."),
    "unknown_webhook": mark("There is no such webhook, or it was ended."),
    "remark_missing": mark("Write why you object: it goes on record."),
    "remark_too_long": mark("Write at most 300 characters."),
    "reviewed_already": mark("Somebody has answered this already. Nothing was changed."),
    "unknown_overtaking": mark("There is no such entry."),
    "unknown_version": mark("There is no version with this number."),
    "unknown_team": mark("Choose a team of the list."),
    "loan_too_long": mark("A loan lasts a year at most: give an earlier day."),
    "loan_over": mark("The loan would end before it begins: give a day to come."),
    "absence_over": mark("The absence would end before it begins: give a day to come."),
    "absence_too_long": mark("An absence ends within a year: give an earlier day."),
    "no_loan": mark("This loan is over already."),
    "unknown_person": mark("Nobody with this username works here."),
    "person_exists": mark("Somebody with this username works here already: choose another one."),
    "bad_username": mark("A username has 2 to 32 small letters, digits, dots or dashes, a letter first."),
    "bad_name": mark("Write the name, with at most 60 characters."),
    "bad_email": mark("This cannot be an e-mail address. Leave it empty if there is none."),
    "other_lane": mark("They work in the other lane: lend them, for a time."),
    "place_taken": mark("They are in this team already."),
    "configured_place": mark("This place was not given here: it stands in the lane's file, and is changed there."),
    "has_not_left": mark("They work here."),
    "has_left": mark("%(who)s does not work here any more."),
    "no_absence": mark("This absence is over already."),
    "asked_already": mark("A proof is asked for or being made already: wait for it."),
    "wrong_old_password": mark("The password that you have is another one. Nothing was changed."),
    "same_password": mark("This is the password that you have: choose another one."),
    "own_account": mark("This is your own account: another administrator does this."),
    "own_place": mark("Nobody decides about places of their own: another person has to."),
    "not_filling": mark("Only the head or an administrator says who approves for a division, and %(who)s is neither."),
    "not_of_the_office_s": mark("Team %(team)s is of people who have a role of the office itself, such as its head; "
                                "%(who)s has none."),
    "not_restaffing": mark("Only the head or an administrator changes the lane's manager, what roles its teams have, "
                           "and who signs or approves for a division; %(who)s is neither."),
    "not_staffing": mark("%(who)s may not decide who works there."),
    "not_reading_the_journal": mark("Only an administrator or the auditor may search the journal, and %(who)s is "
                                    "neither."),
    "not_held": mark("You do not hold this task any more, so nothing more of it is saved."),
    "saved_elsewhere": mark("This task was saved in another window since. Load this page again to see it; what is "
                            "filled in here is not saved."),
    "too_much": mark("This is more than a form holds."),
    "ticket_elsewhere": mark("This number is called to another counter."),
    "ticket_not_there": mark("This number cannot be called or ended now: look at the counter page again."),
    "ticket_held": mark("Another number is at your counter still: end its turn first."),
    "unknown_ticket": mark("Nobody took this number today."),
    "unknown_counter": mark("Give your counter's number: 1 to 99."),
    "no_ticket": mark("You have called no number that is at your counter now."),
    "proof_missing": mark("A delivery needs a proof: take a photo, let the receiver sign, or write who received it."),
    "no_delivery": mark("This step delivers nothing."),
    "scan_no_photo": mark("This is no photo. Take one with the camera, as JPEG or PNG."),
    # --- complaints, searching, and what else a form may ask in vain ---
    "not_allowed": mark("You may not do this."),
    "unknown_topic": mark("Choose what the complaint is about."),
    "complaint_text": mark("Write what is to be said in 10 to 2,000 characters."),
    "complaints_open": mark("Three complaints about this application wait for their decision already: no more can be "
                            "filed until one is decided."),
    "complaint_ended": mark("This complaint was answered or decided already. Nothing was changed."),
    "unknown_complaint": mark("There is no complaint with this number."),
    "search_too_short": mark("Give a number, or a name of at least three letters."),
    "unknown_type": mark("There is no such document."),
    "unknown_document": mark("This document is not among those of the application."),
    "no_document": mark("There is no document yet."),
    "unknown_draft": mark("There is no application begun under this code, or no longer."),
    "draft_sent": mark("This application has been sent already: follow it by its number."),
    "not_returned": mark("This application does not wait for its applicant any more."),
    "wrong_status": mark("How the application stands does not allow this any more. Look at it again; nothing was "
                         "changed."),
    "wrong_channel": mark("This lane takes nothing in on this way."),
    "dossier_closed": mark("This application has ended. Nothing was changed."),
    "stale": mark("This was changed since it was shown. Look at it again; nothing was changed."),
    "unknown_outcome": mark("Choose how the step ends."),
    "no_way_on": mark("This step cannot end so for what the application says."),
    "unknown_item": mark("Choose one of the list."),
    "bad_count": mark("Give a number from 1 to 100,000."),
    "not_failed": mark("This message need not be sent again."),
    "unknown_message": mark("There is no such message."),
    "nothing_stuck": mark("Nothing of this application is stuck any more."),
    "reason_misfits": mark("The document of %(number)s needs nothing that this reason stops."),
    "paused_already": mark("This application stands still for this reason already."),
    "not_paused": mark("This application does not stand still for this reason."),
    "which_reason": mark("This application stands still for more than one reason: choose which of them ends."),
    "needs_message": mark("Only the message that something is missing makes an application wait for its applicant."),
    "no_outage": mark("There is no such outage."),
    "outage_lasts": mark("An outage for this reason lasts in this lane already."),
    "outage_overlaps": mark("Another outage for this reason is recorded for a part of this time."),
    "end_before_start": mark("The end lies before the beginning."),
    "too_few_left": mark("With this loan its own lane would have too few people left."),
    "unknown_district": mark("Choose a district of the list."),
    "no_words": mark("Write what was done."),
    "outreach_too_long": mark("An outreach lasts a year at most: give an earlier end."),
    "not_for_erasure": mark("This request asks for something else than an erasure."),
    "erase_it": mark("This request asks for an erasure: it is answered by erasing."),
    "unreadable_dossier": mark("What is kept of this application is damaged. An administrator has to see to it."),
    "unknown_token": mark("There is no such access token."),
    "token_name": mark("Give the access token a name, to know it by."),
    "token_end": mark("The access token would end before it begins, or last too long."),
    # --- what the rules say of people: who may not do what ---
    "not_in_the_lane": mark("%(who)s does not work in the %(lane)s lane."),
    "not_in_the_team": mark("This step is the work of team %(team)s, and %(who)s is not in it."),
    "not_of_the_office": mark("This step takes a role of the office itself, such as its head's, and %(who)s has none."),
    "four_eyes": mark("%(who)s did an earlier step of this dossier; another person must do this one (four eyes)."),
    "being_done": mark("%(who)s is doing this step."),
    "not_leading": mark("Only the team's lead, the lane's manager or an administrator may do this, and %(who)s is "
                        "none."),
    "not_confided": mark("%(who)s may not see personal data of the %(lane)s lane."),
    "not_needed": mark("%(who)s may see personal data of a dossier only while a complaint about it that they handle, "
                       "or its handing over by their team, is open."),
    "not_taking_in": mark("Only the front office of the %(lane)s lane takes applications in, and %(who)s is not of "
                          "it."),
    "in_no_lane": mark("%(who)s works in no lane, so there is nothing to look through."),
    "already_open": mark("%(number)s is open for the same person and document (%(lane)s lane)."),
    "registered_already": mark("This is registered already: %(number)s was issued (%(lane)s lane), and it happens "
                               "once. Apply for a new extract of the deed if it is lost or damaged, or for its "
                               "correction if it is wrong."),
    "before_round": mark("The applicant of %(number)s was told that the courier comes on %(day)s: no try counts "
                         "before. If you meet somebody earlier, you may deliver it."),
    "sealed_already": mark("%(number)s cannot be withdrawn or cancelled any more: the document %(document)s is sealed, "
                           "and valid. If something in it is wrong, apply for its correction or change."),
    "recorded_already": mark("%(number)s cannot be withdrawn or cancelled any more: it is recorded in the population "
                             "register. If something in it is wrong, apply for its correction or change."),
    "not_overseeing": mark("Only a lane's manager, the head, the auditor or an administrator may look at how both "
                           "lanes stand, and %(who)s is none."),
    "not_looking_into": mark("Only the manager of the %(lane)s lane, the head, the auditor or an administrator may "
                             "look into this lane, and %(who)s is none."),
    "not_tuning": mark("%(who)s may not change the rules of the %(lane)s lane: its manager, the head and "
                       "administrators may."),
    "not_administering": mark("Only an administrator may come in here, and %(who)s is none."),
    "not_its_manager": mark("Only the manager of the %(lane)s lane or an administrator may do this, and %(who)s is "
                            "neither."),
    "not_pausing": mark("Only the lead of a team that has an open step of it, the manager of the %(lane)s lane or an "
                        "administrator may pause or resume this dossier, and %(who)s is none."),
    "not_recording": mark("Only an administrator or the manager of the %(lane)s lane may record this outage, and "
                          "%(who)s is neither."),
    "not_recording_for_both": mark("Only an administrator may record an outage of both lanes; a lane's manager records "
                                   "outages of that lane alone. %(who)s is no administrator."),
    "not_reviewing": mark("Only the manager of the %(lane)s lane or the head may approve what was taken out of its "
                          "turn, and %(who)s is neither."),
    "own_turn": mark("%(who)s took this out of its turn and may not approve it: another manager or the head may."),
    "not_recording_outreach": mark("Only a lane's manager, the head and administrators put on record that people were "
                                   "told about the online lane, and %(who)s is none."),
    "may_not_man": mark("%(who)s may not change who works in the %(lane)s lane: its manager, the head and "
                        "administrators may."),
    "may_not_lend": mark("%(who)s may not lend %(whom)s: the manager of the lane that gives them up, the head and "
                         "administrators may."),
    "may_not_recall": mark("%(who)s may not end a loan of %(whom)s: either lane's manager, the head and "
                           "administrators may."),
    "not_answering_for": mark("%(who)s may not say whether %(whom)s is absent: they, who leads or manages them, and "
                              "administrators may."),
    "not_handling_complaints": mark("%(who)s may not do this with complaints of the %(lane)s lane: its complaint "
                                    "officers read and answer them, its manager and the head decide too."),
    "not_seeing_requests": mark("Only administrators, complaint officers, the head and the auditor see requests about "
                                "personal data, and %(who)s is none."),
    "not_taking_requests": mark("Only an administrator or a complaint officer records requests about personal data, "
                                "and %(who)s is neither."),
    "not_answering_requests": mark("Only an administrator answers requests about personal data, and %(who)s is none."),
    "erasing_own_request": mark("%(who)s recorded this request. Another administrator erases, because it cannot be "
                                "taken back (four eyes)."),
    "child_asks": mark("The person is under %(years)s: a parent or guardian asks for them, and shows that they are."),
    "grown_up_asks": mark("The person is %(years)s or older: they ask themselves, or by a proxy with a power of "
                          "attorney."),
    "not_lately": mark("Give a time of the last %(days)s days, or leave it empty for now."),
    "unknown_request": mark("There is no request with this number."),
    "request_ended": mark("This request has ended already."),
    "too_many_tries": mark("Too many wrong tries: the next one is possible in %(seconds)s s."),
    # --- what the rules say of a field or a paper ---
    "missing": mark("This is not filled in."),
    "still_missing": mark("This is still missing."),
    "not_handed_in": mark("This paper is missing."),
    "unknown_field": mark("This form has no such field."),
    "unknown_paper": mark("No such paper is asked for."),
    "office_fills_in": mark("The office fills this in."),
    "not_of_this_step": mark("This is not filled in at this step."),
    "yes_or_no": mark("Answer yes or no."),
    "whole_number": mark("Give a whole number."),
    "not_a_date": mark("Give a date: day, month and year."),
    "in_the_future": mark("This date lies in the future."),
    "gone_by": mark("This date has gone by."),
    "too_long_ago": mark("This date lies too long ago."),
    "too_far_ahead": mark("This date lies too far ahead."),
    "too_old": mark("This document is for people under %(years)s."),
    "choose_one": mark("Choose one of the list."),
    "text_length": mark("Write at most %(most)s characters."),
    "lies_elsewhere": mark("This village lies in another district: correct one of the two."),
    "the_same": mark("This is the same as in another field: correct one of the two."),
    "not_after": mark("This date must come after the other one: correct one of the two."),
    "deed_number_wrong": mark("This is no number of a deed of the past, such as 7172-LU-01012020-0001. If yours is "
                              "older and written otherwise, say so below it."),
    "deed_of_other_kind": mark("The letters of this number are of another kind of deed: here it is %(allowed)s."),
    "unreachable": mark("Give a phone number or an e-mail address."),
    "must_be_so": mark("This must be so for the step to end this way."),
    "sixteen_digits": mark("This needs 16 digits; %(given)s were given."),
    "digits_only": mark("Use digits only."),
    "nik_wrong": mark("This NIK cannot be right: look at each digit again."),
    "nik_unlike": mark("This NIK does not fit the date of birth or the sex: correct the wrong one."),
    "nik_twice": mark("The same NIK stands here twice: give each person once."),
    "niks_wrong": mark("A NIK here cannot be right; the one in place: %(places)s. Look at each digit again."),
    "how_many_niks": mark("Give 1 to %(most)s NIKs, with commas between."),
    "relations_wrong": mark("Write for each how they are related to the head: %(allowed)s."),
    "relations_count": mark("Say how %(count)s people are related to the head, one word for each, with commas "
                            "between."),
    "family_card_wrong": mark("This family card number cannot be right: look at each digit again."),
    "name_of_one_word": mark("A name needs at least two words."),
    "name_wrong": mark("This name is too long or holds signs that names do not have."),
    "phone_wrong": mark("This is no phone number; one looks like 0812 3456 7890."),
    "email_wrong": mark("This is no e-mail address; one looks like nama@contoh.id."),
    "scan_size": mark("This file is empty or too large: at most %(mb)s MB."),
    "scan_kind": mark("This is no photo and no PDF. Send a PDF, JPEG or PNG."),
    "scan_damaged": mark("This file is cut off or damaged. Photograph the original again."),
    "scan_locked": mark("This PDF is locked with a password. Photograph the paper instead."),
    "scan_active": mark("This PDF runs something or carries other files. Photograph the paper."),
    "scan_complicated": mark("This PDF is too complicated. Photograph the paper."),
    "scan_pixels": mark("This photo is too large. Take it with a lower resolution."),
    "scan_pages": mark("This PDF has %(pages)s pages: too many for this paper."),
    "scan_virus": mark("This file carries a virus, and was not kept. Photograph the original."),
    "scan_not_looked_through": mark("This file could not be looked through for viruses just now. Send it again in some "
                                    "minutes."),
    "scan_unreachable": mark("This file could not be fetched. Send it again."),
    "weak_password": mark("This password is too easy to guess: use at least 12 characters, without the username, and "
                          "not what many people use or what names the office."),
}  # fmt: skip
_CALLED: Final = ("lane", "who", "whom", "team")
_STATUS = {"not_allowed": 403, "form_expired": 403, "conflict": 409, "changed_in_between": 409, "saved_elsewhere": 409,
           "rules_changed": 409, "reviewed_already": 409, "unknown_overtaking": 404, "unknown_webhook": 404,
           "already_open": 409, "sealed_already": 409, "recorded_already": 409, "before_round": 409,
           "registered_already": 409, "too_many_tries": 429,
           "wrong_password": 401, "wrong_account": 403, "provider_misfit": 403, "provider_away": 503,
           "wrong_code": 401, "unreadable_dossier": 500}  # fmt: skip


asked: ContextVar[Callable[[], Office] | None] = ContextVar("asked", default=None)
"""The office that a request goes to; its people and teams are called by their names. Only colleagues are told them."""


def sentence_words(sentence: Sentence) -> str:
    """What the rules say, in the reader's words; one that pages have no words for as it stands."""
    known = WORDS.get(sentence.code)
    if known is None:
        return sentence
    facts = {name: _called(name, str(value)) if name in _CALLED else value for name, value in sentence.facts.items()}
    return _(known) % facts if facts else _(known)


def _called(kind: str, value: str) -> str:
    """How a lane, a person or a team is called to the reader."""
    if kind == "lane":
        return {"online": _("online"), "manual": _("walk-in")}.get(value, value)
    found = asked.get()
    if found is None:
        return value
    office = found()
    if kind == "team":
        return next(
            (told(lane.team[value].title) for lane in office.config.lanes.values() if value in lane.team), value
        )
    return office.people.names().get(value, value)


def in_words(refused: Refused) -> str:
    """What was refused and why, for a page."""
    if isinstance(refused.message, Sentence):
        return sentence_words(refused.message)
    known = WORDS.get(_code(refused))
    return _(known) if known is not None else refused.message


def by_place(sentences: Iterable[Sentence]) -> dict[str, str]:
    """What is wrong with each field or paper, in the reader's words; the first of each."""
    found: dict[str, str] = {}
    for sentence in sentences:
        found.setdefault(sentence.place, sentence_words(sentence))
    return found


def summary(
    refused: Refused | None, found: Mapping[str, str], titles: Mapping[str, str], other: str = "main-content"
) -> list[dict[str, str]]:
    """The lines above a form: what is wrong with each field or paper (`found`), under its title and leading there;
    what was refused, leading to `other`, where that is about none of them."""
    if refused is not None and not found:
        return [{"text": in_words(refused), "href": f"#{other}"}]
    return [{"text": f"{titles.get(place, place)}: {words}", "href": f"#{place}"} for place, words in found.items()]


def _code(refused: Refused) -> str:
    return "conflict" if isinstance(refused, Conflict) and refused.code not in WORDS else refused.code


def status_of(refused: Refused) -> int:
    """The HTTP status of a refusal."""
    if refused.code.startswith(("unknown_dossier", "unknown_task", "unknown_request")):
        return 404
    return _STATUS.get(_code(refused), 422)
