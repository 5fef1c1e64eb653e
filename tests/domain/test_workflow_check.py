# ruff: noqa: E501
"""Each rule of the workflow checker, by one planted mistake: where it is found, in which words, what is allowed."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from small_office import ACTIONS, PRODUCTS, WORKFLOW, changed, data, lane_text

from domain.lane import LaneRules
from domain.roles import Lane
from domain.workflow import Workflow
from domain.workflow_check import Finding, Vocabulary, check_workflow

GOOD = data(WORKFLOW)
HUMAN = {"title": {"id": "Langkah", "en": "Step"}, "human": "front_office", "duty": "Tugas.", "regulation": "Aturan."}
NIK = {"id": "nik", "type": "nik", "title": {"id": "NIK", "en": "NIK"}}
MACHINE = {"title": {"id": "Langkah", "en": "Step"}, "automatic": "registry.record"}


def vocabulary(lane_changes: dict[str, Any] | None = None) -> Vocabulary:
    lanes = {lane: LaneRules.model_validate(changed(data(lane_text(lane)), lane_changes or {})) for lane in Lane}
    names = frozenset({"received"})
    return Vocabulary(actions=ACTIONS, products=PRODUCTS, stock=frozenset({"kia_blank"}), messages=names, lanes=lanes)


def findings(changes: dict[str, Any], lane_changes: dict[str, Any] | None = None) -> list[Finding]:
    return check_workflow(Workflow.model_validate(changed(GOOD, deepcopy(changes))), vocabulary(lane_changes))


def shown(finding: Finding) -> str:
    return ".".join(str(part) for part in finding.path)


def test_a_good_workflow_has_no_findings() -> None:
    assert findings({}) == []


#: `identify` as a period that a person may stop.
STOPPED = {
    "steps.identify.automatic": "calendar.wait", "steps.identify.with": {"time": "10wd"},
    "steps.identify.stopped_by": {"front_office": ["objection"]},
    "steps.identify.duty": "Tugas.", "steps.identify.regulation": "Aturan.",
    "steps.identify.on": {"over": "verify", "objection": {"to": "verify", "form": ["marriage"]}},
}  # fmt: skip

PLANTED: list[tuple[str, dict[str, Any], str, str, str]] = [
    ("field twice", {"fields.3": GOOD["fields"][0]}, "fields.3.id", "'birth_date' is declared twice", "one entry"),
    ("choice without choices", {"fields.2.choices": [], "requirements.1.when": ..., }, "fields.2.choices", "a choice without choices", "two values"),
    ("choices on a date", {"fields.0.choices": ["a"]}, "fields.0.choices", "is no choice, but lists choices", "type: choice"),
    ("future of no date", {"fields.2.future": True}, "fields.2.future", "is no date, but is marked future", "type: date"),
    ("confirm of no flag", {"fields.0.confirm": True}, "fields.0.confirm", "is no flag, but is marked confirm", "type: flag"),
    ("unlike nothing", {"fields.0.unlike": "born"}, "fields.0.unlike", "unknown date field 'born'", "none is declared"),
    ("a date within a place", {"fields.0.within": "marriage"}, "fields.0.within", "is no choice, but lies within another", "type: choice"),
    ("within nothing", {"fields.2.within": "late"}, "fields.2.within", "unknown choice field 'late'", "none is declared"),
    ("a village of no district", {"fields.3": {"id": "place", "type": "choice", "title": {"id": "x", "en": "x"}, "within": "marriage", "choices": ["book.1", "moon.1"]}}, "fields.3.choices.1", "'moon.1' lies in no choice of 'marriage'", "book, deed, none"),
    ("replaced by no number", {"replaces": {"product": GOOD["product"]["signed_pdf"], "field": "marriage"}}, "replaces.field", "unknown field of a deed's or family card's number 'marriage'", "none is declared"),
    ("replaced by another product", {"fields.3": {"id": "deed", "type": "text", "title": {"id": "x", "en": "x"}}, "replaces": {"product": "moon", "field": "deed"}}, "replaces.product", "unknown product of this type 'moon'", GOOD["product"]["signed_pdf"]),
    ("replaced when no fact", {"fields.3": {"id": "deed", "type": "text", "title": {"id": "x", "en": "x"}}, "replaces": {"product": GOOD["product"]["signed_pdf"], "field": "deed", "when": {"deed": ["x"]}}}, "replaces.when.deed", "is personal data (text), no fact", "marriage"),
    ("past of no date", {"fields.2.past": False}, "fields.2.past", "is no date, but is marked past", "type: date"),
    ("an age of no date", {"fields.2.younger_than": 17}, "fields.2.younger_than", "is no date, but is marked younger_than", "type: date"),
    ("neither past nor future", {"fields.0.past": False}, "fields.0.past", "neither in the past nor in the future", "future: true"),
    ("after no date", {"fields.0.after": ["marriage"]}, "fields.0.after.0", "unknown date field 'marriage'", "none is declared"),
    ("agrees, but no NIK", {"fields.0.agrees_with": {"sex": "marriage"}}, "fields.0.agrees_with", "is no nik, but is marked agrees_with", "type: nik"),
    ("agrees with no date", {"fields.3": {**NIK, "agrees_with": {"born": "birth_dat"}}, "steps.enter.form": ["nik"]}, "fields.3.agrees_with.born", "unknown date field 'birth_dat'; did you mean 'birth_date'?", "birth_date"),
    ("agrees with no sex", {"fields.3": {**NIK, "agrees_with": {"sex": "marriage"}}, "steps.enter.form": ["nik"]}, "fields.3.agrees_with.sex", "unknown choice of male and female 'marriage'", "none is declared"),
    ("agrees, but the applicant's", {"fields.3": {**NIK, "agrees_with": {"born": "birth_date"}}}, "fields.3.agrees_with", "filled in by the applicant, whose number may differ", "in the form of a step"),
    ("a deed's number of no kind", {"fields.3": {**NIK, "type": "deed_number"}}, "fields.3.deed", "does not say of which kinds of deed", "KM, KW"),
    ("a deed's number of other choices", {"fields.3": {**NIK, "type": "deed_number", "deed": {"of": "marriage", "kinds": {"book": ["KW"]}, "older": "lat"}}}, "fields.3.deed.kinds", "not the same: deed, none", "book, deed, none"),
    ("a deed's number older than nothing", {"fields.3": {**NIK, "type": "deed_number", "deed": {"kinds": ["KW"], "older": "lat"}}}, "fields.3.deed.older", "unknown flag 'lat'; did you mean 'late'?", "late"),
    ("about nothing", {"about": ["birth_dat"]}, "about.0", "that the applicant fills in 'birth_dat'; did you mean 'birth_date'?", "birth_date"),
    ("once, of whatever", {"once": True}, "once", "nothing says what makes two dossiers the same case", "only beside about"),
    ("about a fact", {"about": ["marriage"]}, "about.0", "unknown field of personal data", "birth_date"),
    ("a death that is no day", {"fields.2.sets": "died"}, "fields.2.sets", "is no date, but sets died", "type: date"),
    ("a marriage on no day", {"fields.2.sets": "marriage_date"}, "fields.2.sets", "is no date, but sets marriage_date", "type: date"),
    ("a number made known by a form", {"fields.0.sets": "issued"}, "fields.0.sets", "issued is the engine's to say", "issued: true"),
    ("learned of nobody", {"learned": [{"of": "nick", "becomes": {"marital_status": "married"}}]}, "learned.0.of", "unknown NIK field 'nick'", "none is declared"),
    ("learned as no value of the register", {"learned": [{"of": "nik", "becomes": {"marital_status": "singel"}}], "fields.3": NIK}, "learned.0.becomes.marital_status", "unknown marital_status of the register 'singel'; did you mean 'single'?", "divorced, married, single, widowed"),
    ("a choice that the register does not know", {"fields.2.sets": "marital_status"}, "fields.2.sets", "unknown marital_status of the register 'book'", "divorced, married, single, widowed"),
    ("learned from nothing", {"learned": [{"of": "nik", "takes": {"born": "birth_dat"}}], "fields.3": NIK}, "learned.0.takes.born", "unknown field 'birth_dat'; did you mean 'birth_date'?", "birth_date"),
    ("learned of another kind", {"learned": [{"of": "nik", "takes": {"joins": "birth_date"}}], "fields.3": NIK}, "learned.0.takes.joins", "is no niks or nik, but sets joins", "type: niks or nik"),
    ("learned in part", {"learned": [{"of": "nik", "issued": True, "takes": {"born": "birth_date"}}], "fields.3": NIK}, "learned.0.takes", "not told whole: name, sex", "at least born, name, sex"),
    ("learned when no fact", {"learned": [{"of": "nik", "when": {"birth_date": ["x"]}}], "fields.3": NIK}, "learned.0.when.birth_date", "is personal data (date), no fact", "marriage"),
    ("a NIK of nobody", {"fields.3": NIK}, "fields.3.person", "does not say whose number it is", "each NIK that the applicant fills in"),
    ("a NIK of a name that is none", {"fields.3": {**NIK, "person": {"name": "marriage"}}}, "fields.3.person.name", "unknown name field 'marriage'", "none is declared"),
    ("a NIK of a day that is none", {"fields.3": {**NIK, "person": {"lived": ["birth_dat"]}}}, "fields.3.person.lived", "unknown date field 'birth_dat'; did you mean 'birth_date'?", "birth_date"),
    ("somebody known by a number just issued", {"fields.3": {**NIK, "person": {}}, "steps.enter.form": ["nik"]}, "fields.3.person", "the register knows no person of it", "on no other"),
    ("a person of no NIK", {"fields.0.person": {}}, "fields.0.person", "holds no NIK, but is marked person", "type: nik or niks"),
    ("a period that is none", {"steps.identify.automatic": "calendar.wait", "steps.identify.on": {"over": "verify"}, "steps.identify.with": {"time": "ten days"}}, "steps.identify.with.time", "'ten days' is no number of working days", "such as 10wd"),
    ("a period in hours", {"steps.identify.automatic": "calendar.wait", "steps.identify.on": {"over": "verify"}, "steps.identify.with": {"time": "80wh"}}, "steps.identify.with.time", "'80wh' is no number of working days", "such as 10wd"),
    ("derived of no date", {"fields.1.derived.date": "marriage"}, "fields.1.derived.date", "unknown date field 'marriage'", "birth_date"),
    ("derived text", {"fields.1.type": "text", "steps.verify.on.approved": "make", "steps.decide": ...}, "fields.1.type", "is no flag", "flag"),
    ("requirement twice", {"requirements.2": GOOD["requirements"][0]}, "requirements.2.id", "'birth_form' is declared twice", "one entry"),
    ("unknown form", {"requirements.0.form": "F-2.02"}, "requirements.0.form", "unknown form 'F-2.02'", "F-2.01, F-2.03"),
    ("shown in one lane only", {"requirements.0.shown.manual": ...}, "requirements.0.shown", "how the manual lane wants to see it", "not_needed"),
    ("asked for nowhere", {"requirements.0.shown": {"online": "not_needed", "manual": "not_needed"}}, "requirements.0.shown", "in no lane", "at least one"),
    ("product without template", {"product.signed_pdf": "death_deed"}, "product.signed_pdf", "no template makes 'death_deed'", "birth_deed, family_card"),
    ("unknown card", {"also": [{"card": "kia_blnk"}]}, "also.0.card", "unknown stock item 'kia_blnk'; did you mean 'kia_blank'?", "kia_blank"),
    ("product nobody makes", {"product.signed_pdf": "family_card"}, "product", "no step makes the product 'family_card'", "product: family_card"),
    ("limit in minutes", {"limit": "30m"}, "limit", "counted in seconds or minutes", "such as 14d"),
    ("limit of years", {"limit": "900d"}, "limit", "more than a year", "366d"),
    ("unknown start", {"start": "recieve"}, "start", "did you mean 'receive'?", "decide, enter"),
    ("start of one lane", {"start": "tell"}, "start", "does not exist in both lanes", "decide, enter, identify, make, receive, verify"),
    ("paper on unknown field", {"requirements.1.when": {"mariage": ["book"]}}, "requirements.1.when.mariage", "unknown field 'mariage'; did you mean 'marriage'?", "late, marriage"),
    ("paper on personal data", {"requirements.1.when": {"birth_date": ["x"]}}, "requirements.1.when.birth_date", "personal data (date), no fact", "late, marriage"),
    ("paper on no choice", {"requirements.1.when.marriage": ["bok"]}, "requirements.1.when.marriage", "never 'bok'", "book, deed, none"),
    ("paper on no value", {"requirements.1.when.marriage": []}, "requirements.1.when.marriage", "it never holds", "book, deed, none"),
    ("field on itself", {"fields.2.when": {"marriage": ["book"]}}, "fields.2.when.marriage", "depends on itself", "late"),
    ("branch on no flag", {"steps.verify.on.approved.0.when.late": ["yes"]}, "steps.verify.on.approved.branches.0.when.late", "never 'yes'", "true, false"),
    ("step in no lane", {"steps.tell.lanes": [], "steps.make.on.made": {"end": "issued"}}, "steps.tell.lanes", "stands in no lane", "manual, online"),
    ("override of another lane", {"steps.tell.manual": {"duty": "Tugas."}}, "steps.tell.manual", "where it does not exist", "online"),
    ("override that breaks", {"steps.enter.online": {"duty": None}}, "steps.enter.online", "lacks its duty", "both duty"),
    ("override misspelt", {"steps.enter.online": {"dutty": "x"}}, "steps.enter.online.dutty", "unknown key 'dutty'; did you mean 'duty'?", "duty"),
    ("role without dossiers", {"steps.enter.human": "auditor"}, "steps.enter.human", "auditor does no work on dossiers", "siak_operator"),
    ("unknown action", {"steps.identify.automatic": "registry.check"}, "steps.identify.automatic", "unknown action 'registry.check'", "registry.check_identity"),
    ("outcome the action has not", {"steps.identify.on.maybe": "verify"}, "steps.identify.on.maybe", "never ends as 'maybe'", "match, mismatch"),
    ("stopped as the action ends", {**STOPPED, "steps.identify.stopped_by": {"front_office": ["objection", "over"]}}, "steps.identify.stopped_by.front_office.1", "'over' is how calendar.wait itself ends", "objection"),
    ("stopped by an unknown outcome", {**STOPPED, "steps.identify.stopped_by": {"front_office": ["objektion"]}}, "steps.identify.stopped_by.front_office.0", "unknown outcome 'objektion'; did you mean 'objection'?", "objection"),
    ("stopped by nothing", {**STOPPED, "steps.identify.stopped_by": {"front_office": []}}, "steps.identify.stopped_by.front_office", "nobody can stop the step", "objection"),
    ("stopped by a role without a team", {**STOPPED, "steps.identify.stopped_by": {"print_operator": ["objection"]}}, "steps.identify.stopped_by.print_operator", "no team of the online lane has the role print_operator", "front_office"),
    ("stopped by a role without dossiers", {**STOPPED, "steps.identify.stopped_by": {"auditor": ["objection"]}}, "steps.identify.stopped_by.auditor", "auditor does no work on dossiers", "front_office"),
    ("stopped on the way on", {**STOPPED, "steps.identify.on": {"objection": "verify", "over": "verify"}}, "steps.identify.on.objection", "the first outcome is the way on, and this one stops it", "an outcome of the action first"),
    ("outcome's form, unknown field", {**STOPPED, "steps.identify.on.objection.form": ["mariage"]}, "steps.identify.on.objection.form.0", "did you mean 'marriage'?", "birth_date, marriage"),
    ("outcome's form, no person's", {"steps.identify.on.match": {"to": "verify", "form": ["marriage"]}}, "steps.identify.on.match.form", "no person ends the step as 'match'", "where a person ends the step"),
    ("outcome left out", {"steps.identify.on.mismatch": ...}, "steps.identify.on", "says nothing for when registry.check_identity ends as mismatch", "match, mismatch"),
    ("argument missing", {"steps.make.with": ..., "product.signed_pdf": "birth_deed"}, "steps.make.with", "document.make needs 'product'", "product"),
    ("argument unknown", {"steps.make.with.prodct": "x"}, "steps.make.with.prodct", "did you mean 'product'?", "product"),
    ("argument's value unknown", {"steps.tell.with.message": "receivd"}, "steps.tell.with.message", "unknown message 'receivd'", "received"),
    ("arguments for a person", {"steps.enter.with": {"product": "birth_deed"}}, "steps.enter.with", "takes no arguments", "automatic"),
    ("form for a machine", {"steps.make.form": ["marriage"]}, "steps.make.form", "fills in no form", "human"),
    ("form of unknown field", {"steps.enter.form": ["mariage"]}, "steps.enter.form.0", "did you mean 'marriage'?", "birth_date, marriage"),
    ("form of a derived flag", {"steps.enter.form": ["late"]}, "steps.enter.form.0", "unknown field 'late'", "birth_date, marriage"),
    ("role without a team", {"steps.enter.human": "print_operator"}, "steps.enter.human", "no team of the online lane has the role print_operator", "verifier"),
    ("four eyes, unknown step", {"steps.verify.distinct_from": ["entr"]}, "steps.verify.distinct_from.0", "did you mean 'enter'?", "enter"),
    ("four eyes, a machine", {"steps.verify.distinct_from": ["identify"]}, "steps.verify.distinct_from.0", "is automatic", "enter"),
    ("four eyes, a later step", {"steps.receive.distinct_from": ["verify"]}, "steps.receive.distinct_from.0", "never comes before", ""),
    ("four eyes leave nobody", {"steps.enter.human": "verifier"}, "steps.verify.distinct_from", "in the manual lane nobody may be left: mn.check", "more members"),
    ("unknown step", {"steps.enter.on.entered": "verfy"}, "steps.enter.on.entered.branches.0.to.0", "unknown step 'verfy'; did you mean 'verify'?", "decide, enter"),
    ("step of the other lane", {"steps.make.manual": ...}, "steps.make.on.made.branches.0.to.0", "in the manual lane: step 'tell' does not exist in this lane", "hand_over"),
    ("unknown resume", {"steps.receive.on.incomplete.resume": "intake"}, "steps.receive.on.incomplete.branches.0.resume", "unknown step 'intake'", "receive"),
    ("no branch holds", {"steps.verify.on.approved.1.when": {"late": [False]}}, "steps.verify.on.approved.branches.1", "no way on when none of its conditions holds", "a last branch without when"),
    ("branch never taken", {"steps.verify.on.approved.0.when": ...}, "steps.verify.on.approved.branches.0", "never gets beyond this branch", "at the end"),
    ("unreachable", {"steps.lonely": {**HUMAN, "on": {"done": "verify"}}}, "steps.lonely", "step 'lonely' is never reached", "from 'receive'"),
    ("dead end", {"steps.enter.on.lost": "limbo", "steps.limbo": {**HUMAN, "on": {"again": "limbo"}}}, "steps.limbo.on", "step 'limbo' is a dead end", "rejected or cancelled"),
    ("automatic circle", {"steps.identify.on.mismatch": "again", "steps.again": {**MACHINE, "on": {"recorded": "identify"}}}, "steps.again.on", "again -> identify -> again", "a human step"),
    ("never issued", {"steps.tell.on.sent": {"end": "rejected"}}, "steps", "in the online lane: no way from the start issues", "end: issued"),
    ("never accepted", {"steps.receive.on.complete.accepts": False}, "steps.tell.on.sent.branches.0", "before any outcome has accepted it", "accepts: true"),
    ("join of one way", {"steps.verify.waits_for": ["enter"]}, "steps.verify.waits_for", "a join of one way", "two steps"),
    ("join, unknown step", {"steps.verify.waits_for": ["enter", "identfy"]}, "steps.verify.waits_for.1", "did you mean 'identify'?", "enter, identify, receive"),
    ("join, step from which nothing comes", {"steps.verify.waits_for": ["enter", "tell"]}, "steps.verify.waits_for.1", "in the online lane: waits for 'tell', from which no way leads here", "enter"),
    ("join, step that comes after it", {"steps.verify.waits_for": ["enter", "decide"], "steps.decide.on.back": "enter"}, "steps.verify.waits_for.1", "waits for 'decide', which only comes after it", "enter"),
    ("join, step of the other lane", {"steps.verify.waits_for": ["enter", "hand_over"]}, "steps.verify.waits_for.1", "in the online lane: waits for 'hand_over', which does not exist in this lane", "enter"),
    ("parallel ways never joined", {"steps.identify.on.match": "file", "steps.file": {**HUMAN, "on": {"filed": {"end": "issued"}}}}, "steps.file.on.filed", "issues the document while", "waits_for"),
    ("accepted beside a return", {"steps.receive.on.complete.accepts": False, "steps.enter.on.entered": {"to": "verify", "accepts": True}}, "steps.identify.on.mismatch", "returns the dossier while 'enter' beside it may yet find it complete", "before the ways part"),
    ("nothing left to do", {"steps.enter.once": True, "steps.enter.on": {"asked": {"return_to": "applicant", "resume": "verify"}, "entered": "verify"}}, "steps.verify.on.returned", "nothing may be left to do", "a once step whose first outcome leads to a step"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "path", "words", "allowed"), [p[1:] for p in PLANTED], ids=[p[0] for p in PLANTED])
def test_a_planted_mistake_is_found_where_it_stands(
    changes: dict[str, Any], path: str, words: str, allowed: str
) -> None:
    found = findings(changes)
    here = [finding for finding in found if shown(finding) == path and words in finding.problem]
    assert here, found
    assert allowed in here[0].allowed


def test_a_mistake_in_both_lanes_is_told_once_and_without_naming_a_lane() -> None:
    found = findings({"steps.enter.on.entered": "verfy"})
    assert [each.problem for each in found] == ["unknown step 'verfy'; did you mean 'verify'?"]


def test_a_slip_of_the_pen_is_not_told_again_for_every_step_behind_it() -> None:
    assert len(findings({"steps.receive.on.complete.to": ["entr", "identify"]})) == 1
    assert len(findings({"steps.receive.on.complete.to": ["zzz"], "steps.verify.waits_for": []})) == 1


def test_a_mistake_in_an_override_is_found_in_the_override() -> None:
    (found,) = [f for f in findings({"steps.make.manual.on.made": "tell"}) if "tell" in f.problem]
    assert shown(found) == "steps.make.manual.on.made.branches.0.to.0"


def test_a_period_that_a_person_may_stop_is_good_and_goes_round_by_that_person_only() -> None:
    stopped = {**STOPPED, "requirements.1.when": ...}
    assert findings(stopped) == []
    again = {**stopped, "steps.identify.on.objection.to": "again",
             "steps.again": {**MACHINE, "on": {"recorded": "identify"}}}  # fmt: skip
    assert findings(again) == []


def test_a_team_without_members_can_do_no_step() -> None:
    found = findings({}, {"teams.1.members": []})
    assert "team entry of the online lane, which does this step, has no members" in {f.problem for f in found}


def test_four_eyes_hold_when_somebody_is_always_left() -> None:
    two = {"teams.2.members": ["somebody", "somebody.else"], "teams.2.lead": "somebody"}
    assert findings({"steps.enter.human": "verifier"}, two) == []


def test_parallel_ways_that_part_by_one_fact_and_meet_by_the_same_fact_are_good() -> None:
    forked = {
        "steps.receive.on.complete": {
            "choose": [{"when": {"late": [True]}, "to": ["enter", "identify"]}, {"to": ["enter"]}],
            "accepts": True,
        },
        "steps.enter.on.entered": [{"when": {"late": [True]}, "to": "verify"}, {"to": "single"}],
        "steps.single": {**HUMAN, "on": {"done": "decide"}},
    }
    assert findings(forked) == []


def test_every_mistake_is_told_at_once() -> None:
    found = findings(
        {
            "limit": "3m",
            "steps.enter.on.entered": "verfy",
            "steps.enter.form": ["nothing"],
            "steps.make.with.product": "nothing",
            "requirements.0.form": "F-9.99",
            "steps.lonely": {**HUMAN, "on": {"done": "verify"}},
        }
    )
    assert {shown(finding) for finding in found} >= {
        "limit",
        "steps.enter.on.entered.branches.0.to.0",
        "steps.enter.form.0",
        "steps.make.with.product",
        "requirements.0.form",
        "steps.lonely",
    }
