"""A tool that was refused: a stable code, a sentence, and what helps to do it right."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from service_kit.problems import Problem

from todo_backend.errors import TodoError

MOST_FIELDS, LONGEST_FIELD = 20, 60


class Refused(Exception):
    """The one error of a tool call. `code` is the one that REST answers in the same case.

    Nothing was changed, unless `may_be_done`: then the call broke off where nobody knows.
    """

    may_be_done = False

    def __init__(self, code: str, sentence: str, detail: str | None = None, **extra: Any) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.detail, self.extra = code, sentence, detail, extra

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        said: dict[str, Any] = {} if self.detail is None else {"detail": self.detail}
        said |= {"may_be_done": True} if self.may_be_done else {}
        return {"code": self.code, "title": self.sentence, **said, **self.extra}

    @classmethod
    def read(cls, document: dict[str, Any]) -> Refused:
        """Return the refusal that a document tells of."""
        code, title = document.get("code", "refused"), document.get("title", "That was refused.")
        found = cls(str(code), str(title), document.get("detail"))
        found.may_be_done = document.get("may_be_done") is True
        return found


def of_error(error: TodoError) -> Refused:
    """Return the refusal of a use case."""
    return Refused(error.code, error.sentence, error.detail, **error.extra)


def of_problem(problem: Problem) -> Refused:
    """Return the refusal of another service."""
    return Refused(problem.code, problem.title, problem.detail, **problem.extra)


def of_validation(error: ValidationError) -> Refused:
    """Return what is wrong with the arguments, field by field; never what was sent, which may be long."""
    wrong = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_FIELDS]
    fields = [
        {"field": ".".join(_name(part) for part in w["loc"]), "message": w["msg"], "type": w["type"]} for w in wrong
    ]
    unknown = all(w["type"] == "extra_forbidden" for w in wrong)
    names = ", ".join(f["field"] or "arguments" for f in fields)
    if unknown:
        return Refused("unknown_field", "The tool takes no such field.", names, errors=fields)
    sentences = "; ".join(f"{f['field'] or 'arguments'}: {f['message']}" for f in fields[:5])
    return Refused("invalid", "The arguments are not valid.", sentences, errors=fields)


def _name(part: str | int) -> str:
    """Return a part of a place, which may be any text that somebody sent as a field's name."""
    return str(part)[:LONGEST_FIELD].encode("utf-8", "replace").decode()
