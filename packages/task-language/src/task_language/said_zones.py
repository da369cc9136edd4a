"""Zones beside a time: "17:00 Europe/Berlin", "9am new york time", "5pm PST", "at 8 UTC"."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import available_timezones

from task_language.scene import Scene

ABBREVIATIONS = {
    "utc": "UTC", "gmt": "UTC", "cet": "Europe/Paris", "cest": "Europe/Paris", "bst": "Europe/London",
    "est": "America/New_York", "edt": "America/New_York", "et": "America/New_York", "cst": "America/Chicago",
    "cdt": "America/Chicago", "mst": "America/Denver", "mdt": "America/Denver", "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles", "pt": "America/Los_Angeles", "jst": "Asia/Tokyo", "aest": "Australia/Sydney",
}  # fmt: skip
"""What a zone is called by those who live in it; in summer as in winter, they mean their clocks."""
_OTHER_CITIES = {"beijing": "Asia/Shanghai", "delhi": "Asia/Kolkata", "mumbai": "Asia/Kolkata", "san francisco":
                 "America/Los_Angeles", "washington": "America/New_York", "hanoi": "Asia/Ho_Chi_Minh"}  # fmt: skip
_NO_PLACES = ("Etc/", "US/", "SystemV/")


def zone_at(scene: Scene, at: int) -> tuple[int, str] | None:
    """Return where a zone ends, and its IANA name."""
    word = scene.word(at)
    if word in ABBREVIATIONS:
        return at + 1, ABBREVIATIONS[word]
    if "/" in word:
        name = _by_name().get(word)
        return (at + 1, name) if name else None
    for length in (1, 2, 3):
        if scene.word(at + length) == "time":
            city = " ".join(scene.words[at : at + length])
            name = _OTHER_CITIES.get(city) or _by_city().get(city)
            return (at + length + 1, name) if name else None
    return None


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=1)
def _by_city() -> dict[str, str]:
    places = [name for name in sorted(available_timezones()) if "/" in name]
    return {
        name.rsplit("/", 1)[1].replace("_", " ").lower(): name for name in places if not name.startswith(_NO_PLACES)
    }
