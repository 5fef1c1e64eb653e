"""Work that goes back to its team's line without anybody having chosen it: whoever held it is away or no longer there.

What its holder took past it then was taken out of turn, whatever the cause (see `lanes.turns`): each is kept with the
cause in place of a reason that nobody could be asked for. So is what was completed past it while they still held it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from domain.form import Text


class GivenBack(StrEnum):
    """Why. No lane's own reason is written in small letters, so the two never meet."""

    ABSENCE = "absence"
    LOAN_ENDED = "loan_ended"
    PLACE_TAKEN = "place_taken"
    LEFT_TEAM = "left_team"
    LEFT = "left"

    @property
    def words(self) -> Text:
        """What it is called as a reason for which a task was taken out of its turn."""
        return _WORDS[self]


_WORDS = {
    GivenBack.ABSENCE: Text(id="Yang lebih dahulu kembali karena petugas tidak hadir",
                            en="The one before it came back by an absence"),
    GivenBack.LOAN_ENDED: Text(id="Yang lebih dahulu kembali karena perbantuan berakhir",
                               en="The one before it came back at the end of a loan"),
    GivenBack.PLACE_TAKEN: Text(id="Yang lebih dahulu kembali karena petugas dipindahkan dari tim",
                                en="The one before it came back as a place in the team was taken away"),
    GivenBack.LEFT_TEAM: Text(id="Yang lebih dahulu kembali karena petugas tidak lagi di tim",
                              en="The one before it came back as its holder is no longer in the team"),
    GivenBack.LEFT: Text(id="Yang lebih dahulu kembali karena petugas tidak bekerja lagi di sini",
                         en="The one before it came back as its holder works here no more"),
}  # fmt: skip


STILL_HELD: Final = "still_held"
"""The cause where somebody completed a task before another one that they held too and whose turn was earlier."""
_STILL_HELD = Text(
    id="Yang lebih dahulu masih dipegang petugas yang sama", en="The one before it was still in the same hands"
)


def why_out_of_turn(reasons: Mapping[str, Text]) -> Mapping[str, Text]:
    """All that stands as the reason of an overtaking in a lane of these `reasons`, with what it is called."""
    return {**reasons, **{each.value: each.words for each in GivenBack}, STILL_HELD: _STILL_HELD}
