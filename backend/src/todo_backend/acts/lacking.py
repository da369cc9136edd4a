"""What a door lacks on purpose, each with its reason; a test fails for what is lacking and not named here."""

from __future__ import annotations

from collections.abc import Mapping

U = "/api/{user_id}"
_SESSION = "signing in and out is its person's, with a password; a tool has a token already"
_PROGRAM = "a token for a program is made and taken back by its person, signed in"
_LINK = "opened from a message by its signed link, without signing in"
_TOLD = "a model that was led astray by a task's text could have all reminders sent elsewhere"
_FILE = "a file for a person or a program, not words"
_STREAM = "a stream for pages; a model asks when it needs to know"
_CHAT = "the chat itself"
_AS_OF = "a look back for people; a task's history says the same to a model"
_CHOICE = "what a form offers to choose from"

NO_TOOL: Mapping[str, str] = {
    "POST /api/auth/sign-up": _SESSION,
    "POST /api/auth/sign-in": _SESSION,
    "POST /api/auth/refresh": _SESSION,
    "POST /api/auth/sign-out": _SESSION,
    "GET /.well-known/jwks.json": "keys for whoever checks tokens",
    "PATCH /api/me": "who one is and where one lives is said by oneself, signed in",
    f"GET {U}/tokens": _PROGRAM,
    f"POST {U}/tokens": _PROGRAM,
    f"DELETE {U}/tokens/{{token_id}}": _PROGRAM,
    f"GET {U}/countries": _CHOICE,
    f"GET {U}/countries/{{country}}": _CHOICE,
    f"GET {U}/history/export": _FILE,
    f"GET {U}/tasks/{{task_id}}/history/as-of": _AS_OF,
    f"GET {U}/history/as-of": _AS_OF,
    f"GET {U}/calendar/export": _FILE,
    f"POST {U}/calendar/import": _FILE,
    f"GET {U}/channels": _TOLD,
    f"POST {U}/channels": _TOLD,
    f"PATCH {U}/channels/{{channel_id}}": _TOLD,
    f"DELETE {U}/channels/{{channel_id}}": _TOLD,
    f"POST {U}/channels/{{channel_id}}/test": _TOLD,
    f"POST {U}/channels/{{channel_id}}/rotate-secret": _TOLD,
    f"GET {U}/channels/{{channel_id}}/deliveries": _TOLD,
    f"POST {U}/channels/{{channel_id}}/deliveries/{{delivery_id}}/replay": _TOLD,
    "GET /api/channels/{purpose}": _LINK,
    "POST /api/channels/{purpose}": _LINK,
    "GET /api/one-tap/{tap}": _LINK,
    "POST /api/one-tap/{tap}": _LINK,
    f"GET {U}/updates": _STREAM,
    f"POST {U}/chat": _CHAT,
    f"GET {U}/chat/{{conversation_id}}": _CHAT,
    f"POST {U}/chat/{{conversation_id}}/stop": _CHAT,
}
"""Routes without a tool, and why."""

_PAGE = "the page shows it beside the chat"
_WORDS = "the grammar has no words for it yet; the page does it"
_UNDO = "in a chat one says undo"
NO_INTENT: Mapping[str, str] = {
    "get_task": _PAGE,
    "restore_task": _UNDO,
    "change_series": _WORDS,
    "preview_recurrence": "the chat says a rule back in words when it is made",
    "get_series": _PAGE,
    "list_paused": _PAGE,
    "count_by_day": _PAGE,
    "restore_list": _UNDO,
    "history_of_task": _PAGE,
    "what_was_done": "“what did I do” reads by list_tasks what is done and still is; the page shows the history",
    "why_it_happened": _PAGE,
    "reminders_of_task": _PAGE,
    "list_notifications": _PAGE,
    "mark_notifications_read": _PAGE,
    "get_preferences": _PAGE,
    "change_preferences": _WORDS,
    "get_profile": _PAGE,
}
"""Tools without a line in the chat that leads to them, and why."""
