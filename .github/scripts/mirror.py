"""Copy signed images into a cluster's registry: `mirror.py SOURCE REGISTRY COMMIT PART=DIGEST...`.

An image is copied by its digest with its signature and attestations (`cosign copy`), and only after cosign has seen
that SIGNER, the address of the workflow that builds, signed it. A digest that is there already is left alone.

Not run where this was written: there is no registry.
"""

from __future__ import annotations

import os
import subprocess
import sys

from release_words import PARTS

ISSUER = "https://token.actions.githubusercontent.com"


def copies(source: str, registry: str, commit: str, words: list[str]) -> dict[str, str]:
    """What is copied where, an image once: SOURCE/image@digest to REGISTRY/image:commit."""
    digests = dict(word.split("=", 1) for word in words)
    found = {image: {digests[part] for part in parts if part in digests} for image, parts in PARTS.items()}
    return {
        f"{source}/{image}@{digest}": f"{registry}/{image}:{commit}"
        for image, values in found.items()
        for digest in values
    }


def main(words: list[str]) -> int:
    """Do what the command line says; stop at the first image that is not ours."""
    signer = os.environ.get("SIGNER", "")
    if len(words) < 4 or not all("=" in word for word in words[3:]) or not all([signer, *words[:3]]):
        print(__doc__)
        return 2
    source, registry, commit, *images = words
    for image, target in copies(source, registry, commit, images).items():
        there = f"{target.rsplit(':', 1)[0]}@{image.rsplit('@', 1)[1]}"
        if _ended(["docker", "manifest", "inspect", there], quiet=True) == 0:
            print(f"{there} is there already.")
            continue
        identity = ["--certificate-identity", signer, "--certificate-oidc-issuer", ISSUER]
        if _ended(["cosign", "verify", *identity, image], quiet=True) != 0:
            print(f"Nothing more was copied: {image} is not signed by {signer}.", file=sys.stderr)
            return 1
        if _ended(["cosign", "copy", image, target]) != 0:
            print(f"Nothing more was copied: {target} did not take {image}.", file=sys.stderr)
            return 1
    return 0


def _ended(command: list[str], *, quiet: bool = False) -> int:
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL if quiet else None).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
