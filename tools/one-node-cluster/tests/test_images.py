"""An archive says of itself what containerd checks when it imports it."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

from one_node_cluster.images import write_image


def test_an_image_holds_one_program_and_its_digests_are_those_of_its_bytes(tmp_path: Path) -> None:
    program = tmp_path / "pause"
    program.write_bytes(b"\x7fELF and the rest")
    write_image(tmp_path / "pause.tar", "todo.local/pause:1", program)

    with tarfile.open(tmp_path / "pause.tar") as archive:
        (manifest,) = json.load(_file(archive, "manifest.json"))
        configuration = _file(archive, manifest["Config"]).read()
        layer = _file(archive, *manifest["Layers"]).read()
    assert manifest["RepoTags"] == ["todo.local/pause:1"]
    assert manifest["Config"] == f"{hashlib.sha256(configuration).hexdigest()}.json"
    described = json.loads(configuration)
    assert described["rootfs"]["diff_ids"] == [f"sha256:{hashlib.sha256(layer).hexdigest()}"]
    assert described["config"] == {"User": "65532:65532", "Entrypoint": ["/pause"]}
    with tarfile.open(fileobj=io.BytesIO(layer)) as files:
        (only,) = files.getmembers()
        assert (only.name, only.mode) == ("pause", 0o755)
        assert _file(files, "pause").read() == program.read_bytes()


def _file(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    found = archive.extractfile(name)
    assert isinstance(found, io.BufferedReader)
    return found
