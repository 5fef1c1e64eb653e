"""The counter: what somebody who walked in hands in, taken in by who sits there: an application, or what one lacked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from domain.dossier import Dossier
from domain.errors import Refused
from domain.office import OfficeConfig
from domain.permissions import not_allowed, why_not_take_in
from domain.roles import Lane
from domain.sentence import Sentence
from lanes.hall import Hall
from lanes.intake import Application, Intake, Receipt
from lanes.people import People
from lanes.ports import Clock
from lanes.store import Store, Work


class Counter:
    """See the module."""

    def __init__(
        self, store: Store, config: OfficeConfig, clock: Clock, people: People, intake: Intake, hall: Hall
    ) -> None:
        self._store, self._config, self._clock = store, config, clock
        self._people, self._intake, self._hall = people, intake, hall

    def why_not(self, username: str) -> Sentence | None:
        """Why a person may not take applications in at the counter; None when they may."""
        with self._store.read() as work:
            roles = self._people.roles_in(work, username, Lane.MANUAL, self._clock.now())
        return why_not_take_in(username, roles, Lane.MANUAL)

    def take_in(
        self, code: str, fields: Mapping[str, object], papers: Collection[str], *, channel: str, by: str
    ) -> Receipt:
        """Take an application in; `papers` are the requirements whose originals were seen. Whose number is at the
        counter keeps it for the application. Raises what intake raises, and Refused for who is not of the front
        office."""
        self.must_sit_there(by)
        if channel not in self._config.lanes[Lane.MANUAL].channels:
            raise Refused("wrong_channel", f"The counter takes nothing in by {channel!r}.",
                          allowed=", ".join(self._config.lanes[Lane.MANUAL].channels))  # fmt: skip

        def handed_in(work: Work, number: str, _code: str) -> None:
            self._hall.handed_in(work, number, by=by, now=self._clock.now())

        return self._intake.submit(
            Application(lane=Lane.MANUAL, channel=channel, code=code, fields=fields,
                        papers=dict.fromkeys(papers), by=by, also=handed_in)
        )  # fmt: skip

    def complete(self, number: str, fields: Mapping[str, object], papers: Collection[str], *, by: str) -> Dossier:
        """Take in what a returned walk-in application lacked: corrected `fields`, and `papers` whose originals were
        seen. Whose number is at the counter keeps it. Raises what resubmission raises, and Refused for who is not of
        the front office."""
        self.must_sit_there(by)
        with self._store.read() as work:
            self._people.confidant(work, number, by, self._clock.now())

        def handed_in(work: Work) -> None:
            self._hall.handed_in(work, number, by=by, now=self._clock.now())

        return self._intake.resubmit(number, None, fields=fields, papers=dict.fromkeys(papers), by=by, also=handed_in)

    def must_sit_there(self, username: str) -> None:
        """Raise Refused for a person who may not take applications in at the counter."""
        reason = self.why_not(username)
        if reason:
            raise not_allowed(reason)
