"""Map files: what they mean, and what is said of wrong ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.history import load_map
from domain.errors import ConfigError
from domain.history_map import MomentRule

RECEIPT = Path(__file__).parents[2] / "config" / "maps" / "receipt.yaml"


def test_internet_and_email_are_online_and_the_rest_manual() -> None:
    lane = load_map(RECEIPT).lane
    told = {channel: lane.lane_of(channel) for channel in ("Internet", "e-mail", "Desk", "Post", "Intern", "Fax")}
    assert told == {
        "Internet": "online",
        "e-mail": "online",
        "Desk": "manual",
        "Post": "manual",
        "Intern": "manual",
        "Fax": None,
    }


def test_a_comment_does_not_make_another_map_but_a_channel_does(tmp_path: Path) -> None:
    text = RECEIPT.read_text()
    (tmp_path / "a.yaml").write_text(f"# another comment\n{text}")
    (tmp_path / "b.yaml").write_text(text.replace("e-mail", "E-mail"))
    digest = load_map(RECEIPT).digest
    assert load_map(tmp_path / "a.yaml").digest == digest
    assert load_map(tmp_path / "b.yaml").digest != digest


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(
        "case: 7\n"
        "lane:\n"
        "  attribute: channel\n"
        "  online: [Web, Desk]\n"
        "  manual: [Desk]\n"
        "colour: red\n"
        "timestamp:\n"
        "  attribute: when\n"
        "  zone: Mars/Base\n"
        "deadline:\n"
        "  attribute: due\n"
        "  format: '%H:%M'\n"
    )
    with pytest.raises(ConfigError) as wrong:
        load_map(path)
    assert [line.removeprefix(f"{path}:") for line in str(wrong.value).splitlines()] == [
        "1: activity: Field required (allowed: it must be given)",
        "1: case: Input should be a valid string (allowed: the name of an attribute or column)",
        "2: lane: listed twice: Desk; a channel belongs to one lane",
        (
            "6: colour: Extra inputs are not permitted (allowed: case, lane (attribute, online, manual), activity, "
            "person, timestamp, deadline (each of the two: attribute, format, zone))"
        ),
        "9: timestamp.zone: not a time zone (allowed: an IANA name such as Asia/Makassar)",
        "12: deadline.format: does not tell year, month and day (allowed: strptime codes such as %d-%m-%Y %H:%M)",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"case: [", ":1: map:"),
        (b"case: a\ncase: b\n", ":2: map:"),
        (b"- a\n", ":1: map: holds no map"),
        (b"", ":1: map: holds no map"),
        (b"case: \xff", ":1: map: is not YAML in UTF-8"),
    ],
)
def test_a_file_that_is_no_map_is_refused(tmp_path: Path, text: bytes, said: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_bytes(text)
    with pytest.raises(ConfigError) as wrong:
        load_map(path)
    assert said in str(wrong.value)
    with pytest.raises(ConfigError, match="No such file"):
        load_map(tmp_path / "gone.yaml")


@pytest.mark.parametrize(
    ("rule", "text", "instant"),
    [
        (MomentRule(attribute="t"), "2026-03-02T09:00:00.5+08:00", datetime(2026, 3, 2, 1, 0, 0, 500_000, tzinfo=UTC)),
        (MomentRule(attribute="t"), " 2026-03-02T01:00:00Z ", datetime(2026, 3, 2, 1, 0, tzinfo=UTC)),
        (MomentRule(attribute="t", zone="Asia/Makassar"), "2026-03-02T09:00", datetime(2026, 3, 2, 1, 0, tzinfo=UTC)),
        (MomentRule(attribute="t", zone="Asia/Makassar"), "2026-03-02T09:00Z", datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        (
            MomentRule(attribute="t", zone="Europe/Amsterdam", format="%d/%m/%Y %H.%M"),
            "26/07/2026 14.05",
            datetime(2026, 7, 26, 12, 5, tzinfo=UTC),
        ),
    ],
)
def test_instants_are_read_in_utc(rule: MomentRule, text: str, instant: datetime) -> None:
    assert rule.read(text) == instant
    assert rule.read(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ahmad", "is not an instant"),
        ("2026-03-02T09:00", "has no offset from UTC"),
        ("0001-01-01T00:00:00+14:00", "outside the years 1 to 9999"),
    ],
)
def test_what_is_no_instant_is_refused_without_being_repeated(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as wrong:
        MomentRule(attribute="t").read(text)
    assert text not in str(wrong.value)
