"""Ledger, relay, consumers and dead letters on PostgreSQL; knows no Dapr."""
