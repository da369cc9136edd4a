"""Lists by talking."""

from __future__ import annotations

import pytest
from actors import Chat, text_of

pytestmark = pytest.mark.integration


async def test_lists_by_talking(chat: Chat) -> None:
    ada = chat.person
    rent = await ada.create("Pay rent", due={"date": "2030-01-31"}, recurrence={"rrule": "FREQ=MONTHLY"})
    made = await chat.say("make a list Household")
    [flat] = (await ada.call("GET", "/lists")).json()["items"]
    moved = await chat.say("move pay rent to household")
    again = await chat.say("put it into the list Household")
    listed = await chat.say("show list household")
    await chat.say("add buy paint tomorrow list:household")
    nowhere = await chat.say("move pay rent to Garden")

    assert flat["name"] == "Household"
    assert "Made the list “Household”." in text_of(made)
    assert "to the list “Household”, and what follows it" in text_of(moved)
    assert (await ada.read(rent))["list_id"] == flat["id"]
    assert "already; nothing was changed" in text_of(again)
    assert "Open, in “Household”:\n1. Pay rent" in text_of(listed)
    assert {t["title"] for t in await ada.listed(f"?list_id={flat['id']}")} == {"Pay rent", "buy paint"}
    assert "There is no such list (“Garden”). Nothing was changed." in text_of(nowhere)
    await chat.say("move pay rent to no list")
    assert (await ada.read(rent))["list_id"] is None
    await chat.say("undo")
    assert (await ada.read(rent))["list_id"] == flat["id"]
    await chat.say("make a list Garden")
    taken = await chat.say("create a list garden")
    assert "There is a list with this name already; take another name. Nothing was changed." in text_of(taken)
    undone = await chat.say("undo")
    assert "The list “Garden” is gone; its tasks stay." in text_of(undone)


async def test_a_list_is_renamed_deleted_by_yes_and_brought_back(chat: Chat) -> None:
    await chat.say("make a list Errands")
    task = await chat.person.create("Buy nails")
    await chat.say("move buy nails to errands")

    await chat.say("rename the list errands to Town")
    named = await chat.say("which lists do I have")
    await chat.say("delete the list town")
    asked = (await chat.person.call("GET", "/lists")).json()["items"]
    await chat.say("yes")
    gone = (await chat.person.call("GET", "/lists")).json()["items"]
    await chat.say("undo")

    assert "“Town”" in text_of(named)
    assert [one["name"] for one in asked] == ["Town"]
    assert gone == []
    [back] = (await chat.person.call("GET", "/lists")).json()["items"]
    assert (await chat.person.read(task))["list_id"] == back["id"]
