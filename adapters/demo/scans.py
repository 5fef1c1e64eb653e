"""Scans of papers that nobody ever had: one small PDF for each kind of paper, which says that it is a specimen."""

from __future__ import annotations

from functools import cache

import typst

from domain.workflow import Requirement
from lanes.papers import Paper

_PAGE = """#set page(width: 10cm, height: 7cm, fill: rgb("#f6f4ec"))
#set text(size: 11pt)
#align(center + horizon)[CONTOH PINDAIAN \\ #strong(sys.inputs.title) \\ #text(8pt)[data buatan, bukan dokumen]]
"""


def scan(requirement: Requirement) -> Paper:
    """The made-up scan of a paper."""
    return _scan(requirement.title.id)


@cache
def _scan(title: str) -> Paper:
    return Paper(bytes(typst.compile(_PAGE.encode(), format="pdf", sys_inputs={"title": title})))
