"""Scans of papers that nobody ever had: one small PDF for each kind of paper, which says that it is a specimen."""

from __future__ import annotations

from functools import cache
from io import BytesIO

from domain.form import Requirement
from lanes.papers import Paper

_PAGE = """#set page(width: 10cm, height: 7cm, fill: rgb("#f6f4ec"))
#set text(size: 11pt)
#align(center + horizon)[CONTOH PINDAIAN \\ #strong(sys.inputs.title) \\ #text(8pt)[data buatan, bukan dokumen]]
"""


def scan(requirement: Requirement) -> Paper:
    """The made-up scan of a paper."""
    return _scan(requirement.title.id)


@cache
def blank_scan(title: str) -> Paper:
    """The scan of an empty page, in no time and of some hundred bytes: for examples, benchmarks and tests."""
    from pypdf import PdfWriter  # imported by those who need it: most commands do not

    made, page = BytesIO(), PdfWriter()
    page.add_blank_page(200, 100)
    page.add_metadata({"/Title": title})
    page.write(made)
    return Paper(made.getvalue())


@cache
def _scan(title: str) -> Paper:
    import typst  # as above

    return Paper(bytes(typst.compile(_PAGE.encode(), format="pdf", sys_inputs={"title": title})))
