"""What is taken for a film of the demo, and what is not."""

from __future__ import annotations

from local_runtime import film

SAID = """  Duration: 00:{clock}, start: 0.000000, bitrate: 250 kb/s
frame=   12 fps=0.0 time=00:00:04.00\rframe= {pictures} fps= 88 q=-0.0 Lsize=N/A speed=9x"""
WHOLE = SAID.format(pictures=640, clock="01:34.20")


def test_a_minute_and_a_half_that_moves_is_a_film() -> None:
    assert film.faults(WHOLE, 3_000_000) == []


def test_what_broke_off_stands_still_or_is_empty_is_none() -> None:
    assert film.faults(SAID.format(pictures=640, clock="00:31.00"), 3_000_000) == ["it lasts 31 s, not 80 to 130"]
    assert film.faults(SAID.format(pictures=640, clock="03:10.00"), 3_000_000) == ["it lasts 190 s, not 80 to 130"]
    assert film.faults(SAID.format(pictures=9, clock="01:34.20"), 3_000_000) == [
        "only 9 of its pictures differ from the one before"
    ]
    assert film.faults(WHOLE, 900) == ["it has 900 bytes"]
    assert film.faults(WHOLE.replace("00:01:34.20", "N/A"), 3_000_000) != []
    assert film.faults("Invalid data found when processing input", 0) == [
        "no picture could be read from it, or it has no end"
    ]
