"""The configuration's files as an office last took them up, kept so that a mistake in one of them stops nobody.

One file, put in place whole: whoever reads it sees files that were accepted together.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.files import write_whole


def keep(kept: Path, folder: Path, texts: Mapping[Path, str]) -> None:
    """Keep the texts of files in `folder`; nothing is written when they are kept already. Raises Refused."""
    named = {path.relative_to(folder).as_posix(): text for path, text in sorted(texts.items())}
    content = json.dumps(named, ensure_ascii=False).encode()
    if not kept.is_file() or kept.read_bytes() != content:
        write_whole(kept, content)


@contextmanager
def unfolded(kept: Path) -> Iterator[Path | None]:
    """A folder with the kept files, there for the length of the block; None when none are kept."""
    try:
        texts = json.loads(kept.read_bytes())
    except (OSError, ValueError):
        yield None
        return
    with TemporaryDirectory(prefix="jalur-config-") as name:
        folder = Path(name)
        for path, text in texts.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="")
        yield folder
