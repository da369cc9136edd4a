"""A Kubernetes of one node as processes of this machine: what steps 4 and 6 of docs/verification.md run on."""
