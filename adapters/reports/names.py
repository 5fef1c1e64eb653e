"""What the page calls lanes, steps, reasons and districts, in the words of the office's configuration."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from adapters.reports.layout import same
from domain.lane_trends import NOT_YET_COMPLETE, OTHER_DISTRICTS
from domain.office import OfficeConfig
from domain.pausing import PauseReason
from domain.roles import Lane
from domain.words import Said

_NOT_YET_COMPLETE = Said("berkas belum lengkap, menunggu pemohon sebelum waktu mulai",
                         "not complete yet: waiting for the applicant before time began")  # fmt: skip
_ALL, _OTHERS = Said("Semua kecamatan", "All districts"), Said("Kecamatan lain", "Other districts")


class Names:
    """See the module; `place` gives a district's name for its code."""

    def __init__(self, config: OfficeConfig, place: Callable[[str], str]) -> None:
        self._config, self._place = config, place

    def lane(self, lane: Lane) -> Said:
        """A lane's title."""
        title = self._config.lanes[lane].title
        return Said(title.id, title.en)

    def step(self, lane: Lane, step: str) -> Said:
        """A step's title, that of most document types where they differ; the step's name where none has it."""
        titles = Counter(
            (known.title.id, known.title.en)
            for _, workflow in sorted(self._config.workflows.items())
            if (known := workflow.in_lane(lane).steps.get(step)) is not None
        )
        return Said(*titles.most_common(1)[0][0]) if titles else same(step)

    def reason(self, reason: str) -> Said:
        """A pause reason's words."""
        if reason == NOT_YET_COMPLETE:
            return _NOT_YET_COMPLETE
        try:
            words = PauseReason(reason).words
        except ValueError:
            return same(reason)
        return Said(words.id, words.en)

    def day(self, at: datetime) -> str:
        """The office's day of an instant."""
        return f"{self._config.office.day(at)}"

    def district(self, code: str | None) -> Said:
        """A district's name."""
        if code is None:
            return _ALL
        return _OTHERS if code == OTHER_DISTRICTS else same(self._place(code))
