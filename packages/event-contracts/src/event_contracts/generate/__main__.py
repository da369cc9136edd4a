"""`python -m event_contracts.generate [--check]`: the thin writer around `artefacts()`."""

from __future__ import annotations

import sys
from pathlib import Path

from event_contracts.generate import EXAMPLE, PACKAGE, REFRESH, artefacts

ROOT = Path(__file__).resolve().parents[5]


def wanted_files(root: Path) -> dict[str, str]:
    """Return path → text of what should be under `root`."""
    return artefacts((root / EXAMPLE).read_text("utf-8"))


def differing(root: Path) -> list[str]:
    """Return the paths under `root` that are absent, differ from what would be generated, or should not be there."""
    wanted = wanted_files(root)
    found = {path: root / path for path in wanted}
    changed = [path for path, file in found.items() if not file.exists() or file.read_text("utf-8") != wanted[path]]
    schemas = sorted((root / PACKAGE / "schemas").glob("*.json"))
    return changed + [p for p in (f.relative_to(root).as_posix() for f in schemas) if p not in wanted]


def write(root: Path) -> None:
    """Bring the generated files under `root` up to date; a schema of a type that is gone is removed."""
    wanted = wanted_files(root)
    for path in differing(root):
        if path not in wanted:
            (root / path).unlink()
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted[path], "utf-8")


def main(arguments: list[str]) -> int:
    """Write, or with `--check` only say what differs; return the process's exit code."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write(f"usage: {REFRESH} [--check]\n")
        return 2
    paths = differing(ROOT)
    if not arguments:
        write(ROOT)
        sys.stdout.writelines(f"written: {path}\n" for path in paths)
        return 0
    if paths:
        sys.stderr.writelines(f"differs: {path}\n" for path in paths)
        sys.stderr.write(f"refresh with: {REFRESH}\n")
    return 1 if paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
