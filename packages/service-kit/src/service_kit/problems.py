"""Errors at the HTTP edge: RFC 9457 problem documents with a stable `code`."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from service_kit.refusals import count_refusal

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
_CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "rate_limited",
    503: "unavailable",
}


class Problem(Exception):
    """An answer that says no. `code` never changes once published; `extra` adds members to the document."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(title)
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.headers = headers
        self.extra = extra

    def document(self) -> dict[str, Any]:
        """Return the members of the problem document."""
        members: dict[str, Any] = {
            "type": f"urn:todo:problem:{self.code}",
            "status": self.status,
            "code": self.code,
            "title": self.title,
            **self.extra,
        }
        if self.detail is not None:
            members["detail"] = self.detail
        return members


def problem_response(problem: Problem, path: str) -> JSONResponse:
    """Return the HTTP answer of a problem to a request for `path`, and count it if it is a refusal."""
    count_refusal(path, problem.status, problem.code)
    return JSONResponse(problem.document(), problem.status, headers=problem.headers, media_type=MEDIA_TYPE)


def install_problems(app: FastAPI) -> None:
    """Make every error of `app` a problem document: ours, the framework's, and those nobody expected (500)."""

    @app.exception_handler(Problem)
    async def own(request: Request, error: Problem) -> JSONResponse:
        return problem_response(error, request.url.path)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem_response(_of_validation(error), request.url.path)

    @app.exception_handler(HTTPException)
    async def framework(request: Request, error: HTTPException) -> JSONResponse:
        path = request.url.path
        code = _CODES.get(error.status_code, "error")
        if error.status_code == 400 and error.__cause__ is not None:
            # FastAPI's word for a body that cannot be read as JSON at all: no text, or nested too deeply.
            return problem_response(Problem(400, "malformed_json", "The body is not valid JSON."), path)
        headers = dict(error.headers or {})
        return problem_response(Problem(error.status_code, code, str(error.detail), headers=headers), path)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        logger.error("unexpected error", exc_info=error)
        problem = Problem(500, "internal_error", "Something went wrong here. Nothing was changed.")
        return problem_response(problem, request.url.path)


def _of_validation(error: RequestValidationError) -> Problem:
    problems = error.errors()
    if any(p["type"] == "json_invalid" for p in problems):
        return Problem(400, "malformed_json", "The body is not valid JSON.")
    fields = [
        {
            "field": ".".join(str(part) for part in p["loc"][1:]) or str(p["loc"][0]),
            "message": p["msg"],
            "type": p["type"],
        }
        for p in problems[:20]
    ]
    unknown = all(p["type"] == "extra_forbidden" for p in problems)
    code = "unknown_field" if unknown else "invalid"
    return Problem(422, code, "The request is not valid.", errors=fields)
