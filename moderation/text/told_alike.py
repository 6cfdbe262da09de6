"""One form of a text before and after a CMS has cleaned it, to find it again; never to score it."""

from __future__ import annotations

import html
import re
from collections import Counter

_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")


def told_alike(text: str) -> str:
    """The text without markup, entities and the number of its blanks.

    What looks like markup may be words (`<you fool>`): texts that are alike need not say the same.
    """
    return " ".join(html.unescape(_TAG.sub("", text)).split())


def is_cleaned(text: str, before: str) -> bool:
    """Whether a text may be what a CMS made of the one `before`: it has nothing that is new."""
    added = Counter(_TAG.findall(text)) - Counter(_TAG.findall(before))
    return not added and told_alike(text) == told_alike(before)
