"""Ledger, relay, consumers and dead letters on PostgreSQL; knows no Dapr."""

from __future__ import annotations
