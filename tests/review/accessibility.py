"""What a machine can tell of how a page serves those who can't see, point or move well.

axe-core for the rules of WCAG 2.2, levels A and AA, and for its own best practices; beside
it the two criteria of 2.2 that axe leaves to others: the size of what one points at, and
that the focus is never under something else. Beside that, that a page holds nothing which the
content policy forbids. Each function gives complaints in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

_INLINE = """() => [...document.querySelectorAll('*')].filter(one =>
  one.matches('style, [style], script:not([src]), [href^="javascript:" i]')
  || one.getAttributeNames().some(name => name.startsWith('on'))
).map(one => one.outerHTML.slice(0, 120))"""

FORMS = {
    f"{scheme}, {width} px": (scheme, width, height)
    for scheme in ("light", "dark")
    for width, height in ((360, 740), (1440, 900))
}
"""How every page is looked at: in both schemes, on a phone and wide."""

RULES = (
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    "best-practice",
)
SMALLEST = 24
"""Side of what one points at, in CSS pixels (WCAG 2.2, 2.5.8)."""

_AXE = """rules => axe.run(document, {
  runOnly: {type: 'tag', values: rules}, iframes: false, preload: false,
  resultTypes: ['violations'],
}).then(({violations, passes}) => ({violations, passes: passes.length}))"""

# Links within a sentence may be as high as the sentence, and a box that is checked by its label
# is as large as the label (2.5.8, exceptions "inline" and "equivalent").
_SMALL = """smallest => {
  const seen = element => element.checkVisibility({opacityProperty: true, visibilityProperty: true})
    && !element.closest('.unseen, .skip-link:not(:focus)');
  const inSentence = element => element.tagName === 'A'
    && getComputedStyle(element).display === 'inline'
    && element.parentElement.innerText.trim() !== element.innerText.trim();
  const said = [];
  const wanted = 'a[href], button, summary, select, input:not([type=hidden]), textarea, '
    + '[role=button], [tabindex="0"]';
  for (const element of document.querySelectorAll(wanted)) {
    const target = element.matches('[type=checkbox], [type=radio]')
      ? element.closest('label') ?? element : element;
    if (!seen(target) || inSentence(element)) continue;
    const {width, height} = target.getBoundingClientRect();
    if (width < smallest || height < smallest)
      said.push(`${Math.round(width)} x ${Math.round(height)}: ${element.outerHTML.slice(0, 120)}`);
  }
  return said;
}"""

# Called after a press of Tab: what has the focus now, and what is wrong with that.
_FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const name = element.outerHTML.slice(0, 120);
  const target = element.matches('[type=checkbox], [type=radio]')
    ? element.closest('label') ?? element : element;
  const {left, top, right, bottom} = target.getBoundingClientRect();
  const said = [];
  const [x0, y0] = [Math.max(left, 0), Math.max(top, 0)];
  const [x1, y1] = [Math.min(right, innerWidth), Math.min(bottom, innerHeight)];
  const points = [0.1, 0.5, 0.9].flatMap(across => [0.1, 0.5, 0.9].map(
    down => [x0 + across * (x1 - x0), y0 + down * (y1 - y0)]));
  const shown = x0 < x1 && y0 < y1 && points.some(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there && (target.contains(there) || there.contains(target));
  });
  if (!shown) said.push(`under something else: ${name}`);
  const drawn = [element, target, element.nextElementSibling].some(part => {
    if (!part) return false;
    const {outlineStyle, outlineWidth} = getComputedStyle(part);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  });
  if (!drawn) said.push(`no outline: ${name}`);
  return said;
}"""


def into_form(page: Page, form: str) -> None:
    """Have an open page look as one of `FORMS`."""
    scheme, width, height = FORMS[form]
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": height})


@cache
def _source() -> str:
    # Shipped as part of the package; its own runner is not used, as it adds a script element,
    # which the desk's content policy refuses.
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe-core finds, a line for every element. Also where it could not look."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found = page.evaluate(_AXE, list(RULES))
    assert found["passes"], "axe has looked at nothing"
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def small_targets(page: Page) -> list[str]:
    """Links and controls smaller than `SMALLEST` either way, with their sizes."""
    said: list[str] = page.evaluate(_SMALL, SMALLEST)
    return said


_STOPS = (
    "document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]').length"
)


def hidden_focus(page: Page) -> list[str]:
    """Goes through the page with Tab: where the focus is covered, or is not drawn.

    Ends where the focus leaves the page. Raises `AssertionError` where it never does.
    """
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    said: list[str] = []
    presses = page.evaluate(_STOPS) + 20
    for _ in range(presses):
        page.keyboard.press("Tab")
        complaints = page.evaluate(_FOCUSED)
        if complaints is None:
            return said
        said += complaints
    raise AssertionError(f"the focus is still on the page after {presses} presses")


def sideways(page: Page) -> list[str]:
    """How far the page scrolls sideways, where it does."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"scrolls sideways by {wide} px"] if wide > 0 else []


def inline_parts(page: Page) -> list[str]:
    """Scripts, handlers and styles in the page itself: the content policy forbids them."""
    said: list[str] = page.evaluate(_INLINE)
    return said


def complaints_of(page: Page, forms: Sequence[str]) -> list[str]:
    """All of the above in each form, folded first and, where it is dark, with all unfolded."""
    said = inline_parts(page)
    for form in forms:
        into_form(page, form)
        if form.startswith("dark"):
            page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        found = violations(page) + small_targets(page) + sideways(page) + hidden_focus(page)
        said += [f"{form}: {line}" for line in found]
    return said
