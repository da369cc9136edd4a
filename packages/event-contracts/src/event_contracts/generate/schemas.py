"""JSON Schemas: one for the envelope, one for the data of each type. Pure."""

from __future__ import annotations

import json
from typing import Any

from event_contracts.catalog import CATALOG, HINTED, PROBED, RECURRING_TASK_CREATED, data_model, short_name
from event_contracts.events import CloudEvent, HintData
from event_contracts.generate.fields import json_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE = "cloudevent.json"

TYPE_NAMES: tuple[str, ...] = (*CATALOG, PROBED)
"""Every type that this version knows, the canary last."""


def short_names(type_name: str) -> tuple[str, ...]:
    """Return what `event_type` may say inside the data of a type."""
    own = short_name(type_name)
    return (own, RECURRING_TASK_CREATED) if own == "task_created" else (own,)


def schema_files() -> dict[str, str]:
    """Return file name → JSON text."""
    schemas = {name: data_schema(name) for name in TYPE_NAMES}
    schemas[HINTED] = _headed(f"urn:todo:event:{HINTED}", json_schema(HintData))
    return {ENVELOPE: _text(envelope_schema())} | {f"{name}.json": _text(schema) for name, schema in schemas.items()}


def envelope_schema() -> dict[str, Any]:
    """Return the schema of the CloudEvents envelope; extension attributes are allowed."""
    return _headed("urn:todo:event:cloudevent", json_schema(CloudEvent))


def data_schema(type_name: str) -> dict[str, Any]:
    """Return the schema of a type's data as a reader may rely on it: what is not required may be absent.

    Unknown fields are allowed everywhere, since fields are only ever added.
    """
    model = data_model(type_name)
    assert model is not None  # noqa: S101 - TYPE_NAMES holds known types only
    schema = json_schema(model)
    schema["title"] = type_name
    schema["properties"]["event_type"] = {"enum": list(short_names(type_name)), "type": "string"}
    return _headed(f"urn:todo:event:{type_name}", schema)


def _headed(identifier: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": identifier, **schema}


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
