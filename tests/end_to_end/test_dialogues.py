"""Every dialogue of tests/dialogues against the platform's chat; checked is what the REST door tells afterwards.

A line that does something else than was meant fails always. One that is not understood, and changes nothing, is a miss.
"""

from __future__ import annotations

import pytest

from tests.dialogues import scores
from tests.dialogues.playing import play_all
from tests.dialogues.reading import dialogues

UNSEEN_RIGHT = 48
"""Of the dialogues of unseen.yaml: as many as went right when this was written."""


@pytest.mark.timeout(300)
def test_the_tuned_dialogues_do_what_they_say(base_url: str) -> None:
    played = play_all(base_url, dialogues("tuned"))

    assert all(one.outcome == "right" for one in played), scores.told(played)


@pytest.mark.timeout(300)
def test_of_the_dialogues_unseen_none_goes_wrong_and_most_go_right(base_url: str) -> None:
    played = play_all(base_url, dialogues("unseen.yaml"))

    assert all(one.outcome != "wrong" for one in played), scores.told(played)
    assert sum(one.outcome == "right" for one in played) >= UNSEEN_RIGHT, scores.told(played)
