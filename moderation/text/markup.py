"""Taking HTML and Markdown off a text, leaving the words that a reader sees.

This is reading, not sanitising: the result is scored and never shown.
"""

from __future__ import annotations

import html
import re
from typing import Final

from moderation.text.folding import fold
from moderation.text.tracing import Normalised

_COMMENT: Final = re.compile(r"<!--(?:[^<>-]|-(?!->))*+-->")
_TAG: Final = re.compile(r"</?([a-z][a-z0-9]{0,15})(?:[\s/][^<>]*+)?>")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});")
_ESCAPED_QUOTE: Final = re.compile(r"\\(['\"])")
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}\)")

_INLINE: Final = frozenset(
    "a abbr b bdi bdo big code del em font i ins mark s small span strike strong "  # noqa: SIM905
    "sub sup tt u wbr".split()
)
"""Elements that can stand inside a word; all others separate what is around them."""


def _without_tag(match: re.Match[str]) -> str:
    return "" if match.group(1) in _INLINE else " "


def _nothing(_: re.Match[str]) -> str:
    return ""


def _decoded(match: re.Match[str]) -> str:
    return html.unescape(match.group())


def _label(match: re.Match[str]) -> str:
    return f" {match.group(1)} "


def strip_markup(text: Normalised) -> Normalised:
    """Remove tags, decode character references, keep the words of links.

    Expects folded text (tag and entity names in lower case) and gives folded text.
    """
    if "<" in text.text:
        text = text.replace(_COMMENT, _nothing).replace(_TAG, _without_tag)
    if "&" in text.text:
        decoded = text.replace(_ENTITY, _decoded)
        if decoded is not text:
            text = fold(decoded)
    if "\\" in text.text:
        text = text.replace(_ESCAPED_QUOTE, lambda match: match.group(1))
    if "](" in text.text:
        text = text.replace(_LINK, _label)
    return text
