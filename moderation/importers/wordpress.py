"""WordPress exports (WXR 1.0 to 1.2): https://wordpress.org/documentation/article/tools-export-screen/

Comments keep the text as WordPress has it, markup and all: that is what it sends for
the same comment elsewhere, and scoring reads through markup. Articles become plain text.
Pingbacks, spam and trash come along under the status they had.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from io import BufferedReader
from xml.etree.ElementTree import Element

from moderation.comments import Author, NewComment, Status
from moderation.importers.checks import checked, checked_article, moment, name_in
from moderation.importers.mended_xml import beginning
from moderation.importers.plain_text import plain
from moderation.importers.safe_xml import elements, let_go, text_of
from moderation.records import Record

_NAMESPACE = re.compile(r"http://wordpress\.org/export/1\.[0-9]+/(?!excerpt)")
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ARTICLES = {"", "post", "page"}
_STATUSES = {"1": Status.PUBLISHED, "approve": Status.PUBLISHED, "approved": Status.PUBLISHED}
_STATUSES |= {"0": Status.HELD, "hold": Status.HELD}
_STATUSES |= dict.fromkeys(("spam", "trash", "post-trashed"), Status.REJECTED)
_PINGS = {"pingback", "trackback"}
_FIELDS = (
    *("id", "parent", "user_id", "content", "approved", "type"),
    *("author", "author_email", "author_IP", "date", "date_gmt"),
)
_WANTED = {"rss", "channel", "item", "title", "link", "encoded", "post_id", "post_type", "comment"}
_WANTED |= {f"comment_{name}" for name in _FIELDS}
"""All that is read; the rest, such as a post's metadata, is passed over."""


_HOLDERS = {"rss", "channel", "item", "comment"}
"""Elements that hold others; whatever stands in the rest is their text."""


def detect(head: bytes) -> bool:
    """Whether this is the beginning of a WordPress export."""
    return b"http://wordpress.org/export/1." in beginning(head)


def read(stream: BufferedReader) -> Iterator[Record]:
    """Each item's article and then its comments; an item without comments only if a post or page.

    Comments are let go as they are read, so memory does not grow with a long thread.
    """
    channel: Element | None = None
    item: Element | None = None
    announced = False
    for event, element in elements(stream, _WANTED, _HOLDERS):
        name = _local(element.tag)
        if event == "start":
            if name == "channel":
                channel = element
            elif name == "item":
                item, announced = element, False
            continue
        if item is None:
            let_go(channel, element)
        elif name == "comment" and element.tag != name:
            comment = _comment(item, element)
            let_go(item, element)
            if not announced and (article := _article(item)):
                yield article
                announced = True
            yield comment
        elif name == "item":
            article = _article(item)
            if article and not announced and _field(item, "post_type") in _ARTICLES:
                yield article
            let_go(channel, item)
            item = None


def _local(tag: str) -> str:
    """The tag's name where it is WordPress's own or has no namespace, else nothing."""
    namespace, _, name = tag.rpartition("}")
    return name if not namespace or _NAMESPACE.match(namespace[1:]) else ""


def _field(element: Element, name: str) -> str:
    """A `wp:` field, in whichever version of the namespace the file uses."""
    for child in element:
        if child.tag != name and _local(child.tag) == name:
            return (child.text or "").strip()
    return ""


def _article(item: Element) -> Record | None:
    identity = _field(item, "post_id")
    if not identity:
        return None
    return checked_article(
        f"item {identity[:40]!r}",
        identity,
        title=plain(text_of(item, "title")),
        text=plain(text_of(item, _CONTENT)),
        url=text_of(item, "link"),
    )


def _comment(item: Element, element: Element) -> Record:
    fields = {_local(child.tag): child.text or "" for child in element}
    identity = fields.get("comment_id", "").strip()
    source_status = fields.get("comment_approved", "").strip()
    kind = fields.get("comment_type", "").strip()
    parent = fields.get("comment_parent", "").strip()
    user = fields.get("comment_user_id", "").strip()
    return checked(
        f"comment {identity[:40]!r}",
        NewComment(
            id=identity,
            text=fields.get("comment_content", ""),
            article_id=_field(item, "post_id") or None,
            parent_id=parent if parent not in ("", "0") else None,
            author=Author(
                id=user if user not in ("", "0") else None,
                name=name_in(html.unescape(fields.get("comment_author", ""))),
            ),
            created_at=moment(fields.get("comment_date_gmt", ""))
            or moment(fields.get("comment_date", "")),
            kind=kind if kind in _PINGS else "comment",
            status=_STATUSES.get(source_status, Status.HELD),
            source_status=source_status,
        ),
        email=fields.get("comment_author_email"),
        ip=fields.get("comment_author_IP"),
    )
