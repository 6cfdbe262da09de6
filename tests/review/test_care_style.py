"""Greyed texts hold the contrast that WCAG 2.2 asks for (1.4.3, level AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import moderation.web
from tests.review.test_style import DARK, LIGHT, contrast

CSS = (Path(moderation.web.__file__).parent / "static" / "care.css").read_text(encoding="utf-8")
OURS_LIGHT, OURS_DARK = (
    dict(re.findall(r"--(care-[a-z]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, flags=re.DOTALL)
)
SCHEMES = [LIGHT | OURS_LIGHT, DARK | OURS_DARK]


@pytest.mark.parametrize("scheme", SCHEMES, ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["page", "card", "sunk"])
def test_greyed_text_can_still_be_read(scheme: dict[str, str], ground: str) -> None:
    assert contrast(scheme["care-grey"], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES, ids=["light", "dark"])
def test_greyed_text_is_softer_than_other_text(scheme: dict[str, str]) -> None:
    for ground in ("page", "card"):
        softened = contrast(scheme["care-grey"], scheme[ground])
        assert softened < 0.6 * contrast(scheme["ink"], scheme[ground])
