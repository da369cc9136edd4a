"""Signing up, and changing one's own profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from public_holidays import place_of
from recurrence_rules import RecurrenceError

from todo_backend.accounts.domain import Account
from todo_backend.accounts.use_cases.sessions import OpenSession, open_session
from todo_backend.application.change import Change, Context, Loaded, Write
from todo_backend.application.expected import as_expected
from todo_backend.errors import AccountGone, PlaceInvalid


@dataclass(frozen=True, slots=True)
class SignUp:
    """A new account and the session that it starts with. `email` is in lower case, the password hashed already."""

    email: str
    name: str
    password_hash: str
    time_zone: str
    locale: str
    session: OpenSession


def sign_up(command: SignUp, loaded: Loaded, context: Context) -> Change:
    """Return the account with its first session. That the address is free is the unique index's word."""
    account = Account(
        id=context.origin.user_id,
        email=command.email,
        name=command.name,
        password_hash=command.password_hash,
        time_zone=command.time_zone,
        locale=command.locale,
    )
    created: Write[Account] = Write(None, account, "todo.user.created.v1", context.new_id())
    return replace(open_session(command.session, loaded, context), accounts=(created,))


@dataclass(frozen=True, slots=True)
class ChangeProfile:
    """The fields to set, by name: name, time_zone, locale, week_start, country, region."""

    fields: Mapping[str, Any]
    expected_version: int | None = None


def change_profile(command: ChangeProfile, loaded: Loaded, context: Context) -> Change:
    """Return the account with the fields set; an empty change when it has them already.

    A region belongs to its country: another country comes without one, unless it is named with it. Raises AccountGone,
    StaleEtag, PlaceInvalid.
    """
    before = as_expected(loaded.account, command.expected_version, AccountGone)
    fields = dict(command.fields)
    if fields.get("country", before.country) != before.country:
        fields.setdefault("region", None)
    after = replace(before, **fields)
    if after == before:
        return Change()
    if (after.country, after.region) != (before.country, before.region):
        _require_known(after)
    return Change(accounts=(Write(before, after, "todo.user.updated.v1", context.new_id()),))


def _require_known(account: Account) -> None:
    if account.country is None:
        if account.region is not None:
            raise PlaceInvalid("region_without_country", "A region needs the country that it is in.")
        return
    try:
        place_of(account.country, account.region)
    except RecurrenceError as error:
        raise PlaceInvalid(error.code, str(error)) from error
