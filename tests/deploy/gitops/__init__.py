"""k8s/gitops: what Argo CD and Flux would install, where and in which order."""
