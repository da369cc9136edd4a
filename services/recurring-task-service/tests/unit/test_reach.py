from __future__ import annotations

from recurring_task_service.sweeps.reach import PROBE_SECONDS, Reach


def test_without_an_answer_one_call_a_quarter_of_a_second_is_begun_and_all_after_the_first_answer() -> None:
    now = 100.0
    reach = Reach(lambda: now)
    assert (reach.room(16), reach.pause) == (16, None)
    reach.lost()
    reach.lost()
    assert (reach.room(16), reach.pause) == (0, PROBE_SECONDS)
    now += PROBE_SECONDS
    assert reach.pause == 0
    assert [reach.room(16), reach.room(16)] == [1, 0]
    now += PROBE_SECONDS / 2
    assert reach.room(16) == 0
    now += PROBE_SECONDS / 2
    assert reach.room(0) == 0
    reach.found()
    assert (reach.room(16), reach.pause) == (16, None)
