"""Ends a child process when its parent is gone, however the parent went: the parent holds the other end of a pipe.

A pipe closes by itself when its holder dies, also by kill -9, on every system; nothing has to be cleaned up.
"""

from __future__ import annotations

import os
import signal
import threading
import time

NAME = "JALUR_LIFELINE"  # set by the supervisor for its children: standard input is the pipe
GRACE_S = 8.0


def watch() -> None:
    """Stop this process in an orderly way, then by force, when the pipe closes. Does nothing without a supervisor."""
    if os.environ.pop(NAME, None):
        threading.Thread(target=_wait, name="lifeline", daemon=True).start()


def _wait() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)
