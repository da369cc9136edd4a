"""From the backend's errors to RFC 9457: the one mapper of the HTTP doors."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from service_kit.problems import Problem, problem_response

from todo_backend.errors import Kind, TodoError

STATUS: dict[Kind, int] = {
    "invalid": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "gone": 410,
    "stale": 412,
    "unavailable": 503,
}
_HEADERS: dict[Kind, dict[str, str]] = {
    "unauthenticated": {"WWW-Authenticate": 'Bearer realm="todo"'},
    "unavailable": {"Retry-After": "1"},
}


def problem_of(error: TodoError) -> Problem:
    """Return the problem document of an error."""
    return Problem(
        STATUS[error.kind], error.code, error.sentence, error.detail, headers=_HEADERS.get(error.kind), **error.extra
    )


def install_refusals(app: FastAPI) -> None:
    """Answer every TodoError of `app` with its problem document."""

    @app.exception_handler(TodoError)
    async def refuse(request: Request, error: TodoError) -> JSONResponse:
        return problem_response(problem_of(error), request.url.path)
