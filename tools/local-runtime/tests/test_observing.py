from __future__ import annotations

import re

from local_runtime.render.observing import rules

PATIENCE = re.compile(r"for: \S+|interval: \S+|offset \d+[mhd]\b|\[\d+[mhd]\]")
LONGEST_MINUTES = 3


def test_quick_rules_are_the_rules_with_less_patience_and_shorter_looks_back() -> None:
    usual, quick = rules(), rules(quick=True)
    assert {name: PATIENCE.sub("", text) for name, text in quick.items()} == {
        name: PATIENCE.sub("", text) for name, text in usual.items()
    }
    for text in quick.values():
        assert set(re.findall(r"\bfor: (\S+)", text)) <= {"2s"}
        looks = [line for line in text.splitlines() if "changes(" not in line]
        minutes = re.findall(r"(?:\[|offset )(\d+)([mhd])\b", "\n".join(looks))
        assert all(unit == "m" and int(number) <= LONGEST_MINUTES for number, unit in minutes), minutes
