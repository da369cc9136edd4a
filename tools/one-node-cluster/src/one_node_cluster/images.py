"""An image that holds one static program and nothing else, written as the archive that `docker save` would write."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Final

USER: Final = "65532:65532"
"""In numbers: kubelet cannot see of a name that it is not root's."""
_MACHINES: Final = {"x86_64": "amd64", "aarch64": "arm64"}


def write_image(archive: Path, name: str, program: Path) -> None:
    """Write `archive` with the image `name` (REGISTRY/NAME:TAG), whose root has `program` alone and starts it."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as files:
        entry = tarfile.TarInfo(program.name)
        entry.size, entry.mode = program.stat().st_size, 0o755
        with program.open("rb") as source:
            files.addfile(entry, source)
    content = layer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    config = json.dumps(
        {
            "architecture": _MACHINES.get(os.uname().machine, os.uname().machine),
            "os": "linux",
            "config": {"User": USER, "Entrypoint": [f"/{program.name}"]},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        }
    ).encode()
    described = hashlib.sha256(config).hexdigest()
    manifest = [{"Config": f"{described}.json", "RepoTags": [name], "Layers": [f"{digest}/layer.tar"]}]
    unfinished = archive.with_suffix(".unfinished")
    with tarfile.open(unfinished, "w") as whole:
        _add(whole, f"{described}.json", config)
        _add(whole, f"{digest}/layer.tar", content)
        _add(whole, "manifest.json", json.dumps(manifest).encode())
    unfinished.rename(archive)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
