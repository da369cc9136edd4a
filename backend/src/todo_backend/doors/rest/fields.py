"""Types of the border: what JSON may say, so that nothing that the database or a calendar refuses gets past here."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from event_contracts.preferences import text
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from recurrence_rules import RecurrenceError, zone

FIRST_YEAR, LAST_YEAR = 1900, 9998


def _clean(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain NUL characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("must not contain lone surrogates") from None
    return value


def _not_blank(value: str) -> str:
    value = value.strip()
    if not value:
        raise ValueError("must not be blank")
    return value


def _year(value: dt.date) -> dt.date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"the year must be between {FIRST_YEAR} and {LAST_YEAR}")
    return value


def _zone(value: str) -> str:
    try:
        zone(value)
    except RecurrenceError as error:
        raise ValueError(str(error)) from None
    return value


def _instant(value: dt.datetime) -> dt.datetime:
    _year(value)
    return value.astimezone(dt.UTC)


CleanText = Annotated[str, AfterValidator(_clean)]
Line = Annotated[str, AfterValidator(_clean), AfterValidator(_not_blank)]
Rrule = Annotated[
    str, Field(min_length=1, max_length=1000, examples=["FREQ=WEEKLY;BYDAY=MO,TH"]), AfterValidator(_clean)
]
WallDate = Annotated[dt.date, BeforeValidator(text), AfterValidator(_year)]
TimeZone = Annotated[str, Field(max_length=64, examples=["Europe/Berlin"]), AfterValidator(_zone)]
Instant = Annotated[AwareDatetime, BeforeValidator(text), AfterValidator(_instant)]


class Body(BaseModel):
    """A request body: fields that are not known are refused."""

    model_config = ConfigDict(extra="forbid")
