"""How many dialogues went right, were missed or went wrong: by act, tuned and unseen apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from tests.dialogues.playing import Played

OUTCOMES = ("right", "missed", "wrong")


def by_act(played: Sequence[Played]) -> dict[str, Counter[str]]:
    """Return outcomes by act, in the order of the files, and of all at the end."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in played:
        found[one.dialogue.act][one.outcome] += 1
    found["all"] = Counter(one.outcome for one in played)
    return found


def figures(played: Sequence[Played]) -> dict[str, dict[str, int]]:
    """Return the same as JSON values."""
    return {act: {name: counted[name] for name in OUTCOMES} for act, counted in by_act(played).items()}


def table(tuned: Sequence[Played], unseen: Sequence[Played]) -> str:
    """Return both as a table in Markdown."""
    left, right = by_act(tuned), by_act(unseen)
    acts = [act for act in dict.fromkeys((*left, *right)) if act != "all"]
    lines = [
        "| act | tuned: right | missed | wrong | unseen: right | missed | wrong |",
        "|---|---|---|---|---|---|---|",
    ]
    for act in (*acts, "all"):
        counts = [found.get(act, Counter())[name] for found in (left, right) for name in OUTCOMES]
        lines.append(f"| {act} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def told(played: Sequence[Played]) -> str:
    """Return what did not go right, a line each."""
    missed = (one for one in played if one.outcome != "right")
    return "\n".join(f"{one.outcome}: {one.dialogue.place} ({one.dialogue.act}) {one.why}" for one in missed)
