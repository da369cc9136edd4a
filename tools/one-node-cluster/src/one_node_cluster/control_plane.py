"""etcd, the API server, the controllers and the scheduler: their certificates and their command lines."""

from __future__ import annotations

from collections.abc import Sequence

from local_runtime.platform.process import Spec

from one_node_cluster import place as where
from one_node_cluster.authority import Authority, Identity
from one_node_cluster.place import Place
from one_node_cluster.programs import Programs

ADMIN = Identity("admin", "system:masters")
_CONTROLLERS = Identity("system:kube-controller-manager")
_SCHEDULER = Identity("system:kube-scheduler")


def write_certificates(place: Place, authority: Authority) -> None:
    """Write what the control plane proves itself with; `admin.yaml` is the kubeconfig of whoever operates it."""
    names = ("kubernetes", "kubernetes.default", "kubernetes.default.svc", f"kubernetes.default.svc.{where.DOMAIN}")
    authority.issue("apiserver", Identity("kube-apiserver"), *names, where.API_SERVICE, place.address, "127.0.0.1")
    authority.issue("apiserver-kubelet", ADMIN)
    authority.service_account_keys()
    authority.kubeconfig("admin", ADMIN, place.api)
    authority.kubeconfig("controllers", _CONTROLLERS, place.api)
    authority.kubeconfig("scheduler", _SCHEDULER, place.api)


def etcd(place: Place, programs: Programs) -> Spec:
    """The store, without fsync: a cluster of an hour has nothing to keep."""
    clients, peers = f"http://127.0.0.1:{where.ETCD_PORT}", f"http://127.0.0.1:{where.ETCD_PEER_PORT}"
    command = [
        *(programs.path("etcd"), "--data-dir", str(place.folder / "etcd"), "--unsafe-no-fsync"),
        *("--listen-client-urls", clients, "--advertise-client-urls", clients, "--listen-peer-urls", peers),
        *("--initial-advertise-peer-urls", peers, "--initial-cluster", f"default={peers}"),
    ]
    return Spec("etcd", command, place.logs / "etcd.log", health=f"{clients}/health")


def api_server(place: Place, programs: Programs) -> Spec:
    """The API server, with RBAC, the node's own authorizer and every admission plug-in that is on by default."""
    pki = place.certificates
    command = [
        *(programs.path("kube-apiserver"), "--etcd-servers", f"http://127.0.0.1:{where.ETCD_PORT}"),
        *("--advertise-address", place.address, "--secure-port", str(where.API_PORT), "--cert-dir", str(pki / "made")),
        *("--tls-cert-file", str(pki / "apiserver.crt"), "--tls-private-key-file", str(pki / "apiserver.key")),
        *("--client-ca-file", str(pki / "ca.crt"), "--kubelet-certificate-authority", str(pki / "ca.crt")),
        *("--kubelet-client-certificate", str(pki / "apiserver-kubelet.crt")),
        *(
            "--kubelet-client-key",
            str(pki / "apiserver-kubelet.key"),
            "--kubelet-preferred-address-types",
            "InternalIP",
        ),
        *("--service-account-key-file", str(pki / "sa.pub"), "--service-account-signing-key-file", str(pki / "sa.key")),
        *("--service-account-issuer", f"https://kubernetes.default.svc.{where.DOMAIN}"),
        *("--authorization-mode", "Node,RBAC", "--enable-admission-plugins", "NodeRestriction"),
        *("--service-cluster-ip-range", where.SERVICES, "--allow-privileged=true"),
    ]
    return Spec("kube-apiserver", command, place.logs / "kube-apiserver.log")


def controllers(place: Place, programs: Programs) -> Sequence[Spec]:
    """What works through the API server: the controllers and the scheduler."""
    pki = place.certificates
    return [
        Spec(
            "kube-controller-manager",
            [
                *(programs.path("kube-controller-manager"), "--kubeconfig", str(pki / "controllers.yaml")),
                *("--root-ca-file", str(pki / "ca.crt"), "--service-account-private-key-file", str(pki / "sa.key")),
                *("--use-service-account-credentials", "--cluster-cidr", where.PODS, "--allocate-node-cidrs=false"),
                *("--leader-elect=false", "--bind-address", "127.0.0.1", "--cert-dir", str(pki / "made")),
            ],
            place.logs / "kube-controller-manager.log",
        ),
        Spec(
            "kube-scheduler",
            [
                *(programs.path("kube-scheduler"), "--kubeconfig", str(pki / "scheduler.yaml")),
                *("--leader-elect=false", "--bind-address", "127.0.0.1", "--cert-dir", str(pki / "made")),
            ],
            place.logs / "kube-scheduler.log",
        ),
    ]
