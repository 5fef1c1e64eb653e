"""The number of a row in an address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

Id = Annotated[int, Path(ge=1, lt=2**62)]
"""One that either database can hold; with another there is nothing at the address."""
