"""What a refusal of the status machines calls a status and an act: words of a clerk, not names of the program.

A status completes "The dossier …", an act completes "it cannot be …".
"""

from __future__ import annotations

from collections.abc import Mapping

DOSSIER_IS: Mapping[str, str] = {
    "submitted": "is taken in and not yet found complete",
    "in_process": "is being processed",
    "returned": "is waiting for its applicant",
    "issued": "is finished, its document being issued",
    "rejected": "was rejected",
    "cancelled": "was cancelled by the office",
    "withdrawn": "was withdrawn by its applicant",
}
DOSSIER_ACT: Mapping[str, str] = {
    "accept": "found complete",
    "return_to_applicant": "returned to the applicant",
    "resubmit": "completed by the applicant",
    "resume": "taken up where it stopped",
    "issue": "finished with its document",
    "reject": "rejected",
    "cancel": "cancelled",
    "withdraw": "withdrawn",
}
STEP_IS: Mapping[str, str] = {
    "open": "is not taken by anybody yet",
    "claimed": "is taken by somebody",
    "waiting": "is waiting for the applicant",
    "ready": "is waiting for the system to do it",
    "running": "is being done by the system",
    "stuck": "is stuck until somebody looks at it",
    "done": "is done",
    "cancelled": "was cancelled",
}
STEP_ACT: Mapping[str, str] = {
    "claim": "taken",
    "release": "given back",
    "reassign": "handed to somebody else",
    "complete": "completed",
    "stop": "stopped by a person",
    "lease": "done by the system",
    "defer": "put off",
    "give_up": "left stuck",
    "retry": "tried again",
    "cancel": "cancelled",
}
