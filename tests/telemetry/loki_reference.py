"""Loki's own reference of its configuration, as a tree of keys: what `docs/sources/shared/configuration.md` shows.

A key is written `[name: <type> | default = …]`, or `name:` with what is below it indented; `<block>` names another
section of the page, `<list of blocks>` a list of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_SECTION = re.compile(r"^### (.+?)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r"^( *)(?:\[(\w+): <(.+?)>(?: \| default = .*)?\]|(\w+):)$")
_SHAPES = {
    "boolean": r"true|false",
    "int": r"\d+([KMGT]?B)?",
    "float": r"\d+(\.\d+)?",
    "duration": r"(\d+(ms|[smhdw]))+",
    "daytime": r"\d{4}-\d\d-\d\d",
}


@dataclass
class Keys:
    """What may stand below a key: further keys, or a value of a type."""

    type: str = ""
    below: dict[str, Keys] = field(default_factory=dict)


def sections(page: str) -> dict[str, Keys]:
    """The sections of the page by name; the whole file is `loki.yaml`."""
    found = {}
    for title, text in _SECTION.findall(page):
        block = _BLOCK.search(text)
        if block is not None:
            found["loki.yaml" if "`loki.yaml`" in title else title] = _keys(block[1])
    return found


def wrong(value: Any, known: dict[str, Keys], section: str = "loki.yaml") -> list[str]:
    """What of a configuration the reference does not know, each with its place."""
    return _wrong(value, known[section], known, "")


def _keys(block: str) -> Keys:
    root = Keys()
    open_at: list[tuple[int, Keys]] = [(-1, root)]
    for line in block.splitlines():
        if (found := _KEY.match(line)) is None:
            continue
        depth, made = len(found[1]), Keys(found[3] or "")
        while open_at[-1][0] >= depth:
            open_at.pop()
        open_at[-1][1].below[found[2] or found[4]] = made
        open_at.append((depth, made))
    return root


def _wrong(value: Any, keys: Keys, known: dict[str, Keys], place: str) -> list[str]:
    if keys.type in known:
        return _wrong(value, known[keys.type], known, place)
    if (one := keys.type.removeprefix("list of ").rstrip("s")) in known:
        return [said for item in value for said in _wrong(item, known[one], known, f"{place}[]")]
    if isinstance(value, dict) and (keys.below or not keys.type):
        unknown = [f"{place}.{name} is not known" for name in value if name not in keys.below]
        inside = [(item, keys.below[name], f"{place}.{name}") for name, item in value.items() if name in keys.below]
        return unknown + [said for item, below, where in inside for said in _wrong(item, below, known, where)]
    written = str(value).lower() if isinstance(value, bool) else str(value)
    fits = not isinstance(value, dict) and re.fullmatch(_SHAPES.get(keys.type, ".*"), written)
    return [] if fits else [f"{place}: {written} is no {keys.type or 'value'}"]
