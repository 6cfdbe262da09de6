"""What a route of the native API takes and answers, declared beside it for the document of it all.

`described` adds nothing to what a view does. That every answer is one that was declared is tested.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from moderation.errors import ModerationError

_View = TypeVar("_View", bound=Callable[..., object])
_DESCRIBED = "operation"

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One route as its callers see it."""

    gives: Mapping[HTTPStatus, object]
    """The type of the answer in each good status, or several; `None` where it has no body."""
    takes: object = None
    """The type of the JSON that is sent; `None` where nothing is."""
    may_be_empty: bool = False
    """Whether no body stands for `{}`."""
    query: type | None = None
    """A struct with a field for each parameter of the query string."""
    faults: tuple[type[ModerationError], ...] = ()
    """What can go wrong here, beside what can go wrong everywhere."""
    example: Mapping[str, object] | None = None
    """A body that can be sent as it is."""
    media: str = JSON
    """The content type of the good answers."""
    repeatable: str = ""
    """Why a call that is sent again does no harm."""
    headers: Mapping[str, object] = field(default_factory=dict)
    """Headers that mean something here, each with its type."""
    may_wait: frozenset[HTTPStatus] = frozenset()
    """The good statuses that may have `Retry-After`: not all that was sent has its score yet."""
    amend: Callable[[dict[str, Any]], None] | None = None
    """Says in the schemas, by their names, what no type can."""


def described(operation: Operation) -> Callable[[_View], _View]:
    """Declare what a view takes and answers."""

    def declare(view: _View) -> _View:
        view.__dict__[_DESCRIBED] = operation
        return view

    return declare


def operation_of(view: Callable[..., object]) -> Operation | None:
    """What a view declares, if anything."""
    found: Operation | None = view.__dict__.get(_DESCRIBED)
    return found
