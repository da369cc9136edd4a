"""The schema `notifications`: heads of tasks and users, the due-queue, attempts, a ledger of its own."""

from __future__ import annotations
