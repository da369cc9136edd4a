"""The schema `audit`: its tables, and the statements that write and read them."""

from __future__ import annotations
