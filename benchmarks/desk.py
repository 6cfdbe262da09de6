"""How long a moderator waits from a key to the next comment, in a real browser, on a full site.

The service is the one that `make run` starts, over SQLite, with `COMMENTS` stored, a fifth of them
waiting. Chromium presses one key after another; the page itself tells when the key went down and
when the next comment was painted (`performance.measure`, `MARK`). Beside it stands a page that has
everything it needs and only puts it in place: what the browser alone takes.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Final

from playwright.sync_api import Error, Page, sync_playwright
from sqlalchemy import insert

from benchmarks.comments import articles, comments
from benchmarks.limits import Limit, Measure
from benchmarks.measured import MeasuringFailed
from benchmarks.served import Served, served
from benchmarks.traffic import abuse
from moderation.comments import (
    Author,
    Decision,
    Reason,
    Ruling,
    Status,
    StoredArticle,
    StoredComment,
)
from moderation.first_run import SITE
from moderation.labels import TEXT_LABELS, Label
from moderation.review_queue import apply
from moderation.storage import open_store, tables
from moderation.storage.database import make_engine, parse_url
from moderation.storage.rows import comment_values
from moderation.workflow.queueing import open_item

COMMENTS: Final = 100_000
WAITING: Final = 0.2
"""Share of the comments that wait for a verdict."""

ABUSIVE: Final = 0.5
"""Share of what waits that has a line of abuse: about many of those the encoder is asked, too."""

ARTICLES, AUTHORS, TEXTS = 200, 5_000, 4_000
BATCH: Final = 2_000

WARM, VERDICTS, HURRIED = 10, 200, 60
"""Keys that are pressed before anything counts, at a pace, and as fast as the page goes along."""

PACE: Final = 1.5
"""Seconds from a comment's coming to the next key: 19,000 verdicts in a day of eight hours, where
fourteen people at a large newspaper gave 12,000."""

MEDIAN: Final = Limit(floor=50.0)
MOST: Final = Limit(floor=120.0)
"""Milliseconds for the median and the 95th percentile."""

MARK: Final = "verdict-to-next"
PATIENCE: Final = 30_000

_BARE: Final = """<!doctype html><title>Bare</title><main></main><script>
  const next = document.createElement('template');
  next.innerHTML = 'PARTS';
  addEventListener('keydown', event => {
    document.querySelector('main').replaceChildren(next.content.cloneNode(true));
    requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => performance.measure(
        'MARK', {start: event.timeStamp, end: performance.now()});
      port2.postMessage(null);
    });
  });
