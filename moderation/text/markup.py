"""Taking HTML and Markdown off a text, leaving the words that a reader sees.

This is reading, not sanitising: the result is scored and never shown.
"""

from __future__ import annotations

import html
import re
from typing import Final

from moderation.text.folding import fold
from moderation.text.tracing import Normalised

_TAG: Final = re.compile(
    r"</?([a-z][a-z0-9]{0,15})((?:[\s/][^<>]*+)?)>|<!--((?:[^<>-]|-(?!->))*+)-->"
)
"""A tag or a comment."""
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7};?|#x[0-9a-f]{1,6};?|[a-z][a-z0-9]{1,30};)")
"""A browser needs no semicolon behind a number."""
_ESCAPED_QUOTE: Final = re.compile(r"\\(['\"])")
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,2000}\)")

_INLINE: Final = frozenset(
    "a abbr b bdi bdo big code del em font i ins mark s small span strike strong "  # noqa: SIM905
    "sub sup tt u wbr".split()
)
"""Elements that can stand inside a word; all others separate what is around them."""


_ELEMENTS: Final = _INLINE | frozenset(
    "acronym address applet area article aside audio base basefont bgsound blink blockquote body "  # noqa: SIM905
    "br button canvas caption center cite col colgroup data datalist dd details dfn dialog dir div "
    "dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head "
    "header hgroup hr html iframe img input isindex kbd label legend li link listing main map "
    "marquee menu meta meter nav nobr noembed noframes noscript object ol optgroup option output p "
    "param picture plaintext pre progress q rb rp rt rtc ruby samp script search section select "
    "slot source spacer style summary svg table tbody td template textarea tfoot th thead time "
    "title tr track ul var video xmp".split()
)
"""Those of HTML, past ones too (WHATWG HTML, 4 and 16.2): `<you fool>` is none."""

_ATTRIBUTE: Final = re.compile(r"([^\s=<>\"'/]++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"']++))?")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_ALONE: Final = re.compile(r"(?<![^\s\"'])[^\W\d_]{2,}(?=[.,!?;:]*+(?:[\s\"']|\Z))")
"""The same with blanks around it: an address has none."""
_BLANK: Final = re.compile(r"\s")
_FOR_READERS: Final = frozenset(
    "alt aria-description aria-label label placeholder summary title value".split()  # noqa: SIM905
)
_FOR_BROWSERS: Final = frozenset(
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled "  # noqa: SIM905
    "download hidden inert ismap itemscope loop multiple muted nofollow nohref noopener noreferrer "
    "noshade novalidate nowrap open playsinline readonly required reversed selected ugc".split()
)
"""Attributes without a value, and words of `rel`."""
_LEAST: Final = {"class": 3, "style": 3}
"""Words that a value has if it may be there to be read; of other attributes two."""


def _inside(match: re.Match[str]) -> str:
    """The words in a tag or a comment: whoever is shown the text as it is sent reads them."""
    if match.group(1) is None:
        return " ".join(_WORD.findall(match.group(3)))
    found: list[str] = []
    for name, value in _ATTRIBUTE.findall(match.group(2)):
        is_for_readers = not value or name in _FOR_READERS
        words = (_WORD if is_for_readers else _ALONE).findall(value or name)
        words = [word for word in words if word not in _FOR_BROWSERS]
        if is_for_readers or len(words) >= _LEAST.get(name, 2):
            found += words
    return " ".join(found)


def has_words_for_readers(tag: str) -> bool:
    """Whether words that are read stand inside a tag, as sent."""
    found = _TAG.fullmatch(tag.lower())
    return found is not None and bool(_inside(found))


def _without_tags(text: str) -> list[tuple[int, int, str]]:
    """Edits that take tags and comments off, and leave the words in them.

    Where a tag parts a word, as in `st<b title="x y">u</b>pid`, which a browser shows as one, they
    come behind that word.
    """
    edits: list[tuple[int, int, str]] = []
    waiting = ""
    for match in _TAG.finditer(text):
        start, end = match.span()
        follows = start > 0 and not text[start - 1].isspace()
        precedes = end < len(text) and not text[end].isspace()
        name, words = match.group(1), _inside(match)
        if name is not None and name not in _ELEMENTS:
            if not (follows and precedes):
                continue
            words = f"{name} {words}" if len(name) > 1 else words
        parts = name in _ELEMENTS and name not in _INLINE
        new = " " if parts else ""
        if waiting and _put(edits, text, waiting, start):
            waiting = ""
        if words and follows and precedes:
            waiting = f"{waiting} {words}"
        elif words:
            new = f"{new} {words} "
        edits.append((start, end, new))
    if waiting:
        _put(edits, text, waiting, len(text), ends=True)
    return edits


def _put(
    edits: list[tuple[int, int, str]], text: str, words: str, until: int, *, ends: bool = False
) -> bool:
    """Put words before the first blank since the last edit; whether there is one.

    They are part of the character before it, so that it is the same whatever follows.
    """
    start, end, new = edits[-1]
    blank = _BLANK.search(text, end, until)
    if blank is None and not ends:
        return False
    at = blank.start() if blank else until
    if at == end:
        edits[-1] = (start, end, f"{new}{words}")
    else:
        edits.append((at - 1, at, f"{text[at - 1]}{words}"))
    return True


def _decoded(match: re.Match[str]) -> str:
    return html.unescape(match.group())


def _label(match: re.Match[str]) -> str:
    return f" {match.group(1)} "


def strip_markup(text: Normalised) -> Normalised:
    """Remove tags, decode character references, keep the words of links.

    Expects folded text (tag and entity names in lower case) and gives folded text.
    """
    if "<" in text.text:
        text = text.edited(_without_tags(text.text))
    if "&" in text.text:
        decoded = text.replace(_ENTITY, _decoded)
        if decoded is not text:
            text = fold(decoded)
    if "\\" in text.text:
        text = text.replace(_ESCAPED_QUOTE, lambda match: match.group(1))
    if "](" in text.text:
        text = text.replace(_LINK, _label)
    return text
