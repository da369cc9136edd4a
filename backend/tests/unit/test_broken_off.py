"""What a tool says when it breaks off: that nothing was changed only where that is known, in the person's language."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest
import todo_backend.errors as errors
from recurrence_rules import Language
from todo_backend.doors.chat.sentences import CATALOGUES, refusal
from todo_backend.doors.chat.sentences.acts import ACTS
from todo_backend.doors.chat.sentences.refusals import REFUSALS
from todo_backend.doors.tools import registry
from todo_backend.doors.tools.acting import Acting
from todo_backend.doors.tools.refused import Refused, of_error
from todo_backend.doors.tools.tool import Given, Kind, Shown, Tool

NOT_IN_A_CHAT = {
    "email_taken", "sign_in_refused", "refresh_token_invalid", "refresh_token_reused", "invalid_token",
    "sign_in_needed", "token_not_found", "too_many_tokens", "forbidden", "account_gone", "refused",
    "country_not_found", "cursor_invalid", "event_not_found", "time_range_empty", "date_range_too_long",
    "notification_not_found", "history_unavailable", "chat_unavailable", "conversation_not_found",
    "calendar_invalid", "idempotency_key_reused", "advance_invalid", "superseded", "completed_at_in_future",
    "recurrence_needs_due", "no_open_occurrence", "series_not_found", "task_not_deleted", "list_deleted",
    "list_not_deleted", "place_invalid",
}  # fmt: skip
"""Codes that no line of the built-in chat can lead to."""


class Acts:
    scopes = frozenset(("tasks:read", "tasks:write"))


async def broken(kind: Kind, error: BaseException) -> Refused:
    async def run(acting: Any, given: Any) -> Shown:
        raise error

    tool = Tool("a_tool", "A tool", "", kind, False, (), Given, Shown, run)
    with pytest.raises(Refused) as caught:
        await registry.call(tool, {}, cast("Acting", Acts()))
    return caught.value


@pytest.mark.parametrize(
    "error", [RuntimeError("x"), TimeoutError(), errors.StoreUnavailable(), errors.NotificationsUnavailable()]
)
async def test_an_act_that_breaks_off_does_not_say_that_nothing_was_changed(error: BaseException) -> None:
    act, question = await broken("act", error), await broken("question", error)

    assert (act.may_be_done, question.may_be_done) == (True, False)
    assert "Look whether it was done" in act.sentence
    for language in CATALOGUES:
        said = refusal(language, act)
        assert CATALOGUES[language]["look_whether_done"] in said
        assert CATALOGUES[language]["refused"].split("{sentence}. ")[1] not in said


@pytest.mark.parametrize("error", [errors.StoreFull(), errors.SeriesHasEnded(), errors.Overloaded()])
async def test_a_refusal_says_that_nothing_was_changed(error: errors.TodoError) -> None:
    act = await broken("act", error)

    assert not act.may_be_done
    assert "nothing was changed" in refusal("en", act).lower()
    for language in ("de", "fr", "es", "vi"):
        assert refusal(language, act).endswith(CATALOGUES[language]["refused"].removeprefix("{sentence}."))


async def test_a_call_that_is_cancelled_is_cancelled() -> None:
    with pytest.raises(asyncio.CancelledError):
        await broken("act", asyncio.CancelledError())


def test_every_refusal_that_a_chat_may_tell_is_said_in_every_language() -> None:
    named = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = {kind.code for kind in named if issubclass(kind, errors.TodoError)}

    assert codes - NOT_IN_A_CHAT - set(REFUSALS["de"]) == set(), "say it in refusals.py"
    assert {frozenset(said) for said in REFUSALS.values()} == {frozenset(REFUSALS["de"])}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "The series has ended. Nothing was changed."),
        ("de", "Die Serie ist zu Ende. Nichts wurde geändert."),
        ("fr", "La série est terminée. Rien n'a changé."),
        ("es", "La serie ha terminado. Nada ha cambiado."),
        ("vi", "Chuỗi lặp đã kết thúc. Không có gì thay đổi."),
    ],
)
def test_a_refusal_in_the_language_of_the_person(language: Language, said: str) -> None:
    assert refusal(language, of_error(errors.SeriesHasEnded())) == said


def test_every_act_has_a_name_in_every_language() -> None:
    acts = {tool.name for tool in registry.TOOLS if tool.kind == "act"}

    assert set(ACTS) == acts
    assert all(all(row) for row in ACTS.values())


def test_a_refusal_that_nobody_translated_is_told_as_it_is() -> None:
    assert "The moon is full" in refusal("de", Refused("moon", "The moon is full."))
