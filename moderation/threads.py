"""Work in a thread of its own that nobody has to wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")


def in_daemon(work: Callable[[], _T], ended: Callable[[], object]) -> Future[_T]:
    """Begin the work; what it gives or raises, once it does.

    `ended` is called before anybody can hear of that, in the same thread. Raises `RuntimeError`
    where no thread can be had.
    """
    done: Future[_T] = Future()
    # A daemon: nothing that hangs keeps a process from ending.
    threading.Thread(target=_do, args=(work, ended, done), daemon=True).start()
    return done


def _do(work: Callable[[], _T], ended: Callable[[], object], done: Future[_T]) -> None:
    try:
        found = work()
    except BaseException as error:
        ended()
        done.set_exception(error)
    else:
        ended()
        done.set_result(found)
