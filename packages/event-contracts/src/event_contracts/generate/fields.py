"""A model as JSON Schema, and its fields in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

WALL_TIME = r"^\d\d:\d\d(:\d\d)?$"
_FORMATS = {"uuid": "uuid", "date-time": "instant", "date": "date"}


class _Generator(GenerateJsonSchema):
    def time_schema(self, schema: core_schema.TimeSchema) -> dict[str, Any]:  # noqa: ARG002 - the base class's signature
        """Return the schema of a wall time: `format: time` would demand seconds and an offset (RFC 3339)."""
        return {"type": "string", "pattern": WALL_TIME}


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of what a reader of `model` accepts."""
    return model.model_json_schema(schema_generator=_Generator)


def field_rows(model: type[BaseModel], base: type[BaseModel] | None = None) -> list[tuple[str, str, str, str]]:
    """Return (name, type, "always" or "", description) of each field of `model` that `base` does not have."""
    schema = json_schema(model)
    required = set(schema.get("required", ()))
    inherited = set(base.model_fields) if base else set[str]()
    return [
        (f"`{name}`", type_words(field), "always" if name in required else "", field.get("description", ""))
        for name, field in schema["properties"].items()
        if name not in inherited
    ]


def nested_models(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    """Return the models that stand inside the fields of `models`, each once, in order of their first use."""
    found: dict[type[BaseModel], None] = {}

    def visit(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if annotation not in found:
                found[annotation] = None
                for field in annotation.model_fields.values():
                    visit(field.annotation)
            return
        for part in getattr(annotation, "__args__", ()):
            visit(part)

    for model in models:
        for field in model.model_fields.values():
            visit(field.annotation)
    return list(found)


def type_words(field: dict[str, Any]) -> str:
    """Return what a field's schema allows, null left out (a field that is not "always" there may be null)."""
    if "$ref" in field:
        name = str(field["$ref"]).rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in field:
        return " or ".join(type_words(part) for part in field["anyOf"] if part.get("type") != "null") or "any"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    kind = field.get("type")
    if kind == "array":
        return f"list of {type_words(field['items'])}"
    if kind == "object":
        values = field.get("additionalProperties")
        return f"map of {type_words(values)}" if isinstance(values, dict) else "object"
    if field.get("pattern") == WALL_TIME:
        return "wall time, `HH:MM[:SS]`"
    return _FORMATS.get(str(field.get("format")), str(kind or "any"))
