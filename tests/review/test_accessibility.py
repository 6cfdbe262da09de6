"""Every page of the desk, in every form, against WCAG 2.2."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.review.accessibility import (
    FORMS,
    complaints_of,
    hidden_focus,
    inline_parts,
    sideways,
    small_targets,
    violations,
)
from tests.review.conftest import Desk, Visitor
from tests.review.pages import PAGES

pytestmark = pytest.mark.browser

ILL = """
  <main><img src="/static/icon.svg"><p style="color: #ddd; background: #fff">Faint</p>
  <button style="width: 12px; height: 12px; padding: 0; border: 0; min-height: 0"></button>
  <p style="width: 3000px">wide</p>
  <a href="/" style="outline: none">bare</a></main>
  <div style="position: fixed; inset: 0; background: white">cover</div>
"""


@pytest.mark.parametrize("open_page", PAGES, ids=lambda page: page.__name__)
def test_nothing_on_a_page_shuts_anybody_out(
    open_page: Callable[[Desk, Visitor], Page], running_desk: Desk, visit: Visitor
) -> None:
    page = open_page(running_desk, visit)
    complaints = complaints_of(page, tuple(FORMS))
    assert not complaints, "\n".join(complaints)


def test_what_is_wrong_with_a_page_is_found(running_desk: Desk, visit: Visitor) -> None:
    page = visit.stranger(bypass_csp=True)
    page.goto("/login")
    page.evaluate("ill => { document.body.innerHTML = ill }", ILL)
    assert len(inline_parts(page)) == 5
    rules = {line.split()[0] for line in violations(page)}
    assert {"image-alt", "color-contrast", "button-name"} <= rules
    assert [line.split(":")[0] for line in small_targets(page)][:1] == ["12 x 12"]
    assert sideways(page)
    focus = hidden_focus(page)
    assert any(line.startswith("under something else") for line in focus)
    assert any(line.startswith("no outline") for line in focus)
