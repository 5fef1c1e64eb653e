"""Finding a dossier: by its number, or by the applicant's NIK, family card, phone or name, in one's own lanes only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from domain.dossier import Dossier
from domain.errors import Refused
from domain.form import FieldType
from domain.permissions import not_allowed
from domain.sentence import say
from lanes.people import People
from lanes.ports import Clock, Vault
from lanes.store import Store, Work

_SHORTEST_NAME = 3


class Searching:
    """See the module. What is looked for is personal data: it is kept nowhere and told in no refusal."""

    def __init__(self, store: Store, clock: Clock, people: People, vault: Vault) -> None:
        self._store, self._clock, self._people, self._vault = store, clock, people, vault

    def find(self, text: str, *, by: str) -> list[Dossier]:
        """The dossiers of the person's lanes that it may be and that they may look into, newest first, 100 at most.
        Raises Refused for who works in no lane, and for a text too short to look for."""
        now, words = self._clock.now(), " ".join(text.split())
        with self._store.read() as work:
            actor = self._people.actor(work, by, now)
            lanes = {lane for lane, _ in (*actor.teams, *actor.leads)} | set(actor.manages)
            if not lanes:
                words = f"{by} works in no lane, so there is nothing to look through"
                raise not_allowed(say("in_no_lane", words, who=by), allowed="people of a lane")
            if re.fullmatch(r"(?i)(on|mn)-\d{4}-\d{1,9}", words):
                one = work.dossiers.get(words.upper())
                return self._theirs(work, [one] if one is not None and one.lane in lanes else [], by, now)
            for tokens in self._ways(words):
                dossiers = work.dossiers.find(tokens, lanes=sorted(lanes))
                if dossiers:
                    return self._theirs(work, dossiers, by, now)
        return []

    def _theirs(self, work: Work, found: list[Dossier], by: str, now: datetime) -> list[Dossier]:
        """Without those that who answers complaints, or hands over, has nothing to do with."""
        return [each for each in found if self._people.is_confidant(work, each, by, now)]

    def _ways(self, words: str) -> Iterator[list[tuple[str, str]]]:
        digits = re.sub(r"[ .+-]", "", words)
        if digits.isdecimal():
            phone = f"+62{digits.removeprefix('62').removeprefix('0')}"
            kinds = [(FieldType.NIK, digits), (FieldType.FAMILY_CARD, digits)] if len(digits) == 16 else []
            for kind, value in (*kinds, (FieldType.PHONE, phone)):
                yield [(kind.value, token) for token in self._vault.index(kind.value, value)]
            return
        if len(words) < _SHORTEST_NAME:
            raise Refused("search_too_short", "Give a number, or a name of at least three letters.")
        yield [(FieldType.NAME.value, token) for token in self._vault.index(FieldType.NAME.value, words)]
