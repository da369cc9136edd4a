"""A tool: one act or one question, as a model sees it and as it is done.

A tool is a function `(acting, given) -> answer`. Its name is the tool's name, its docstring is what the model reads,
its annotations are the schemas. Nothing that it takes says whose tasks are meant: `acting` is made of the token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from inspect import cleandoc
from typing import Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from todo_backend.accounts.tokens import Scope
from todo_backend.doors.rest.fields import Body
from todo_backend.doors.tools.acting import Acting

Kind = Literal["question", "act", "deletion"]


class Given(Body):
    """What a tool takes: fields that are not known, a user's id among them, are refused."""


class Shown(BaseModel):
    """What a tool gives."""

    model_config = ConfigDict(extra="ignore")


@dataclass(frozen=True)
class Tool:
    """One tool. `rest` names the routes that do the same; `repeatable`: doing it twice is doing it once.

    A `deletion` first shows what it would delete, and is done when it is called again with the confirmation.
    """

    name: str
    title: str
    description: str
    kind: Kind
    repeatable: bool
    rest: tuple[str, ...]
    takes: type[Given]
    gives: type[Shown]
    run: Callable[[Acting, Any], Awaitable[Shown]]

    @property
    def scope(self) -> Scope:
        """Return what a token must allow."""
        return "tasks:read" if self.kind == "question" else "tasks:write"

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of what it takes."""
        return _schema(self.takes, "validation")

    @cached_property
    def output_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of what it gives."""
        return _schema(self.gives, "serialization")


def tool(
    title: str, kind: Kind, *rest: str, repeatable: bool = False
) -> Callable[[Callable[[Acting, Any], Awaitable[Shown]]], Tool]:
    """Make a tool of a function."""

    def made(run: Callable[[Acting, Any], Awaitable[Shown]]) -> Tool:
        hints = get_type_hints(run)
        return Tool(
            name=run.__name__,
            title=title,
            description=" ".join(cleandoc(run.__doc__ or "").split()),
            kind=kind,
            repeatable=repeatable or kind == "question",
            rest=rest,
            takes=hints["given"],
            gives=hints["return"],
            run=run,
        )

    return made


class _Untitled(GenerateJsonSchema):
    """Leaves out titles that only repeat the names of fields: a model reads all of this at every turn."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def time_schema(self, schema: Any) -> dict[str, Any]:  # noqa: ARG002
        """Wall times have no offset, which the format `time` demands."""
        return {"type": "string"}


def _schema(model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
    schema = model.model_json_schema(mode=mode, schema_generator=_Untitled)
    for part in (schema, *schema.get("$defs", {}).values()):
        part.pop("title", None)
    # The class's docstring is for those who read the code; the model has the tool's description.
    schema.pop("description", None)
    return schema
