"""`python -m one_node_cluster`: a cluster with Dapr for whoever wants to look at one; Ctrl-C ends it."""

from __future__ import annotations

import signal
import sys

from local_runtime import layout, terminal
from local_runtime.errors import LocalRuntimeError
from local_runtime.provision.cache import Cache

from one_node_cluster import dapr
from one_node_cluster.cluster import Cluster
from one_node_cluster.place import Place, address_of_this_machine
from one_node_cluster.programs import dapr_chart, provide


def main() -> None:
    """Bring it up, say how to use it, and wait."""
    try:
        _run()
    except (LocalRuntimeError, OSError) as wrong:
        print(wrong, file=sys.stderr)
        sys.exit(1)


def _run() -> None:
    cache = Cache(layout.cache_folder())
    place = Place(layout.RUN / "cluster", address_of_this_machine())
    cluster = Cluster(place, provide(cache))
    try:
        cluster.start_control_plane()
        cluster.start_node()
        dapr.load_images(cluster)
        dapr.install(cluster, dapr_chart(cache))
        kubectl = cluster.programs.path("kubectl")
        terminal.say(
            f"\nKUBECONFIG={place.certificates}/admin.yaml {kubectl} get pods -A\nCtrl-C ends it; nothing is kept."
        )
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
