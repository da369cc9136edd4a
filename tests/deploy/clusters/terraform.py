"""Running Terraform on the modules of k8s/clusters, with providers that know schemas and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from local_runtime import layout
from local_runtime.provision import cluster_tools, tools
from local_runtime.provision.cache import Cache

CLUSTERS = layout.CLONE / "k8s" / "clusters"
CLOUDS = {"aks": "azurerm", "gke": "google", "oke": "oci", "eks": "aws"}
SCHEMAS = Path(__file__).parent / "schemas"
_SOURCES = {"oci": "oracle/oci"}
OLDEST = (1, 11)


@cache
def terraform() -> Path | None:
    """The installed Terraform; None where there is none that is new enough."""
    return tools.installed("terraform", "version", at_least=OLDEST)


class Workplace:
    """A copy of the modules to run Terraform in, and the providers of schemas as a mirror."""

    def __init__(self, folder: Path) -> None:
        self.modules = folder / "clusters"
        shutil.copytree(CLUSTERS, self.modules)
        mirror = folder / "mirror"
        program = cluster_tools.terraform_schemas(Cache(layout.cache_folder()))
        for provider in CLOUDS.values():
            known = json.loads((SCHEMAS / f"{provider}.json").read_text())
            source = _SOURCES.get(provider, f"hashicorp/{provider}")
            place = mirror / "registry.terraform.io" / source / known["version"] / "linux_amd64"
            place.mkdir(parents=True)
            shutil.copy2(program, place / f"terraform-provider-{provider}_v{known['version']}")
            (place / "schema.json").write_text(json.dumps(known | {"name": provider}))
        settings = folder / "terraformrc"
        settings.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
        self.environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}

    def run(self, module: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `terraform WORDS` in a module."""
        program = terraform()
        assert program
        return subprocess.run(
            [program, *words],
            cwd=self.modules / module,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
