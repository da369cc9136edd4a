"""What the README tells a newcomer to type does what it says."""

from __future__ import annotations

import json
import re
import subprocess

from local_runtime.layout import CLONE


def test_the_commands_by_hand_do_what_the_readme_says(base_url: str) -> None:
    readme = (CLONE / "README.md").read_text()
    block = next(b for b in re.findall(r"```\n(.*?)```", readme, re.DOTALL) if "api=http://localhost:8080" in b)
    script = block.replace("http://localhost:8080", base_url)
    done = subprocess.run(["sh", "-eu", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    opened, history, _, patched, _, restored = (json.loads(line) if line else {} for line in done.stdout.splitlines())
    assert [t["due"] for t in opened["items"]] == [
        {"date": "2027-02-28", "time": "17:00:00", "time_zone": "Europe/Berlin"}
    ]
    assert {i["event_type"] for i in history["items"]} >= {"task_created", "task_completed"}
    assert patched["priority"] == "high"
    assert (restored["task"]["status"], restored["task"]["deleted_at"]) == ("open", None)