</script>"""


def why_not() -> str | None:
    """What keeps it from being measured here, or `None`."""
    return None if shutil.which("chromium") else "there is no Chromium here"


def measure(models: Path, say: Callable[[str], None]) -> list[Measure]:
    """Fill a service, sign in, press keys. Raises `MeasuringFailed` where a page does not go on."""
    with served(models) as service:
        waiting = fill(service.database, COMMENTS, seed=8)
        keys = WARM + VERDICTS + HURRIED
        say(f"desk: {COMMENTS:,} comments are stored, {waiting:,} wait, now {keys} keys")
        try:
            with _browser() as page:
                bare = _on_bare_page(page)
                _open_desk(page, service)
                _press(page, WARM, PACE)
                paced = _press(page, VERDICTS, PACE)
                hurried = _press(page, HURRIED, 0.0)
        except Error as problem:
            raise MeasuringFailed(f"the desk did not go on: {problem.message[:500]}") from problem
    return summary(paced, hurried, bare)


def summary(
    paced: Sequence[float], hurried: Sequence[float], bare: Sequence[float]
) -> list[Measure]:
    """Median and 95th percentile beside those of the bare page, in milliseconds."""
    name = f"desk, {COMMENTS:,} comments, key to next"
    rows = [
        Measure(
            name=f"{name}: {which}",
            unit="ms",
            ours=_percentile(paced, percent),
            peer=_percentile(bare, percent),
            ratio=_percentile(paced, percent) / _percentile(bare, percent),
            limit=limit,
        )
        for which, percent, limit in (("median", 50, MEDIAN), ("95th percentile", 95, MOST))
    ]
    without = Measure(name=f"{name}, no pause: median", unit="ms", ours=_percentile(hurried, 50))
    return [*rows, without]


def fill(database: str, count: int, seed: int) -> int:
    """Store so many comments with their articles and threads; how many of them wait.

    Comments are copied in bulk, as the store writes them; what waits is queued by the store.
    """
    now = datetime.now(UTC)
    store, engine = open_store(database), make_engine(parse_url(database), writes=True)
    try:
        with store.write() as work:
            for number, about in enumerate(articles(ARTICLES, seed)):
                article = StoredArticle(SITE, f"a{number}", about.title, about.text)
                work.articles.put(article, now)
            work.commit()
        made = _comments(count, Random(f"desk {seed}"), comments(min(count, TEXTS), 200, seed), now)
        waiting = 0
        for batch in _in_batches(made):
            with engine.begin() as connection:
                connection.execute(insert(tables.comments), [comment_values(one) for one in batch])
                connection.execute(insert(tables.revisions), [_revision(one) for one in batch])
            with store.write() as work:
                for one in batch:
                    if one.ruling and one.ruling.reasons:
                        opened = open_item(one, one.ruling.reasons, one.received_at)
                        work.queue.append(apply(None, opened), opened)
                        waiting += 1
                work.commit()
    finally:
        engine.dispose()
        store.dispose()
    return waiting


def _in_batches(made: Iterator[StoredComment]) -> Iterator[list[StoredComment]]:
    while batch := list(islice(made, BATCH)):
        yield batch


def _revision(comment: StoredComment) -> dict[str, object]:
    return {
        "comment_key": comment.key,
        "number": comment.revision,
        "text": comment.text,
        "ruling": comment.ruling,
        "at": comment.received_at,
    }


def _comments(
    count: int, draw: Random, texts: Sequence[str], now: datetime
) -> Iterator[StoredComment]:
    """One a second up to now; four in ten answer one of the fifty before."""
    before: deque[StoredComment] = deque(maxlen=50)
    for number in range(count):
        parent = draw.choice(before) if before and draw.random() < 0.4 else None
        text = f"{texts[number % len(texts)]} {number}"
        at = now - timedelta(seconds=count - number)
        made = _comment(number, parent, text, draw, at)
        before.append(made)
        yield made


def _comment(
    number: int, parent: StoredComment | None, text: str, draw: Random, at: datetime
) -> StoredComment:
    writer = draw.randrange(AUTHORS)
    waits = draw.random() < WAITING
    if waits and draw.random() < ABUSIVE:
        text = f"{text} {abuse(draw)}"
    label = draw.choice(TEXT_LABELS)
    score = draw.uniform(0.5, 1.0) if waits else draw.uniform(0.0, 0.3)
    ruling = Ruling(
        scores=dict.fromkeys(TEXT_LABELS, 0.02) | {label: score, Label.OFF_TOPIC: 0.1},
        decision=Decision.REVIEW if waits else Decision.ALLOW,
        reasons=(Reason("label", label.value, score, 0.5, "review"),) if waits else (),
        language="en",
        model="made-up",
        policy="made-up",
        mode="fast",
    )
    return StoredComment(
        key=uuid.UUID(int=draw.getrandbits(128)).hex,
        site_id=SITE,
        id=f"c{number}",
        text=text,
        article_id=parent.article_id if parent else f"a{draw.randrange(ARTICLES)}",
        parent_id=parent.id if parent else None,
        parent_key=parent.key if parent else None,
        author=Author(f"u{writer}", f"Reader {writer}"),
        kind="comment",
        status=Status.HELD if waits else Status.PUBLISHED,
        source_status=None,
        revision=1,
        ruling=ruling,
        created_at=at,
        received_at=at,
    )


@contextmanager
def _browser() -> Iterator[Page]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(PATIENCE)
        yield page
        browser.close()


def _open_desk(page: Page, service: Served) -> None:
    page.goto(f"http://127.0.0.1:{service.port}/login")
    page.get_by_label("Login").fill(service.login)
    page.get_by_label("Password").fill(service.password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".subject .words")


def _on_bare_page(page: Page) -> list[float]:
    parts = "".join(f"<section><h2>Part {n}</h2><p>{'word ' * 30}</p></section>" for n in range(12))
    page.set_content(_BARE.replace("PARTS", parts).replace("MARK", MARK))
    return _press(page, VERDICTS, 0.0)


def _press(page: Page, keys: int, pace: float) -> list[float]:
    """Milliseconds of each of so many keys, each after the page has shown what the last brought."""
    found = []
    known = page.evaluate("name => performance.getEntriesByName(name).length", MARK)
    for number in range(keys):
        if pace:
            time.sleep(pace)
        page.keyboard.press("ra"[number % 2])
        page.wait_for_function(
            "([name, known]) => performance.getEntriesByName(name).length > known",
            arg=[MARK, known],
            polling=5,
        )
        known += 1
        last = "name => performance.getEntriesByName(name).at(-1).duration"
        found.append(float(page.evaluate(last, MARK)))
    return found


def _percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]
