"""The application object: everything that people, timers and programs can do in the office, by subject.

`adapters.bootstrap.build` makes it; the command line, the web and the flows all call it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import Problem
from domain.office import OfficeConfig
from lanes.actions.base import Tools
from lanes.answers import Answers
from lanes.audit import Audit
from lanes.closing import Closing
from lanes.complaints import Complaints
from lanes.counter import Counter
from lanes.credentials import Credentials
from lanes.delivering import Delivering
from lanes.desk import Desk
from lanes.digest import Digest
from lanes.directory import Directory
from lanes.drafts import Drafts
from lanes.engine import Engine
from lanes.erasing import Erasing
from lanes.estimates import Estimates
from lanes.explain import Explain
from lanes.fairness import Fairness
from lanes.hall import Hall
from lanes.held import Held
from lanes.holders import Holders
from lanes.intake import Intake
from lanes.journals import Journals
from lanes.loans import Loans
from lanes.outages import Outages
from lanes.outbox import Outbox
from lanes.outreach import OutreachBook
from lanes.oversight import Oversight
from lanes.parity import ParityWatch
from lanes.pausing import Pausing
from lanes.people import People
from lanes.person_export import PersonExport
from lanes.person_requests import PersonRequests
from lanes.ports import Clock
from lanes.previews import Previews
from lanes.products import Products
from lanes.proposals import Proposals
from lanes.public import Public
from lanes.rehearsal import Rehearsal
from lanes.reports import Reports
from lanes.reveal import Reveal
from lanes.rules import Rules
from lanes.searching import Searching
from lanes.sheets import Sheets
from lanes.sign_in import SignIn
from lanes.staffing import Staffing
from lanes.stock import Blanks
from lanes.store import Store
from lanes.tokens import Tokens
from lanes.turn_reviews import TurnReviews
from lanes.unfinished import Unfinished
from lanes.verifications import Verifications
from lanes.verifying import Verifying
from lanes.versions import Versions
from lanes.views import Views
from lanes.warnings import Warnings
from lanes.watch import Watch
from lanes.webhooks import Webhooks
from lanes.worklist import Worklist


@dataclass(frozen=True, kw_only=True)
class Office:
    """See the module. `mistakes` is what is wrong in the configuration's files, when the office therefore goes on by
    those it took up before. `renew` makes the office anew, with the configuration as it is by now; it raises what
    opening an office raises, and this one can be gone on with."""

    config: OfficeConfig
    mistakes: tuple[Problem, ...]
    store: Store
    clock: Clock
    intake: Intake
    desk: Desk
    closing: Closing
    engine: Engine
    outbox: Outbox
    pausing: Pausing
    outages: Outages
    explain: Explain
    watch: Watch
    warnings: Warnings
    digest: Digest
    held: Held
    rehearsal: Rehearsal
    stock: Blanks
    audit: Audit
    people: People
    directory: Directory
    journals: Journals
    verifications: Verifications
    loans: Loans
    outreach: OutreachBook
    parity: ParityWatch
    fairness: Fairness
    turn_reviews: TurnReviews
    estimates: Estimates
    reports: Reports
    products: Products
    reveal: Reveal
    rules: Rules
    previews: Previews
    proposals: Proposals
    oversight: Oversight
    staffing: Staffing
    renew: Callable[[], Office]
    views: Views
    versions: Versions
    tools: Tools
    sign_in: SignIn
    credentials: Credentials
    complaints: Complaints
    drafts: Drafts
    holders: Holders
    verifying: Verifying
    public: Public
    sheets: Sheets
    counter: Counter
    hall: Hall
    delivering: Delivering
    worklist: Worklist
    unfinished: Unfinished
    searching: Searching
    tokens: Tokens
    answers: Answers
    webhooks: Webhooks
    person_requests: PersonRequests
    person_export: PersonExport
    erasing: Erasing

    def is_current(self) -> bool:
        """Whether no other version of a lane's rules has come into force since this office was made."""
        with self.store.read() as work:
            return work.rules.newest(self.clock.now()) == self.config.rules
