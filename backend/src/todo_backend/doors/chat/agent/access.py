"""Where the model is, and what a turn and a day of one person may cost."""

from __future__ import annotations

from dataclasses import dataclass, field

from todo_backend.settings import BackendSettings


@dataclass(frozen=True, slots=True)
class ModelAccess:
    """An OpenAI-compatible endpoint with its limits. A local server may need no key."""

    base_url: str
    model: str
    key: str | None = field(default=None, repr=False)
    request_seconds: float = 20.0
    turn_seconds: float = 60.0
    tool_calls: int = 10
    answer_tokens: int = 1000
    turns_a_day: int = 200
    tokens_a_day: int = 500_000


def model_access(settings: BackendSettings) -> ModelAccess | None:
    """Return the configured model; None when there is none, and then the built-in one answers."""
    if settings.chat_model_url is None or settings.chat_model is None:
        return None
    return ModelAccess(
        base_url=settings.chat_model_url,
        model=settings.chat_model,
        key=settings.chat_model_key.get_secret_value() if settings.chat_model_key else None,
        request_seconds=settings.chat_model_request_seconds,
        turn_seconds=settings.chat_model_turn_seconds,
        tool_calls=settings.chat_model_tool_calls,
        turns_a_day=settings.chat_model_turns_a_day,
        tokens_a_day=settings.chat_model_tokens_a_day,
    )
