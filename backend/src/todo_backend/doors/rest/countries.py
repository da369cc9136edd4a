"""The countries and regions that an account can name: those whose public holidays are known."""

from __future__ import annotations

from fastapi import APIRouter
from public_holidays import CountryUnknown, countries, regions

from todo_backend.doors.rest import replies
from todo_backend.doors.rest.identity import Owner
from todo_backend.errors import CountryNotFound

router = APIRouter(prefix="/api/{user_id}/countries", tags=["accounts"])


@router.get("", response_model=replies.Countries)
async def known(caller: Owner) -> replies.Countries:  # noqa: ARG001 - signed in is all it asks
    """List the countries whose public holidays are known, by their ISO 3166-1 codes."""
    return replies.Countries(countries=list(countries()))


@router.get("/{country}", response_model=replies.Country)
async def of_country(caller: Owner, country: str) -> replies.Country:  # noqa: ARG001 - as above
    """List the regions of a country that have holidays of their own, by name."""
    try:
        found = regions(country)
    except CountryUnknown as error:
        raise CountryNotFound from error
    return replies.Country(
        code=country, regions=[replies.Region(code=region.code, name=region.name) for region in found]
    )
