"""Which keys a person may put in place of the defaults."""

from __future__ import annotations

import pytest

from moderation.errors import InvalidInput
from moderation.key_map import DEFAULTS, key_map


def test_without_a_choice_every_action_has_its_own_default() -> None:
    assert key_map({}) == DEFAULTS
    assert len(set(DEFAULTS.values())) == len(DEFAULTS)


def test_a_choice_replaces_a_default_and_two_may_be_swapped() -> None:
    assert key_map({"approve": "J"})["approve"] == "j"
    assert key_map({"approve": "r", "reject": "a"})["reject"] == "a"


@pytest.mark.parametrize(
    "chosen",
    [
        {"approve": "r"},
        {"approve": "3"},
        {"approve": ""},
        {"approve": "ab"},
        {"approve": " "},
        {"approve": "\t"},
        {"dance": "d"},
        {"approve": "ß", "skip": "SS"},
    ],
)
def test_what_cannot_be_a_key_is_refused(chosen: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        key_map(chosen)
