"""What is not proved yet, each with its reason: it shows as SKIPPED in `make verify-deploy`."""

from __future__ import annotations

import pytest


@pytest.mark.step4
def test_a_real_api_server_takes_the_chart() -> None:
    pytest.skip("step 4 is not built yet: etcd, kube-apiserver and controllers are to be compiled from their modules")


@pytest.mark.step6
def test_a_cluster_of_one_node_runs_the_chart() -> None:
    pytest.skip("step 6 is not built yet: it needs step 4, kubelet, containerd and the images of step 5")
