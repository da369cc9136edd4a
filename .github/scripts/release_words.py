"""What the steps of a release hand to each other, as words: bases of images, and digests.

release_words.py bases              NAME=image@digest lines of images/bases.env; refuses a base without a digest
release_words.py images FOLDER      the parts of a release, `backend=sha256:… relay=sha256:…`, of the digests that the
                                    builds left in FOLDER, a file per image, named after it
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

BASES = Path(__file__).parents[2] / "images" / "bases.env"
PARTS = {
    "todo-frontend": ("frontend",),
    "todo-backend": ("backend", "relay"),
    "recurring-task-service": ("recurring",),
    "notification-service": ("notification",),
    "audit-service": ("audit",),
}
"""The parts of the chart that each image is run as."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class WordsError(Exception):
    """There is nothing to hand on. The text says why."""


def bases(file: Path) -> list[str]:
    """NAME=image@digest of each base; raise when one may move."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    loose = [line for line in lines if "@sha256:" not in line]
    if loose:
        raise WordsError(f"a release needs the digest of every base image in images/bases.env: {', '.join(loose)}.")
    return lines


def images(folder: Path) -> list[str]:
    """PART=digest of every part; raise when an image has none."""
    words: list[str] = []
    for image, parts in PARTS.items():
        file = folder / image
        digest = file.read_text().strip() if file.is_file() else ""
        if not _DIGEST.fullmatch(digest):
            raise WordsError(f"{image} was not built: {file} names no digest.")
        words += [f"{part}={digest}" for part in parts]
    return words


def main(words: list[str]) -> int:
    """Do what the command line says."""
    try:
        match words:
            case ["bases"]:
                print("\n".join(bases(BASES)))
            case ["images", folder]:
                print(" ".join(images(Path(folder))))
            case _:
                print(__doc__)
                return 2
    except WordsError as problem:
        print(f"Nothing to release: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
