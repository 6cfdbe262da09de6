"""Counting the links of a text: HTML, Markdown, addresses as typed, bare domains.

Counts what a reader could follow: a link that shows an address is one, a mail address is none.
Time is linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import Final

from moderation.text.folding import fold
from moderation.text.tracing import Normalised

_ENDINGS: Final = (
    "com|net|org|info|biz|io|dev|app|xyz|top|site|online|shop|store|club|live|news|blog|link|click"
    "|tv|uk|de|fr|pl|nl|eu|es|se|dk|fi|cz|sk|hu|ro|bg|gr|pt|ie|ch|ru|ua|by|cn|jp|kr|br|au|ca|nz|рф"
)
"""What a bare domain ends with; another counts where a path follows: "Really.So" is no domain."""

_ADDRESS: Final = (
    r"(?<![\w@])(?:[a-z][a-z0-9+.\-]{1,15}://|www\.)[^\s<>\"'()\[\]]+"
    r"|(?<![\w@.\-])(?:[\w\-]{1,63}\.){1,8}"
    rf"(?:(?:{_ENDINGS})(?![\w@\-]|\.\w)|[^\W\d_]{{2,24}}(?=/\w))[^\s<>\"'()\[\]]*"
)
_LINK: Final = re.compile(
    rf"<a\s[^<>]*\bhref\b[^<>]*+(?:>\s*+(?:{_ADDRESS})?)?"
    r"|\[[^\[\]]{0,500}+\]\((?=\s?[^()\s./:]{0,2000}+[./:])[^()\n]{0,2000}+\)"
    rf"|{_ADDRESS}"
)
_MAY_LINK: Final = re.compile(r"://|www\.|href|\w\.[^\W\d_]{2}|\]\(")


def count_links(text: str) -> int:
    """How many links a text has, as sent."""
    folded = text.lower() if text.isascii() else fold(Normalised.untouched(text)).text
    if not _MAY_LINK.search(folded):
        return 0
    return sum(1 for _ in _LINK.finditer(folded))
