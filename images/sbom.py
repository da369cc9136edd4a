"""Writes the parts of an image as CycloneDX: sbom.py NAME ENVIRONMENT OURS ROOT... OUT, run while the image is built.

What is installed in ENVIRONMENT comes from cyclonedx-py; our own packages (OURS), the interpreter and the system's
libraries below each ROOT are added here, as the base image's package manager names them.
"""
# ruff: noqa: INP001 - a script, run by its path

from __future__ import annotations

import json
import platform
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any


def main(name: str, environment: str, ours: str, *roots_and_out: str) -> None:
    """Write the list to the last argument."""
    *roots, out = roots_and_out
    tool = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--sv", "1.6"]
    said = subprocess.run([*tool, f"{environment}/bin/python"], check=True, capture_output=True, text=True).stdout
    listed: dict[str, Any] = json.loads(said)
    own = [("pypi", found.metadata["Name"], found.version) for found in distributions(path=[ours])]
    parts = [*own, ("generic", "python", platform.python_version()), *sorted(system_packages(roots))]
    listed["components"] = [*listed.get("components", []), *(component(*part) for part in parts)]
    listed.setdefault("metadata", {})["component"] = {"type": "container", "name": name, "bom-ref": name}
    Path(out).write_text(json.dumps(listed, indent=1) + "\n")


def system_packages(roots: list[str]) -> set[tuple[str, str, str]]:
    """The Debian packages that the libraries below the roots come from."""
    files = {
        f"*/{file.name}" for root in roots for file in Path(root).rglob("*.so*") if "lib-dynload" not in file.parts
    }
    owners = subprocess.run(["dpkg", "-S", *sorted(files)], check=False, capture_output=True, text=True).stdout
    packages = {line.split(":")[0].split(",")[0] for line in owners.splitlines() if not line.startswith("diversion ")}
    asked = ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *sorted(packages)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    return {("deb", line.split()[0], line.split()[1]) for line in said.splitlines()}


def component(kind: str, name: str, version: str) -> dict[str, str]:
    """One part in the words of the format."""
    place = "debian/" if kind == "deb" else ""
    identity = f"pkg:{kind}/{place}{name}@{version}"
    return {"type": "library", "bom-ref": identity, "name": name, "version": version, "purl": identity}


if __name__ == "__main__":
    main(*sys.argv[1:])
