"""Hands a page to a process of its own and takes back the article in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from moderation.workflow.article_texts import Page, PageUnread

SECONDS = 60.0
"""For one page, however busy the machine is."""

CPU_SECONDS = 10
"""Of a processor's time; an ordinary page of 2 MB takes less than one."""

_ROOT = Path(__file__).resolve().parents[2]


def extract(raw: bytes, *, is_html: bool, charset: str) -> Page:
    """The article in a page. Raises `PageUnread` where reading it took too much or failed."""
    # A folder, and nothing of this process's environment: its secrets are no page's business.
    environment = {"PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)])}
    command = [sys.executable, "-m", f"{__package__}.extractor", "html" if is_html else "text"]
    try:
        done = subprocess.run(
            [*command, charset, str(CPU_SECONDS)],
            input=raw,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd=_ROOT,
            env=environment,
            check=True,
        )
        return msgspec.json.decode(done.stdout, type=Page)
    except subprocess.TimeoutExpired:
        raise PageUnread("Reading this page took too long.") from None
    except (subprocess.SubprocessError, msgspec.MsgspecError, OSError):
        raise PageUnread("This page cannot be read.") from None
