"""Data that came from several files: merging them by `extends`, and finding the line a model's path stands on."""

from __future__ import annotations

from typing import Any

from adapters.config.yaml_file import Mark, Row, Table


def merged(base: Table, over: Table) -> Table:
    """`over` laid upon `base`: mappings merge key by key, lists of entries with an id merge by id (new ones at the
    end), anything else is replaced, null removes. Each part keeps the file and line it comes from."""
    result = Table(over.mark)
    result.update(base)
    result.marks.update(base.marks)
    for key, value in over.items():
        if value is None and key in base:
            del result[key], result.marks[key]
            continue
        result[key] = _laid_upon(base.get(key), value)
        result.marks[key] = over.marks[key]
    return result


def _laid_upon(old: Any, new: Any) -> Any:
    if isinstance(old, Table) and isinstance(new, Table):
        return merged(old, new)
    if isinstance(old, Row) and isinstance(new, Row) and new and _have_ids(old) and _have_ids(new):
        return _rows_merged(old, new)
    return new


def _have_ids(row: Row) -> bool:
    return all(isinstance(item, Table) and isinstance(item.get("id"), str) for item in row)


def _rows_merged(old: Row, new: Row) -> Row:
    result = Row(new.mark)
    result.extend(old)
    result.marks.extend(old.marks)
    place = {item["id"]: number for number, item in enumerate(old)}
    for item, mark in zip(new, new.marks, strict=True):
        number = place.get(item["id"])
        if number is None:
            result.append(item)
            result.marks.append(mark)
        else:
            result[number] = merged(result[number], item)
            result.marks[number] = mark
    return result


def located(table: Table, path: tuple[str | int, ...]) -> tuple[Mark, str]:
    """Where a model's path stands: file and line of the deepest part that was written, and the path as the file has it.

    The file may use an outcome's short forms, so `branches`, a branch's number and `to` may be missing in it.
    List items are told by their id, or by their number counted from 1.
    """
    here: Any = table
    mark, shown = table.mark, ""
    parts = list(path)
    while parts:
        part = parts.pop(0)
        if part == "branches" and isinstance(here, Row):
            if all(isinstance(item, str) for item in here):
                del parts[:2]  # a plain list of steps is one branch's `to`
            continue
        if isinstance(here, Table):
            part = "choose" if part == "branches" and "choose" in here else part
            if part in here:
                mark, here = here.marks[str(part)], here[str(part)]
                shown += f".{part}"
            elif part != "branches" and not isinstance(part, int):
                return mark, (shown if parts else f"{shown}.{part}").lstrip(".")
        elif isinstance(here, Row) and isinstance(part, int) and part < len(here):
            mark, here = here.marks[part], here[part]
            name = (
                next((here[key] for key in ("id", "username") if here.get(key)), None)
                if isinstance(here, Table)
                else None
            )
            shown += f"[{name or part + 1}]"
        else:
            break
    return mark, shown.lstrip(".") or "(file)"
