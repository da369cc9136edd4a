"""Print the path of a program that this repository pins and builds: `pinned.py helm`, with the environment's Python."""

from __future__ import annotations

import sys

from local_runtime import layout
from local_runtime.provision import cluster_tools
from local_runtime.provision.cache import Cache

PROGRAMS = {"helm": cluster_tools.helm, "kubeconform": cluster_tools.kubeconform}

if __name__ == "__main__":
    asked = sys.argv[1:]
    if len(asked) != 1 or asked[0] not in PROGRAMS:
        print(f"say one of {', '.join(PROGRAMS)}", file=sys.stderr)
        sys.exit(2)
    print(PROGRAMS[asked[0]](Cache(layout.cache_folder())))
