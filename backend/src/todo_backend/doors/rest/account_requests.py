"""Bodies about accounts and sessions that the REST door accepts."""

from __future__ import annotations

from typing import Annotated

from pydantic import EmailStr, Field

from todo_backend.doors.rest.fields import Body, CleanText, TimeZone

Password = Annotated[str, Field(min_length=8, max_length=200)]
Country = Annotated[CleanText, Field(max_length=40, examples=["DE"], description="whose holidays: GET countries")]
Region = Annotated[CleanText, Field(max_length=40, examples=["BY"], description="of the country, as it lists them")]


class SignUpBody(Body):
    """A new account."""

    email: EmailStr
    password: Password
    name: Annotated[CleanText, Field(max_length=100)] = ""
    time_zone: TimeZone = "UTC"
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)] = "en"


class SignInBody(Body):
    """Address and password."""

    email: Annotated[CleanText, Field(max_length=320)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class RefreshBody(Body):
    """A refresh token."""

    refresh_token: Annotated[CleanText, Field(max_length=500)]


class ProfilePatch(Body):
    """The fields to change."""

    name: Annotated[CleanText, Field(max_length=100)] = ""
    time_zone: TimeZone = "UTC"
    locale: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)] = "en"
    week_start: Annotated[int, Field(ge=0, le=6, description="0 is Monday")] = 0
    country: Country | None = None
    region: Region | None = None
