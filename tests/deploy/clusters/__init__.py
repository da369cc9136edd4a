"""k8s/clusters: the Terraform modules, held against the schemas of their providers."""
