"""Use cases: what a person chose for the desk, and what holds for everybody who chose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from moderation.accounts import Permission, User
from moderation.errors import Forbidden, InvalidInput
from moderation.key_map import DEFAULTS, key_map
from moderation.preferences import Care, Choices, care_of, check_numbers
from moderation.workflow.services import Services

_EVERYBODY = ""
"""Stands where a user's id does, for what holds at the desk; no user's id is empty."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose, beside what the desk has for everybody."""

    own: Choices
    desk: Choices

    @property
    def care(self) -> Care:
        """What holds for the person."""
        return care_of(self.own, self.desk)

    @property
    def keys(self) -> dict[str, str]:
        """The key of every action."""
        try:
            return key_map(self.own.keys)
        except InvalidInput:
            # Chosen when another action had no such key yet; nobody is kept out for that.
            return dict(DEFAULTS)


def preferences_of(services: Services, actor: User) -> Preferences:
    """What holds for the actor."""
    with services.store.read() as work:
        own, desk = work.preferences.get(actor.id), work.preferences.get(_EVERYBODY)
    return Preferences(own, desk)


def choose_care(services: Services, actor: User, chosen: Choices) -> None:
    """Set the actor's care, their keys left as they are. Raises `InvalidInput`."""
    check_numbers(chosen)
    with services.store.write() as work:
        keys = work.preferences.get(actor.id).keys
        work.preferences.put(actor.id, replace(chosen, keys=keys))
        work.commit()


def choose_keys(services: Services, actor: User, keys: Mapping[str, str]) -> None:
    """Set the actor's keys; an action that is left out keeps its default.

    Raises `InvalidInput` whose field is `keys.` and the action.
    """
    whole = key_map(keys)
    changed = {name: key for name, key in whole.items() if key != DEFAULTS[name]}
    with services.store.write() as work:
        work.preferences.put(actor.id, replace(work.preferences.get(actor.id), keys=changed))
        work.commit()


def set_for_everybody(services: Services, actor: User, chosen: Choices) -> None:
    """Set the care of all who chose none. Raises `InvalidInput`, `Forbidden`."""
    if not actor.may(Permission.ADMINISTER):
        raise Forbidden("What holds for everybody is set by administrators.")
    check_numbers(chosen)
    with services.store.write() as work:
        work.preferences.put(_EVERYBODY, replace(chosen, keys={}))
        work.commit()
