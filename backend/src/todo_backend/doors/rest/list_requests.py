"""Bodies about lists."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from todo_backend.doors.rest.fields import Body, Line
from todo_backend.lists.domain import NAME_LIMIT

Name = Annotated[Line, Field(max_length=NAME_LIMIT)]
Position = Annotated[float, Field(allow_inf_nan=False)]


class NewList(Body):
    """A new list; without a position it comes last."""

    name: Name
    position: Position | None = None


class ListPatch(Body):
    """What to change; what is absent stays as it is."""

    name: Name | None = None
    position: Position | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ListPatch:
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("a list has a name and a position")
        return self
