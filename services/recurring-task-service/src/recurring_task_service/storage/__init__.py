"""The schema `recurring`: heads of tasks, series and users, and what is wanted of the backend."""

from __future__ import annotations
