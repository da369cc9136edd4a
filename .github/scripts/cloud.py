"""What differs from cloud to cloud after sign-in: `cloud.py kubeconfig CLOUD` and `cloud.py registry CLOUD`.

Reads CLUSTER, REGION, ACCOUNT and REGISTRY (as Terraform's outputs call them) from the environment. Nothing here signs
in: .github/actions/cloud-login does, by OIDC. Not run where this was written: there is no cloud.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

KUBECONFIG = {
    "aks": (
        "az aks get-credentials --resource-group {CLUSTER} --name {CLUSTER}",
        "kubelogin convert-kubeconfig -l azurecli",
    ),
    "gke": ("gcloud container clusters get-credentials {CLUSTER} --region {REGION} --project {ACCOUNT}",),
    "oke": ("oci ce cluster create-kubeconfig --cluster-id {CLUSTER} --region {REGION} --token-version 2.0.0",),
    "eks": ("aws eks update-kubeconfig --region {REGION} --name {CLUSTER}",),
}
"""What writes the access to the cluster, as the output `kubeconfig_command` of k8s/clusters says it."""
PASSWORD = {
    "aks": (
        "00000000-0000-0000-0000-000000000000",  # whom Azure's registry expects beside a token
        "az acr login --name {HOST} --expose-token --output tsv --query accessToken",
    ),
    "gke": ("oauth2accesstoken", "gcloud auth print-access-token"),
    "oke": ("BEARER_TOKEN", "oci raw-request --http-method GET --target-uri https://{HOST}/20180419/docker/token"),
    "eks": ("AWS", "aws ecr get-login-password --region {REGION}"),
}
"""Who signs in to the registry, and what tells a password that lives for minutes."""


class CloudError(Exception):
    """What is asked for cannot be done. The text says why."""


def filled(command: str, given: dict[str, str]) -> list[str]:
    """The command's words with each {NAME} replaced; raise when one is not given, before anything is run."""
    try:
        return [word.format_map({name: value for name, value in given.items() if value}) for word in command.split()]
    except KeyError as absent:
        raise CloudError(f"{absent.args[0]} is not set for this environment.") from absent


def main(words: list[str]) -> int:
    """Do what the command line says."""
    given = {name: os.environ.get(name, "") for name in ("CLUSTER", "REGION", "ACCOUNT", "REGISTRY")}
    given["HOST"] = given["REGISTRY"].partition("/")[0]
    try:
        match words:
            case ["kubeconfig", cloud] if cloud in KUBECONFIG:
                for command in [filled(command, given) for command in KUBECONFIG[cloud]]:
                    subprocess.run(command, check=True)
            case ["registry", cloud] if cloud in PASSWORD:
                user, command = PASSWORD[cloud]
                told = subprocess.run(filled(command, given), check=True, capture_output=True, text=True).stdout.strip()
                password = json.loads(told)["data"]["token"] if cloud == "oke" else told
                login = filled(f"docker login {{HOST}} --username {user} --password-stdin", given)
                subprocess.run(login, input=password, text=True, check=True)
            case _:
                raise CloudError(f"say kubeconfig or registry, and one of {', '.join(KUBECONFIG)}.")
    except (CloudError, OSError) as problem:
        print(f"Nothing was done: {problem}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failed:
        print(f"`{failed.cmd[0]}` refused ({failed.returncode}): {(failed.stderr or '').strip()}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
