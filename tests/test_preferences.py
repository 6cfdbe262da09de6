"""A person's choices over the desk's, and the desk's over what it comes with."""

from __future__ import annotations

import pytest

from moderation.errors import InvalidInput
from moderation.preferences import Care, Choices, Mask, care_of, check_numbers

DESK = Choices(mask=Mask.COARSE, blur=True, minutes=45)


@pytest.mark.parametrize(
    ("own", "desk", "expected"),
    [
        (Choices(), Choices(), Care()),
        (Choices(), DESK, Care(mask=Mask.COARSE, blur=True, minutes=45)),
        (Choices(mask=Mask.OFF), DESK, Care(mask=Mask.OFF, blur=True, minutes=45)),
        # To say no, or never, is a choice as well.
        (
            Choices(blur=False, minutes=0, harsh_an_hour=0),
            DESK,
            Care(mask=Mask.COARSE, blur=False, minutes=0, harsh_an_hour=0),
        ),
        (Choices(grey=True), Choices(), Care(grey=True)),
    ],
)
def test_whoever_says_something_first_is_heard(own: Choices, desk: Choices, expected: Care) -> None:
    assert care_of(own, desk) == expected


@pytest.mark.parametrize(
    ("choices", "field"),
    [
        (Choices(minutes=-1), "minutes"),
        (Choices(minutes=481), "minutes"),
        (Choices(harsh_an_hour=1001), "harsh_an_hour"),
    ],
)
def test_a_number_out_of_its_range_is_refused(choices: Choices, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_numbers(choices)
    assert refused.value.field == field
    check_numbers(Choices(minutes=480, harsh_an_hour=0))
