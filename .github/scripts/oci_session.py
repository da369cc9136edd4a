"""Sign in to Oracle Cloud by OIDC: exchange the token of this workflow run for one of OCI, and tell the `oci` command.

An ephemeral key is made; the exchanged token is bound to it and lives for an hour at most (docs.oracle.com, "Exchanging
a JSON Web Token for a UPST"). Reads OCI_DOMAIN (https://idcs-….identity.oraclecloud.com), OCI_TENANCY, REGION, and
OCI_EXCHANGE_CLIENT, `id:secret` of the application that may exchange tokens: Oracle asks for it, and it alone opens
nothing. Not run where this was written: there is no cloud.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

NEEDED = (
    "OCI_DOMAIN",
    "OCI_TENANCY",
    "REGION",
    "OCI_EXCHANGE_CLIENT",
    "ACTIONS_ID_TOKEN_REQUEST_URL",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
)


def form(identity: str, public_key: bytes) -> bytes:
    """What is asked of the token endpoint for the run's own token `identity`; the key is DER."""
    return urllib.parse.urlencode(
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "requested_token_type": "urn:oci:token-type:oci-upst",
            "subject_token_type": "jwt",
            "subject_token": identity,
            "public_key": base64.b64encode(public_key).decode(),
        }
    ).encode()


def profile(folder: Path, tenancy: str, region: str, fingerprint: str) -> str:
    """The configuration file of the `oci` command."""
    return (
        f"[DEFAULT]\ntenancy={tenancy}\nregion={region}\nfingerprint={fingerprint}\n"
        f"key_file={folder / 'key.pem'}\nsecurity_token_file={folder / 'token'}\n"
    )


def main() -> int:
    """Write ~/.oci; say what is absent, and nothing else."""
    absent = [name for name in NEEDED if not os.environ.get(name)]
    if absent:
        print(f"Not signed in: {', '.join(absent)} not set.", file=sys.stderr)
        return 1
    given = {name: os.environ[name] for name in NEEDED}
    asking = {"authorization": f"Bearer {given['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
    url = f"{given['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience={urllib.parse.quote(given['OCI_DOMAIN'])}"
    identity = _answer(urllib.request.Request(url, headers=asking))["value"]  # noqa: S310 - the runner's own address

    folder = Path.home() / ".oci"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.umask(0o077)
    _openssl("genrsa", "-out", str(folder / "key.pem"), "2048")
    public = _openssl("rsa", "-in", str(folder / "key.pem"), "-pubout", "-outform", "DER")
    digest = _openssl("dgst", "-md5", "-c", stdin=public).decode().split("= ")[-1].strip()

    client = base64.b64encode(given["OCI_EXCHANGE_CLIENT"].encode()).decode()
    headers = {"authorization": f"Basic {client}", "content-type": "application/x-www-form-urlencoded"}
    exchange = urllib.request.Request(f"{given['OCI_DOMAIN']}/oauth2/v1/token", form(identity, public), headers)  # noqa: S310
    (folder / "token").write_text(_answer(exchange)["token"])
    (folder / "config").write_text(profile(folder, given["OCI_TENANCY"], given["REGION"], digest))
    print("Signed in to Oracle Cloud.")
    return 0


def _answer(request: urllib.request.Request) -> dict[str, str]:
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - both addresses come from the environment
        found: dict[str, str] = json.load(answer)
    return found


def _openssl(*words: str, stdin: bytes | None = None) -> bytes:
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
