"""Values of a YAML text changed one by one, so that all else stays to the letter: notes, order, line breaks, quotes.

ruamel's parser says where each value stands, and what is new is written there; its own writer would set the lists of a
whole file anew. Mappings and lists may stand in blocks or in brackets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from adapters.config.yaml_file import parse_yaml

Path = tuple[str | int, ...]
_PLAIN = re.compile(r"\+?[0-9]+(%|[a-z]+)|(?!(true|false|null|yes|no|on|off)$)[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Put:
    """Write a value (a text, a list of texts, or a mapping of these) at a path; one that is not there yet is added, in
    a list at that place, before what stands there."""

    path: Path
    value: Any
    insert: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Take away what stands at a path, and the mapping around it with its last entry."""

    path: Path


def edited(text: str, changes: Iterable[Put | Drop]) -> str:
    """The text with these changes, made in this order. The text must be one that `parse_yaml` reads. Raises ConfigError
    when it is not, and LookupError for a path that leads through no mapping or list."""
    for change in changes:
        parse_yaml(text, "(text)")
        root = YAML(typ="safe", pure=True).compose(text)
        text = _dropped(text, root, change.path) if isinstance(change, Drop) else _put(text, root, change)
    return text


def _put(text: str, root: Node, change: Put) -> str:
    way, rest = _way(root, change.path)
    if not rest and not change.insert and _start(way[-1]) == _end(way[-1]) and isinstance(way[-2], MappingNode):
        key = next(
            key for key, value in way[-2].value if value is way[-1]
        )  # nothing stands there: its mark is anywhere
        at = text.index(":", _end(key)) + 1
        return _splice(text, at, at, f" {_flow(change.value)}")
    if not rest and not change.insert:
        return _replaced(text, way[-1], change.value)
    if not rest:  # another one stands at its place in the list
        way, rest = way[:-1], change.path[-1:]
    value = change.value
    for part in reversed(rest[1:]):
        value = {str(part): value}
    return _added(text, way[-1], rest[0], value)


def _way(root: Node, path: Path) -> tuple[list[Node], Path]:
    """The nodes on the way along a path as far as there are some, and the rest of the path."""
    way = [root]
    for place, part in enumerate(path):
        below = _entry(way[-1], part)
        if below is None:
            return way, path[place:]
        way.append(below[1])
    return way, ()


def _entry(node: Node, part: str | int) -> tuple[Node, Node] | None:
    """The key and the value of an entry; an item of a list is both."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and isinstance(part, int):
        return (node.value[part], node.value[part]) if part < len(node.value) else None
    raise LookupError(part)


def _replaced(text: str, node: Node, value: Any) -> str:
    quoted = isinstance(node, ScalarNode) and node.style in ("'", '"')
    return _splice(text, _start(node), _end(node), json.dumps(value, ensure_ascii=False) if quoted else _flow(value))


def _added(text: str, around: Node, part: str | int, value: Any) -> str:
    entry = _flow(value) if isinstance(part, int) else f"{_flow(part)}: {_flow(value)}"
    entries = _entries(around)
    if _in_brackets(around) or not entries:
        if not entries:
            brackets = f"[{entry}]" if isinstance(part, int) else f"{{{entry}}}"
            return _splice(text, _start(around), _end(around), brackets)
        if isinstance(part, int) and part < len(entries):
            at = _start(entries[part][0])
            return _splice(text, at, at, f"{entry}, ")
        at = _end(entries[-1][1])
        return _splice(text, at, at, f", {entry}")
    first = entries[0][0].start_mark.column
    indent, dash = (around.start_mark.column, "- ") if isinstance(part, int) else (first, "")
    if isinstance(part, int) and part < len(entries):
        at = _line_start(text, _start(entries[part][0]))
        return _splice(text, at, at, f"{' ' * indent}{dash}{entry}\n")
    at = _line_end(text, _end(entries[-1][1]))
    return _splice(text, at, at, f"\n{' ' * indent}{dash}{entry}")


def _dropped(text: str, root: Node, path: Path) -> str:
    way, rest = _way(root, path)
    if rest:
        return text
    while len(way) > 2 and len(_entries(way[-2])) == 1 and isinstance(way[-3], MappingNode):
        way.pop()  # the last entry goes with what is around it
    around, entries = way[-2], _entries(way[-2])
    place = next(at for at, (_key, value) in enumerate(entries) if value is way[-1])
    key, value = entries[place]
    if not _in_brackets(around):
        end = _line_end(text, _end(value))
        return _splice(text, _line_start(text, _start(key)), min(end + 1, len(text)), "")
    if place + 1 < len(entries):
        return _splice(text, _start(key), _start(entries[place + 1][0]), "")
    begin = _end(entries[place - 1][1]) if place else _start(key)
    return _splice(text, begin, _end(value), "")


def _entries(node: Node) -> Sequence[tuple[Node, Node]]:
    if isinstance(node, MappingNode):
        return list(node.value)
    return [(item, item) for item in node.value] if isinstance(node, SequenceNode) else []


def _in_brackets(node: Node) -> bool:
    """Whether a list or mapping stands in brackets; a value by itself counts as if it did."""
    return bool(getattr(node, "flow_style", True))


def _flow(value: Any) -> str:
    """A value as YAML on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_flow(key)}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)


def _start(node: Node) -> int:
    return int(node.start_mark.index)


def _end(node: Node) -> int:
    """Where what is written of a node ends: a block's mark stands after the blank lines and notes that follow it."""
    entries = [] if _in_brackets(node) else _entries(node)
    return _end(entries[-1][1]) if entries else int(node.end_mark.index)


def _line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _splice(text: str, begin: int, end: int, new: str) -> str:
    return text[:begin] + new + text[end:]
