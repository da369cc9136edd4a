"""Write what an environment runs: `python k8s/gitops/release.py set staging COMMIT backend=DIGEST...`.

CI says `set` after it pushed images: from then on the environment installs the chart of that commit with these images.
`promote staging production` takes over what staging runs, so production gets what was tried and nothing else. Nothing
but Python is needed.

The file is an object that Flux applies and a values file that Argo CD's stack reads; `images.yaml` in it goes to the
chart as it is.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent / "environments"
NAMES = ("dev", "staging", "production")
IMAGES = ("frontend", "backend", "relay", "recurring", "notification", "audit")
"""The parts of helm/todo-app that have an image, as its values name them."""
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_IMAGE = re.compile(r"^ {4}([a-z]+): \{image: \{digest: (sha256:[0-9a-f]{64})\}\}$", re.MULTILINE)
_REVISION = re.compile(r'^ {2}revision: "([0-9a-f]{40})"$', re.MULTILINE)
_HEAD = """\
# Written by ../../release.py: what this environment runs.
apiVersion: v1
kind: ConfigMap
metadata: {name: release, namespace: flux-system}
data:
"""


class ReleaseError(Exception):
    """What is asked for must not be released. The text says why."""


def text(revision: str, images: dict[str, str]) -> str:
    """The file of an environment."""
    if not _COMMIT.fullmatch(revision):
        raise ReleaseError(f"an environment runs a commit, named by its 40 digits, not {revision}, which may move.")
    for image, digest in images.items():
        if image not in IMAGES:
            raise ReleaseError(f"the chart has no image called {image}: {', '.join(IMAGES)}.")
        if not _DIGEST.fullmatch(digest):
            raise ReleaseError(f"{image}={digest}: an image is named by its digest, sha256: and 64 hexadecimal digits.")
    lines = [f"    {image}: {{image: {{digest: {digest}}}}}\n" for image, digest in sorted(images.items())]
    body = "".join(lines) or "    {}\n"
    return f'{_HEAD}  revision: "{revision}"\n  images.yaml: |\n{body}'


def parse(written: str) -> tuple[str, dict[str, str]]:
    """Read what `text` wrote."""
    found = _REVISION.search(written)
    if not found:
        raise ReleaseError("the file says no revision: write it with `release.py set`.")
    return found[1], dict(_IMAGE.findall(written))


def set_release(folder: Path, environment: str, revision: str, images: dict[str, str]) -> None:
    """Change the revision and these images; images that are not named stay."""
    file = folder / environment / "release.yaml"
    before = parse(file.read_text())[1] if file.exists() else {}
    _write(folder, environment, revision, {**before, **images})


def promote(folder: Path, source: str, target: str) -> None:
    """Let an environment run what another one runs."""
    revision, images = parse((folder / source / "release.yaml").read_text())
    if not images:
        raise ReleaseError(f"{source} runs no image by digest yet: there is nothing to promote.")
    _write(folder, target, revision, images)  # an image that the source does not have is none of the target's


def main(words: list[str]) -> int:
    """Do what the command line says."""
    try:
        match words:
            case ["set", environment, revision, *pairs] if all("=" in pair for pair in pairs):
                set_release(HERE, environment, revision, dict(_pair(pair) for pair in pairs))
            case ["promote", source, target]:
                promote(HERE, source, target)
            case _:
                print(__doc__)
                return 2
    except ReleaseError as problem:
        print(f"Nothing was written: {problem}", file=sys.stderr)
        return 1
    return 0


def _write(folder: Path, environment: str, revision: str, images: dict[str, str]) -> None:
    if environment not in NAMES:
        raise ReleaseError(f"there is no environment {environment}: {', '.join(NAMES)}.")
    written = text(revision, images)
    (folder / environment / "release.yaml").write_text(written)


def _pair(word: str) -> tuple[str, str]:
    image, digest = word.split("=", 1)
    return image, digest


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
