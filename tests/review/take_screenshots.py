"""Take the pictures of `docs/images` from the running service with its demo site.

Starts the service as `make run` does, on a free port and in a folder of its own, signs
in with what the first run noted, and looks at it with Chromium. Needs a model.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
PATIENCE = 120
"""Longest wait for the service to answer, in seconds."""

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@contextmanager
def running_service() -> Iterator[dict[str, str]]:
    """The service after its first start; gives the note of the first run."""
    with tempfile.TemporaryDirectory() as var, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        command = [sys.executable, "-m", "moderation", "serve"]
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", port],
            cwd=ROOT,
            env={**os.environ, "MODERATION_VAR": var},
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz", process)
            yield json.loads((Path(var) / "first-run.json").read_text(encoding="utf-8"))
        finally:
            process.terminate()
            process.wait(timeout=60)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("the service ended before it answered")
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit(f"the service did not answer within {PATIENCE} s")


def take_all(browser: Browser, note: dict[str, str]) -> None:
    """Every picture, under the name the documents call it by."""
    page = browser.new_page(base_url=note["url"], viewport=WIDE, color_scheme="light")
    page.goto("/login")
    _save(page, "login")
    page.get_by_label("Login").fill(note["login"])
    page.get_by_label("Password").fill(note["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/review")
    telling = _telling_item(page)
    session = page.context.storage_state()
    pictures = (
        ("review-light", telling, WIDE, "light", 1),
        ("review-dark", telling, WIDE, "dark", 1),
        ("review-phone", telling, PHONE, "light", 2),
        ("queue", "/review/queue", WIDE, "light", 1),
    )
    for name, address, size, scheme, scale in pictures:
        context = browser.new_context(
            base_url=note["url"],
            viewport=size,  # type: ignore[arg-type]
            color_scheme=scheme,  # type: ignore[arg-type]
            device_scale_factor=scale,
            has_touch=size is PHONE,
            storage_state=session,
        )
        shown = context.new_page()
        shown.goto(address)
        _save(shown, name)
        context.close()


def _telling_item(page: Page) -> str:
    """Address of the waiting answer with marked words deepest in its thread, with most reasons.

    Taken by the one who looks.
    """
    page.goto("/review/queue")
    found = []
    for address in [link.get_attribute("href") or "" for link in page.locator("a.row").all()]:
        page.goto(address)
        if page.locator(".parent").count() and page.locator(".subject mark").count():
            counts = (page.locator(".parent").count(), page.locator(".reasons li").count())
            found.append((*counts, address))
    if not found:
        raise SystemExit("the demo queue holds no answer with marked words")
    address = max(found)[-1]
    page.goto(address)
    take = page.get_by_role("button", name="Take it")
    if take.count():
        take.click()
    return address


def _save(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")


def main() -> None:
    """Take the pictures, or say what is missing."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("install the package `chromium` to take the pictures")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_service() as note, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        take_all(browser, note)
        browser.close()


if __name__ == "__main__":
    main()
