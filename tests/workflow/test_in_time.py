"""Who waits for work hears of it in time, and what takes longer is bounded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from moderation.errors import TooLate
from moderation.workflow.in_time import InTime


@pytest.fixture
def released() -> Iterator[Event]:
    """Set at the end, so that nothing is left waiting."""
    event = Event()
    yield event
    event.set()


def soon() -> float:
    return time.monotonic() + 60


def raising(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_what_is_there_in_time_is_given() -> None:
    assert InTime(1).run(lambda: "done", soon()) == "done"


@pytest.mark.parametrize("error", [KeyError("no"), TimeoutError("its own")])
def test_what_the_work_raises_is_raised(error: Exception) -> None:
    behind = InTime(1)
    with pytest.raises(type(error)):
        behind.run(raising(error), soon())
    assert behind.run(lambda: "done", soon()) == "done"


def test_what_takes_longer_goes_on_behind(released: Event) -> None:
    ended = Event()

    def work() -> None:
        released.wait(60)
        ended.set()

    with pytest.raises(TooLate):
        InTime(1).run(work, time.monotonic())
    assert not ended.is_set()
    released.set()
    assert ended.wait(60)


def test_no_more_goes_on_behind_than_the_bound(released: Event) -> None:
    behind, begun = InTime(2), []

    def work() -> None:
        begun.append(1)
        released.wait(60)

    for _ in range(5):
        with pytest.raises(TooLate):
            behind.run(work, time.monotonic())
    with pytest.raises(TooLate):
        behind.run(work, soon())  # at once: nothing that is overdue is waited for
    released.set()
    while behind._overdue:
        pass
    assert len(begun) == 2
    assert behind.run(lambda: "done", soon()) == "done"
