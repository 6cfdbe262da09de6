"""Jobs beside the answers: again and again, whatever happens, until they are stopped."""

from __future__ import annotations

import threading

from moderation.background import Background, Job, _pause

PATIENCE = 10


def test_a_job_goes_on_while_there_is_more_to_do() -> None:
    left, done = [3], threading.Event()

    def work() -> bool:
        left[0] -= 1
        if left[0] == 0:
            done.set()
        return left[0] > 0

    background = Background([Job("work", work, every=3_600)])
    background.start()
    assert done.wait(PATIENCE)
    background.stop()
    assert left == [0]


def test_a_job_that_fails_is_tried_again_and_stops_nobody_else() -> None:
    tries, others = [0], threading.Event()
    again = threading.Event()

    def fail() -> bool:
        tries[0] += 1
        if tries[0] >= 3:
            again.set()
        raise ConnectionError

    def work() -> bool:
        others.set()
        return False

    background = Background([Job("fails", fail, every=0.001), Job("works", work, every=3_600)])
    background.start()
    assert again.wait(PATIENCE)
    assert others.wait(PATIENCE)
    background.stop()


def test_a_job_that_keeps_failing_is_tried_ever_less_often_up_to_its_own_limit() -> None:
    soon = Job("soon", lambda: False, every=2.0, at_most=10.0)
    pauses = {failed: [_pause(soon, failed) for _ in range(50)] for failed in (0, 1, 2, 20)}
    assert max(pauses[0]) <= 2.5 < 3.0 <= min(pauses[1])
    assert min(pauses[2]) >= 6.0
    assert 7.5 <= min(pauses[20]) <= max(pauses[20]) <= 12.5
    rare = Job("rare", lambda: False, every=300.0, at_most=10.0)
    assert min(_pause(rare, 5) for _ in range(50)) >= 225.0


def test_what_a_job_has_set_going_is_stopped_as_well() -> None:
    told: list[float] = []
    background = Background([Job("work", lambda: False, every=3_600, stop=told.append)])
    background.start()
    background.stop(3.0)
    assert told == [3.0]
