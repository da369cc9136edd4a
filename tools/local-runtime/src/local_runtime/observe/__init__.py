"""Prometheus and Alertmanager beside a local platform, fed as they are in a cluster (`make run OBSERVE=1`)."""
