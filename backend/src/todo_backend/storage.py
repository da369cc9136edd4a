"""All tables of the backend's schema in one registry: what migrations are compared with."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

SCHEMA = "tasks"
METADATA = MetaData(schema=SCHEMA)


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """The base of the backend's tables: a registry of its own, so that no neighbour's tables land in it."""
