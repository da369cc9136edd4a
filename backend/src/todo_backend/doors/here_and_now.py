"""The here and now of somebody who writes a line: their zone, their week, and how they write 3/4."""

from __future__ import annotations

import datetime as dt

from task_language import Moment

from todo_backend.accounts.domain import Account

_MONTH_FIRST = {"US", "PR", "GU", "VI", "AS", "MP", "PH", "FM", "MH", "PW"}
_MONTH_FIRST_ZONES = ("America/", "US/", "Pacific/Honolulu", "Asia/Manila", "UTC", "Etc/")
"""Where a country is not known. America is more than the States; who writes the day first there says their country."""


def moment_of(account: Account, now: dt.datetime) -> Moment:
    """Return what lines of a person are read against."""
    if account.country is not None:
        day_first = account.country not in _MONTH_FIRST
    else:
        day_first = not account.time_zone.startswith(_MONTH_FIRST_ZONES)
    return Moment(now, account.time_zone, account.week_start, day_first)
