"""Disqus exports (XML): https://help.disqus.com/en/articles/1717164-comments-export

Threads become articles (a title, no text), posts become comments. A deleted post is
kept as rejected, spam likewise, each with the word for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedReader
from xml.etree.ElementTree import Element

from moderation.comments import Author, NewComment, Status
from moderation.importers.checks import checked, checked_article, moment, name_in
from moderation.importers.mended_xml import beginning
from moderation.importers.plain_text import plain
from moderation.importers.safe_xml import elements, let_go, text_of
from moderation.records import Record

_NS = "{http://disqus.com}"
_WANTED = {"disqus", "thread", "post", "title", "link", "message", "parent", "createdAt"}
_WANTED |= {"author", "username", "name", "email", "ipAddress", "isDeleted", "isSpam"}
_HOLDERS = {"disqus", "thread", "post", "author"}
_TRUE = {"true", "1"}
"""How XML Schema writes a boolean, in whichever case."""

_ID = "{http://disqus.com/disqus-internals}id"


def detect(head: bytes) -> bool:
    """Whether this is the beginning of a Disqus export."""
    return b"http://disqus.com/disqus-internals" in beginning(head)


def read(stream: BufferedReader) -> Iterator[Record]:
    """Articles and comments in the file's order; Disqus writes all threads first."""
    depth = 0
    root: Element | None = None
    for event, element in elements(stream, _WANTED, _HOLDERS):
        if event == "start":
            root = element if root is None else root
            depth += 1
            continue
        depth -= 1
        # A post names its thread in an element of the same name: only children of the root count.
        if depth != 1:
            continue
        if element.tag == f"{_NS}thread":
            yield _article(element)
        elif element.tag == f"{_NS}post":
            yield _comment(element)
        let_go(root, element)


def _article(thread: Element) -> Record:
    identity = thread.get(_ID, "")
    return checked_article(
        f"thread {identity[:40]!r}",
        identity,
        title=plain(text_of(thread, f"{_NS}title")),
        url=text_of(thread, f"{_NS}link"),
    )


def _comment(post: Element) -> Record:
    author = post.find(f"{_NS}author")
    identity = post.get(_ID, "")
    source_status = _source_status(post)
    return checked(
        f"post {identity[:40]!r}",
        NewComment(
            id=identity,
            text=text_of(post, f"{_NS}message"),
            article_id=_reference(post, "thread"),
            parent_id=_reference(post, "parent"),
            author=_author(author),
            created_at=moment(text_of(post, f"{_NS}createdAt")),
            status=Status.PUBLISHED if source_status == "approved" else Status.REJECTED,
            source_status=source_status,
        ),
        email=text_of(author, f"{_NS}email") if author is not None else None,
        ip=text_of(post, f"{_NS}ipAddress"),
    )


def _author(author: Element | None) -> Author:
    if author is None:
        return Author()
    return Author(
        id=text_of(author, f"{_NS}username").strip() or None,
        name=name_in(text_of(author, f"{_NS}name")),
    )


def _source_status(post: Element) -> str:
    for flag, word in (("isDeleted", "deleted"), ("isSpam", "spam")):
        if text_of(post, f"{_NS}{flag}").strip().lower() in _TRUE:
            return word
    return "approved"


def _reference(post: Element, name: str) -> str | None:
    found = post.find(f"{_NS}{name}")
    return found.get(_ID) if found is not None else None
