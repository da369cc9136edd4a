"""The door for todo-backend: what a person wants of reminders. A change plans all that hangs on it anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from dapr_edge.service_tokens import ServiceTokens, require_service
from event_contracts.edges import CHANGE_PREFERENCES, READ_PREFERENCES
from event_contracts.preferences import Preferences as Shown
from event_contracts.preferences import PreferencesPatch
from event_spine.loop import sweep
from fastapi import APIRouter, Depends, Header, Response
from service_kit.database import Pool
from service_kit.problems import Problem

from notification_service.domain.preferences import Preferences, PreferencesRefused, merged
from notification_service.storage import appointments, attempts, deliveries, heads, preferences


def router(pool: Pool, tokens: ServiceTokens, changed: Callable[[], None]) -> APIRouter:
    """Return the internal routes; `changed` is called after a commit that made plans stale."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(READ_PREFERENCES.route, dependencies=[Depends(require_service(tokens, READ_PREFERENCES))])
    async def shown(user_id: UUID) -> Response:
        async with pool.connection() as connection:
            return _answer(await preferences.of_one(connection, user_id))

    @routes.patch(CHANGE_PREFERENCES.route, dependencies=[Depends(require_service(tokens, CHANGE_PREFERENCES))])
    async def change(
        user_id: UUID, body: PreferencesPatch, if_match: Annotated[str | None, Header()] = None
    ) -> Response:
        fields = {name: getattr(body, name) for name in body.model_fields_set}
        kept = await sweep(pool, lambda connection: change_preferences(connection, user_id, fields, if_match))
        changed()
        return _answer(kept)

    return routes


async def change_preferences(
    connection: preferences.Connection, user_id: UUID, fields: dict[str, Any], if_match: str | None
) -> Preferences:
    """Merge fields into what a person wants and mark their plans as stale. Raises Problem (412, 422)."""
    now = await preferences.lock(connection, user_id)
    before = await preferences.of_one(connection, user_id)
    if if_match is not None and if_match != f'"{before.version}"':
        raise Problem(412, "stale_etag", "The thing has changed since you read it; nothing was changed now.")
    try:
        after = merged(before, fields, now)
    except PreferencesRefused as refused:
        raise Problem(422, refused.code, str(refused)) from refused
    if after is before:
        return before
    if not await preferences.write(connection, after):
        raise Problem(412, "stale_etag", "The thing has changed since you read it; nothing was changed now.")
    await heads.mark_tasks_of(connection, [user_id])
    await attempts.release(connection, [user_id])
    await deliveries.release(connection, [user_id])
    users = await heads.peek_users(connection, [user_id])
    await appointments.write(connection, list(users.values()), {user_id: after}, now)
    return after


def _answer(kept: Preferences) -> Response:
    body = Shown.model_validate(kept).model_dump_json()
    return Response(body, media_type="application/json", headers={"ETag": f'"{kept.version}"'})
