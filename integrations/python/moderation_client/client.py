"""Everything that a site's program or a moderator's tool asks of the service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeVar
from urllib.parse import quote, urlencode

from moderation_client.answers import (
    UNSCORED,
    Article,
    Case,
    CommentState,
    Failed,
    Item,
    NotScored,
    Objected,
    Scored,
    item_of,
    not_scored,
    outcome_of,
    result_of,
)
from moderation_client.errors import ApiError, UnreadableAnswer
from moderation_client.transport import Transport

MAX_BATCH = 1_000
_T = TypeVar("_T")


class Client:
    """Calls one service under one key: a site's, or for the queue a moderator's own.

    `timeout` is in seconds and for each try. Calls that the service could not take
    (429, 502 to 504) are tried again after as long as it asks, `longest_wait` at most.
    Every method raises a `ClientError` for what is no answer. Of what the service could still
    not take then, `classify`, `classify_many` and `submit` say `NotScored`; others raise.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float = 10.0,
        tries: int = 3,
        longest_wait: float = 30.0,
    ) -> None:
        self._http = Transport(url, key, timeout, tries, longest_wait)

    def classify(
        self,
        text: str,
        *,
        article: Mapping[str, str] | None = None,
        parent: str | None = None,
        language: str | None = None,
        mode: str | None = None,
        explain: bool = False,
    ) -> Scored | NotScored:
        """Score one text and keep nothing. `article` is `{"title", "text"}` or `{"id"}`."""
        about = {"text": parent} if parent is not None else None
        sent = _set(text=text, article=article, parent=about, language=language, mode=mode)
        if explain:
            sent["explain"] = True
        try:
            return _read(outcome_of, self._ask("POST", "/v1/classify", sent))
        except ApiError as error:
            return _unscored(error)

    def classify_many(
        self, comments: Sequence[str | Mapping[str, Any]], *, mode: str | None = None
    ) -> list[Scored | NotScored | Failed]:
        """One result for each of up to 1,000 texts or objects of `/v1/classify`, in order."""
        if len(comments) > MAX_BATCH:
            raise ValueError(f"at most {MAX_BATCH} comments at a time")
        if not comments:
            return []
        items = [{"text": one} if isinstance(one, str) else dict(one) for one in comments]
        try:
            body = self._ask("POST", "/v1/classify", _set(comments=items, mode=mode))
        except ApiError as error:
            return [_unscored(error)] * len(items)
        results = _read(lambda found: [result_of(one) for one in found["results"]], body)
        if len(results) != len(items):
            raise UnreadableAnswer(f"{len(results)} results for {len(items)} comments")
        return results

    def put_article(self, article_id: str, title: str, text: str, url: str = "") -> Article:
        """Keep or replace an article, so that its comments are compared with it."""
        sent = {"title": title, "text": text} | ({"url": url} if url else {})
        return _read(_article, self._ask("PUT", f"/v1/articles/{_id(article_id)}", sent))

    def article(self, article_id: str) -> Article:
        """An article as it is kept."""
        return _read(_article, self._ask("GET", f"/v1/articles/{_id(article_id)}"))

    def submit(
        self,
        comment_id: str,
        text: str,
        *,
        article_id: str | None = None,
        parent_id: str | None = None,
        author_id: str | None = None,
        author_name: str | None = None,
        created_at: datetime | None = None,
    ) -> CommentState | NotScored:
        """Hand in a comment; the same again changes nothing, another text is a revision.

        `NotScored` by itself says that nothing was kept, for want of the database or for too
        many calls: do what `wanted` says, and hand it in again. In a `CommentState` it says that
        the comment is kept and will be scored by itself. A `ClientError` says neither; handing it
        in again does no harm.
        """
        author = _set(id=author_id, name=author_name) or None
        when = created_at.isoformat() if created_at else None
        about = _set(article_id=article_id, parent_id=parent_id, author=author, created_at=when)
        try:
            status, body = self._http.call(
                "POST", "/v1/comments", {"id": comment_id, "text": text} | about
            )
        except ApiError as error:
            return _unscored(error)
        return _read(lambda found: _state(found, is_new=status == 201), body)

    def comment(self, comment_id: str) -> CommentState:
        """A comment as it stands now."""
        body = self._ask("GET", f"/v1/comments/{_id(comment_id)}")
        return _read(lambda found: _state(found, is_new=False), body)

    def erase(self, comment_id: str) -> None:
        """Remove a comment's text and names for good; its id stays taken."""
        self._ask("DELETE", f"/v1/comments/{_id(comment_id)}")

    def report(
        self, comment_id: str, *, by: str | None = None, reason: str | None = None, text: str = ""
    ) -> Objected:
        """A reader objects. With `by` the same person counts once."""
        return self._object("reports", comment_id, by, reason, text)

    def appeal(
        self, comment_id: str, *, by: str | None = None, reason: str | None = None, text: str = ""
    ) -> Objected:
        """The author objects."""
        return self._object("appeals", comment_id, by, reason, text)

    def waiting(self, *, limit: int = 50, **wanted: str) -> Iterator[Case]:
        """What waits in the order of the queue, page after page; filters as in `/v1/queue`."""
        asked = {"limit": str(limit)} | wanted
        while True:
            body = self._ask("GET", f"/v1/queue?{urlencode(asked)}")
            yield from _read(lambda found: [_case(one) for one in found["items"]], body)
            if body.get("next_cursor") is None:
                return
            asked["cursor"] = body["next_cursor"]

    def claim(self, **wanted: str) -> Case | None:
        """The next item for this key's moderator, or `None` where nothing waits."""
        body = self._ask("POST", "/v1/queue/claim", wanted)
        return None if body is None else _read(_case, body)

    def case(self, item_id: str) -> Case:
        """An item with its thread, without claiming it."""
        return _read(_case, self._ask("GET", f"/v1/queue/{_id(item_id)}"))

    def renew(self, item_id: str) -> Item:
        """Prolong one's lease."""
        return self._act(item_id, "renew")

    def release(self, item_id: str) -> Item:
        """Give an item back."""
        return self._act(item_id, "release")

    def decide(
        self,
        item: Item,
        verdict: Literal["approve", "reject", "escalate", "skip"],
        *,
        labels: Sequence[str] = (),
    ) -> Item:
        """Give a verdict on the item as it was seen. Raises `Conflict` where it is another now."""
        given = {"verdict": verdict, "version": item.version}
        return self._act(item.id, "verdict", given | ({"labels": list(labels)} if labels else {}))

    def undo(self, item_id: str) -> Item:
        """Take one's verdict back. Raises `Conflict` once somebody else has acted."""
        return self._act(item_id, "undo", repeatable=False)

    def _act(self, item_id: str, act: str, sent: object = None, *, repeatable: bool = True) -> Item:
        path = f"/v1/queue/{_id(item_id)}/{act}"
        return _read(item_of, self._ask("POST", path, sent or {}, repeatable=repeatable))

    def _object(
        self, kind: str, comment_id: str, by: str | None, reason: str | None, text: str
    ) -> Objected:
        path = f"/v1/comments/{_id(comment_id)}/{kind}"
        sent = _set(by=by, reason=reason, text=text or None)
        # Without a name the service cannot know that it heard this before.
        body = self._ask("POST", path, sent, repeatable=by is not None)
        names = ("id", "item_id", "status", "stage")
        return _read(lambda found: Objected(**{name: found[name] for name in names}), body)

    def _ask(self, method: str, path: str, sent: object = None, *, repeatable: bool = True) -> Any:
        return self._http.call(method, path, sent, repeatable=repeatable)[1]


def _unscored(error: ApiError) -> NotScored:
    """What a refusal amounts to that any comment would meet now; any other is raised again."""
    if error.code not in UNSCORED:
        raise error
    return not_scored(error.details, error.retry_after, error.request_id)


def _state(body: Mapping[str, Any], *, is_new: bool) -> CommentState:
    names = ("id", "status", "revision", "item_id", "orphan")
    told = {name: body[name] for name in names}
    return CommentState(**told, outcome=outcome_of(body), is_new=is_new)


def _article(body: Mapping[str, Any]) -> Article:
    return Article(*(body[name] for name in ("id", "title", "text", "url")))


def _case(body: Mapping[str, Any]) -> Case:
    return Case(item_of(body["item"]), body["comment"], body)


def _read(reader: Callable[[Any], _T], body: Any) -> _T:
    try:
        return reader(body)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableAnswer(f"the answer lacks what it promises: {error!r}") from error


def _id(value: str) -> str:
    # Half a character is for the service to refuse, with its own words.
    return quote(value, safe="/", errors="surrogatepass")


def _set(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
