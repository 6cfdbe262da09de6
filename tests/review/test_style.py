"""The colours of the desk hold the contrast that WCAG 2.2 asks for (1.4.3, level AA)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import moderation.web

CSS = (Path(moderation.web.__file__).parent / "static" / "review.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", CSS, flags=re.DOTALL)
)
ON = {
    "page": ("ink", "muted", "accent", "approve", "reject"),
    "card": ("ink", "muted", "accent", "escalate"),
    "sunk": ("ink", "muted"),
    "accent-soft": ("accent",),
    "accent": ("accent-ink",),
    "approve-soft": ("ink", "approve"),
    "reject-soft": ("ink", "reject"),
    "escalate-soft": ("ink",),
    "mark-1": ("mark-ink",),
    "mark-2": ("mark-ink",),
    "mark-3": ("mark-ink",),
    "mark-line": ("card",),
}
"""Background to the text colours that stand on it."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_defined() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ground", "text"), [(g, t) for g, texts in ON.items() for t in texts])
def test_text_stands_out_from_its_ground(scheme: dict[str, str], ground: str, text: str) -> None:
    assert contrast(scheme[ground], scheme[text]) >= 4.5


def test_both_schemes_name_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)
    assert len(LIGHT) > 15
