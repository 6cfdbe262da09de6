"""Exports of other systems of any size, written as they are made."""

from __future__ import annotations

import json
import random
from pathlib import Path

EACH = 30
"""Comments to an article; two of three answer another, which may come later in the file."""

_WORDS = ("bridge", "council", "river", "closed", "until", "may", "you", "wrong", "think", "old")


def write_export(path: Path, kind: str, size: int) -> int:
    """Write at least `size` bytes of a `wxr`, `disqus` or `jsonl` export; how many comments."""
    draw = random.Random(size)
    opened, article, comment, closed = _KINDS[kind]
    written, number, articles = 0, 0, 0
    with path.open("w", encoding="utf-8") as file:
        written += file.write(opened)
        while written < size:
            articles += 1
            first = number + 1
            words = " ".join(draw.choices(_WORDS, k=2_000))
            begun, ended = article(articles, words)
            written += file.write(begun)
            for number in range(first, first + EACH):
                answered = draw.choice([None, *draw.sample(range(first, first + EACH), 2)])
                parent = None if answered == number else answered
                text = " ".join(draw.choices(_WORDS, k=draw.randint(800, 2_400))) + f" {number}"
                written += file.write(comment(number, articles, parent, text))
            written += file.write(ended)
        file.write(closed)
    return number


def _wxr_article(number: int, words: str) -> tuple[str, str]:
    begun = (
        f"<item><title>Article {number}</title><content:encoded><![CDATA[<p>{words}</p>]]>"
        f"</content:encoded><wp:post_id>{number}</wp:post_id><wp:post_type>post</wp:post_type>"
        f"<wp:postmeta><wp:meta_value>{words}</wp:meta_value></wp:postmeta>\n"
    )
    return begun, "</item>\n"


def _wxr_comment(number: int, article: int, parent: int | None, text: str) -> str:
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
        f"<wp:comment_approved>1</wp:comment_approved>"
        f"<wp:comment_parent>{parent or 0}</wp:comment_parent></wp:comment>\n"
    )


def _disqus_article(number: int, words: str) -> tuple[str, str]:
    return f'<thread dsq:id="{number}"><title>Article {number}</title></thread>\n', ""


def _disqus_comment(number: int, article: int, parent: int | None, text: str) -> str:
    answers = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{number}"><message><![CDATA[{text}]]></message>'
        f'<thread dsq:id="{article}"/>{answers}</post>\n'
    )


def _line_article(number: int, words: str) -> tuple[str, str]:
    return json.dumps({"type": "article", "id": str(number), "text": words}) + "\n", ""


def _line_comment(number: int, article: int, parent: int | None, text: str) -> str:
    about = {"article_id": str(article), "parent_id": str(parent) if parent else None}
    return json.dumps({"id": str(number), "text": text, "status": "published"} | about) + "\n"


_WXR = (
    "<rss xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    "xmlns:wp='http://wordpress.org/export/1.2/'><channel>"
)
_DISQUS = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
_KINDS = {
    "wxr": (_WXR, _wxr_article, _wxr_comment, "</channel></rss>"),
    "disqus": (_DISQUS, _disqus_article, _disqus_comment, "</disqus>"),
    "jsonl": ("", _line_article, _line_comment, ""),
}
