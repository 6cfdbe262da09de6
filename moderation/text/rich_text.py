"""What a reader sees of a comment that was written in an editor: words and lines, no HTML.

Takes off the tags that such editors make and leaves everything else where it is: a text that is
plain already, and happens to speak of `<this>` or to say `a < b`, loses nothing.
"""

from __future__ import annotations

import html
import re
from typing import Final

from moderation.text.markup import has_words_for_readers

_INLINE: Final = "a abbr b code del em i ins mark s small span strike strong sub sup u"
_BLOCKS: Final = "br div p li ul ol blockquote pre h1 h2 h3 h4 h5 h6 hr img figure figcaption"
_TAG: Final = re.compile(
    rf"<(/?)({'|'.join(f'{_INLINE} {_BLOCKS}'.split())})(?:\s[^<>]*+)?/?>", re.IGNORECASE
)
_HREF: Final = re.compile(
    r"""[\s"'/]href\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))""", re.IGNORECASE
)
_BREAKS: Final = frozenset(_BLOCKS.split())
_MANY_LINES: Final = re.compile(r"\n{3,}")

QUOTES: Final = "> "
"""Stands before each line of what was quoted."""


def as_read(markup: str) -> str:
    """The words of a comment; its blocks are lines, and quoted ones begin with `> `.

    Time is linear in the length of the text.
    """
    return _read(markup, keeps_telling=False)


def as_sent(markup: str) -> str:
    """The same with those tags left as they are that tell more than readers see at once: the
    address behind the words of a link, and words such as those that stand for a picture.
    """
    return _read(markup, keeps_telling=True)


def _read(markup: str, *, keeps_telling: bool) -> str:
    pieces: list[str] = []
    depth, done, has_blocks, is_in_link = 0, 0, False, False
    for tag in _TAG.finditer(markup):
        pieces.append(markup[done : tag.start()])
        done = tag.end()
        name = tag[2].lower()
        tells = keeps_telling and (is_in_link if tag[0].lower() == "</a>" else _tells(tag))
        if tells:
            # As it was, once everything is unescaped.
            pieces.append(html.escape(tag[0], quote=False))
        if name == "a":
            is_in_link = tells and not tag[1]
        if name == "blockquote":
            depth = max(0, depth - 1) if tag[1] else depth + 1
        if name in _BREAKS:
            has_blocks = True
            pieces.append(f"\n{QUOTES if depth else ''}")
    pieces.append(markup[done:])
    lines = [line.strip() for line in html.unescape("".join(pieces)).split("\n")]
    if has_blocks:
        return "\n".join(line for line in lines if line not in ("", QUOTES.strip()))
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip()


def _tells(tag: re.Match[str]) -> bool:
    if "=" not in tag[0] and " " not in tag[0]:
        return False
    found = _HREF.search(tag[0]) if tag[2].lower() == "a" else None
    address = next(filter(None, found.groups()), "").strip() if found else ""
    shown = (address, address.partition("://")[2])
    if "://" in address and not tag.string.startswith(shown, tag.end()):
        return True
    return has_words_for_readers(tag[0])
