"""Takes the pictures of `docs/images`, from the demo site as the shipped model scores it.

They land in `build/screenshots`; `make screenshots` takes them and puts them into the docs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from moderation.assembly import active_model
from moderation.comments import Site
from moderation.demo import load_demo
from moderation.settings import Settings
from moderation.storage import SqlStore
from moderation.workflow import Services
from moderation.workflow.reviewing import claim_item
from tests.factories import Clock
from tests.review.accessibility import sideways
from tests.review.conftest import Desk, Visitor, a_desk, serving

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
TAKEN = ROOT / "build" / "screenshots"
IMAGES = ROOT / "docs" / "images"
TELLING = "203"
"""The demo's answer deep in its thread, with several reasons and marked words."""


@dataclass(frozen=True)
class Picture:
    """One picture of the docs. `address` may name the `{item}`; sizes are in CSS pixels."""

    name: str
    address: str
    scheme: str = "light"
    width: int = 1280
    height: int = 800
    scale: int = 1
    who: str | None = "mona"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the file."""
        return self.width * self.scale, self.height * self.scale


def on_phone(picture: Picture) -> Picture:
    """The same 360 pixels wide, as a phone's fine screen shows it."""
    return replace(picture, width=360, height=740, scale=2)


PICTURES = (
    Picture("login", "/login", who=None),
    Picture("review-light", "/review/{item}"),
    Picture("review-dark", "/review/{item}", "dark"),
    on_phone(Picture("review-phone", "/review/{item}")),
    on_phone(Picture("review-phone-dark", "/review/{item}", "dark")),
    Picture("queue", "/review/queue"),
    Picture("queue-dark", "/review/queue", "dark"),
    on_phone(Picture("queue-phone", "/review/queue")),
    on_phone(Picture("queue-phone-dark", "/review/queue", "dark")),
    Picture("search", "/review/search?q=library"),
    Picture("settings", "/review/settings"),
    Picture("audit", "/admin/audit", who="lea"),
)


@pytest.fixture
def demo(
    sqlite_store: SqlStore, clock: Clock, password_hash: str, tmp_path: Path
) -> Iterator[Desk]:
    """The desk over the demo site; mona has taken the telling comment."""
    site = Site("gazette", "The Gazette")
    scorers = active_model(Settings(var=str(tmp_path), models=str(ROOT / "models")), in_time=False)
    services = Services(sqlite_store, scorers, audit_rate=0.0, now=clock)
    desk = a_desk(services, site, clock, password_hash, tmp_path)
    assert load_demo(services, site, b"address key").stored
    claim_item(services, desk.person("mona"), item_of(desk, TELLING))
    with serving(desk):
        yield desk


def item_of(desk: Desk, comment_id: str) -> str:
    with desk.services.store.read() as work:
        comment = work.comments.get(desk.site.id, comment_id)
        item = comment and work.queue.item_of(comment.key)
    assert item, f"the model in force lets comment {comment_id} of the demo pass: name another"
    return item.id


def size_of(png: Path) -> tuple[int, int]:
    """Width and height, as the head of the file has them."""
    width, height = struct.unpack(">II", png.read_bytes()[16:24])
    return width, height


def opened(picture: Picture, visit: Visitor, item: str) -> Page:
    options: dict[str, object] = {
        "viewport": {"width": picture.width, "height": picture.height},
        "device_scale_factor": picture.scale,
        "has_touch": picture.scale > 1,
    }
    address = picture.address.format(item=item)
    if picture.who:
        return visit(picture.who, at=address, **options)
    page = visit.stranger(**options)
    page.goto(address)
    return page


def test_the_pictures_of_the_docs_are_taken(demo: Desk, chromium: Browser) -> None:
    TAKEN.mkdir(parents=True, exist_ok=True)
    visit, item = Visitor(chromium, demo), item_of(demo, TELLING)
    pages: dict[Picture, Page] = {}
    for picture in PICTURES:
        # One page for both schemes: each is explained anew by the model.
        alike = replace(picture, name="", scheme="")
        if alike not in pages:
            pages[alike] = opened(picture, visit, item)
        page = pages[alike]
        page.emulate_media(color_scheme=picture.scheme)
        page.evaluate("document.fonts.ready.then(() => null)")
        assert sideways(page) == [], picture.name
        page.screenshot(path=TAKEN / f"{picture.name}.png", animations="disabled")
        assert size_of(TAKEN / f"{picture.name}.png") == picture.pixels
    visit.close()
    assert visit.trouble == []


def test_every_picture_in_the_docs_is_one_that_is_taken() -> None:
    wanted = {picture.name: picture.pixels for picture in PICTURES}
    assert {path.stem: size_of(path) for path in IMAGES.glob("*.png")} == wanted, (
        "run `make screenshots`"
    )
