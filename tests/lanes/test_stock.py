"""Card blanks: set aside, used, given back, out, and in again; never one too many."""

from __future__ import annotations

from support.office import (
    a_dossier,
    at_once,
    do,
    leave_blanks,
    members_of,
    refused,
    to_the_end,
    up_to,
    work_off,
)

from lanes.office import Office

KTP = "ktp_blank"


def test_the_office_begins_with_what_its_configuration_says(office: Office) -> None:
    assert office.stock.levels() == {"kia_blank": (1500, 0), "ktp_blank": (4000, 0)}


def test_a_blank_is_set_aside_then_used(office: Office) -> None:
    lodged = up_to(a_dossier(office).of_type("KTP-GANTI").lodged(), "print_card")
    assert office.stock.levels()[KTP] == (3999, 1)
    to_the_end(lodged)
    assert office.stock.levels()[KTP] == (3999, 0)


def test_a_spoiled_card_uses_two_blanks(office: Office) -> None:
    lodged = up_to(a_dossier(office).of_type("KTP-GANTI").lodged(), "print_card")
    do(lodged, "print_card", "spoiled")
    work_off(office)
    assert office.stock.levels()[KTP] == (3998, 1)
    to_the_end(lodged)
    assert office.stock.levels()[KTP] == (3998, 0)


def test_the_last_blank_is_given_once(either: Office) -> None:
    first, second = (a_dossier(either).of_type("KTP-GANTI").lodged() for _ in range(2))
    for lodged in (first, second):
        up_to(lodged, "approve")
    for lodged in (first, second):
        do(lodged, "approve")
    leave_blanks(either, KTP, 1)
    at_once(lambda: work_off(either, owner="one"), lambda: work_off(either, owner="two"))
    work_off(either)
    available, reserved = either.stock.levels()[KTP]
    assert (available, reserved) == (0, 1)
    assert sorted("sign_suket" in lodged.tasks for lodged in (first, second)) == [False, True]


def test_the_manager_is_told_once_when_few_are_left(office: Office) -> None:
    leave_blanks(office, KTP, 501)
    for _ in range(2):
        up_to(a_dossier(office).of_type("KTP-GANTI").lodged(), "print_card")
    (message,) = [m for m in office.outbox.listing() if m.message == "staff_stock_low"]
    assert (message.to_person, message.values["count"]) == (office.config.lanes["manual"].manager, 500)  # type: ignore[index]


def test_blanks_come_in_by_those_who_keep_them(office: Office) -> None:
    printer = members_of(office, "online-print")[0]
    assert office.stock.refill(KTP, 100, by=printer) == 4100
    assert office.stock.refill(KTP, 1, by="admin") == 4101
    assert refused(lambda: office.stock.refill(KTP, 1, by=members_of(office, "manual-front")[0])).code == "not_allowed"
    assert refused(lambda: office.stock.refill("gold", 1, by=printer)).allowed == "ktp_blank, kia_blank"
    for count in (0, -5, 100_001):
        assert refused(lambda count=count: office.stock.refill(KTP, count, by=printer)).code == "bad_count"
    assert office.stock.levels()[KTP] == (4101, 0)
