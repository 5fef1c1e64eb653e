"""Looking for viruses: by a ClamAV daemon when the office runs one (`JALUR_CLAMD`), else by nothing, which says so.

The daemon's own protocol is a dozen lines; the clients on PyPI are under the GPL, or were released last ten years ago.
"""

from __future__ import annotations

import socket
import struct
from contextlib import closing
from typing import Final

from lanes.ports import Unavailable

_CHUNK: Final = 64 * 1024
_LONGEST_S: Final = 20.0


class NoVirusScan:
    """Nothing looks for viruses. See `lanes.papers.VirusScan`."""

    name = ""

    def found(self, content: bytes) -> str:
        """Nothing."""
        return ""


class Clamd:
    """A ClamAV daemon, at HOST:PORT or at the path of its socket. See `lanes.papers.VirusScan`."""

    def __init__(self, address: str) -> None:
        self._address, self.name = address, f"ClamAV at {address}"

    def found(self, content: bytes) -> str:
        """What the daemon found. Raises Unavailable when it does not answer, or not with a verdict."""
        try:
            with closing(self._connected()) as daemon:
                daemon.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _CHUNK):
                    part = content[start : start + _CHUNK]
                    daemon.sendall(struct.pack("!L", len(part)) + part)
                daemon.sendall(struct.pack("!L", 0))
                with daemon.makefile("rb") as answer:
                    told = answer.read(4096).rstrip(b"\0\n").decode("ascii", "replace")
        except OSError as error:
            raise Unavailable(f"{self.name} does not answer: {error.strerror or 'too slow'}") from error
        if told == "stream: OK":
            return ""
        if told.startswith("stream: ") and told.endswith(" FOUND"):
            return told.removeprefix("stream: ").removesuffix(" FOUND")
        raise Unavailable(f"{self.name} gave no verdict")

    def _connected(self) -> socket.socket:
        host, _, port = self._address.rpartition(":")
        if host and port.isdecimal():
            return socket.create_connection((host.strip("[]"), int(port)), timeout=_LONGEST_S)
        daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        daemon.settimeout(_LONGEST_S)
        try:
            daemon.connect(self._address)
        except OSError:
            daemon.close()
            raise
        return daemon
