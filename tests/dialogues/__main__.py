"""Play every dialogue and say how it went: `python -m tests.dialogues`; writes docs/benchmarks/dialogues.json.

With `--url` they are played at a platform that runs already.
"""

from __future__ import annotations

import argparse
import time
from contextlib import nullcontext
from pathlib import Path

from local_runtime.layout import CLONE

from tests.benchmarks.report import write
from tests.benchmarks.stage import stage
from tests.dialogues import scores
from tests.dialogues.playing import play_all
from tests.dialogues.reading import dialogues


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path, default=CLONE / "docs" / "benchmarks" / "dialogues.json")
    options.add_argument("--url", default=None)
    chosen = options.parse_args()
    with nullcontext() if chosen.url else stage("dialogues") as platform:
        url = chosen.url or (platform and platform.url("todo-backend"))
        assert url
        began = time.monotonic()
        tuned, unseen = play_all(url, dialogues("tuned")), play_all(url, dialogues("unseen.yaml"))
        seconds = round(time.monotonic() - began, 1)
    figures = {"tuned": scores.figures(tuned), "unseen": scores.figures(unseen)}
    write(chosen.out, {"seconds": seconds, "dialogues": figures})
    print(scores.told([*tuned, *unseen]))
    print(scores.table(tuned, unseen))


if __name__ == "__main__":
    main()
