"""Accounts, sessions and what a token opens."""

from __future__ import annotations

from uuid import UUID

from todo_backend.errors.root import TodoError


class EmailTaken(TodoError):
    """There is an account with this address already."""

    code = "email_taken"
    kind = "conflict"


class SignInRefused(TodoError):
    """Address or password is wrong."""

    code = "sign_in_refused"
    kind = "unauthenticated"


class RefreshRefused(TodoError):
    """The refresh token is not valid any more; sign in again."""

    code = "refresh_token_invalid"
    kind = "unauthenticated"


class RefreshReused(TodoError):
    """The refresh token was used twice, so its session was ended; sign in again."""

    code = "refresh_token_reused"
    kind = "unauthenticated"


class TokenInvalid(TodoError):
    """The access token is missing, expired or not ours."""

    code = "invalid_token"
    kind = "unauthenticated"


class TokenExpired(TokenInvalid):
    """The access token is missing, expired or not ours."""

    def __init__(self, user_id: UUID) -> None:
        """Take whose it was; that is for the record, not for the answer."""
        super().__init__()
        self.user_id = user_id


class ScopeMissing(TodoError):
    """This token does not allow that."""

    code = "scope_missing"
    kind = "forbidden"

    def __init__(self, scope: str) -> None:
        """Take the scope that it would need."""
        super().__init__(f"It needs {scope}.", scope=scope)


class SignInNeeded(TodoError):
    """This is done by the person, signed in, and by no token that was made for a program."""

    code = "sign_in_needed"
    kind = "forbidden"


class TokenNotFound(TodoError):
    """There is no such token."""

    code = "token_not_found"
    kind = "not_found"


class TooManyTokens(TodoError):
    """There are as many tokens as a person may have; take one back first."""

    code = "too_many_tokens"
    kind = "conflict"


class ForeignPath(TodoError):
    """This token does not open this path."""

    code = "forbidden"
    kind = "forbidden"


class AccountGone(TodoError):
    """The account of this token does not exist any more."""

    code = "account_gone"
    kind = "unauthenticated"


class PlaceInvalid(TodoError):
    """The country or region is not accepted."""

    code = "place_invalid"

    def __init__(self, code: str, sentence: str) -> None:
        """Take the case as `public_holidays` names it."""
        super().__init__(sentence)
        self.code = code


class CountryNotFound(TodoError):
    """No public holidays are known of this country."""

    code = "country_not_found"
    kind = "not_found"
