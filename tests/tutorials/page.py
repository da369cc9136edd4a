"""A tutorial as a script: its ```sh blocks, and after each the lines of ```text that must have been said, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== block"


@dataclass(frozen=True)
class Block:
    """Commands, and what they must say: pieces of lines, each after the one before."""

    commands: str
    says: tuple[str, ...]


def blocks(page: Path) -> list[Block]:
    """What a page asks a reader to type; raise when it shows output of nothing."""
    found: list[Block] = []
    for kind, text in _BLOCK.findall(page.read_text()):
        if kind == "sh":
            found.append(Block(text, ()))
        elif found and not found[-1].says:
            found[-1] = Block(found[-1].commands, tuple(line.strip() for line in text.splitlines()))
        else:
            raise ValueError(f"{page.name} shows an output that belongs to no command: {text}")
    return found


def script(found: list[Block], moved: dict[str, str]) -> str:
    """One shell for the whole page, as a reader has one; addresses are moved to the ports of the clone's offset."""
    text = "".join(f"echo '{MARK} {number}'\n{block.commands}" for number, block in enumerate(found))
    for said, meant in moved.items():
        text = text.replace(said, meant)
    return text


def unsaid(found: list[Block], output: str) -> list[str]:
    """What a block should have said and did not."""
    parts = re.split(rf"^{MARK} \d+\n", output, flags=re.MULTILINE)[1:]
    missing: list[str] = []
    for number, block in enumerate(found):
        rest = parts[number] if number < len(parts) else ""
        for line in block.says:
            _, there, rest = rest.partition(line)
            if not there:
                missing.append(f"block {number} did not say {line!r}")
                break
    return missing
