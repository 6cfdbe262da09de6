"""A document as one HTML file that needs nothing but the pictures beside it.

Every text is escaped. Readable in light and in dark, by keyboard and on a small screen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from training.document import Block, Bullets, Heading, Paragraph, Picture, Table

_CODE: Final = re.compile(r"`([^`]+)`")
_NUMBER: Final = re.compile(r"[+-]?[\d.,]+( %)?( \([+-]?[\d.,]+( %)? to [+-]?[\d.,]+( %)?\))?")

_STYLE: Final = """\
:root { color-scheme: light dark; --text: #1c1e21; --page: #fff; --line: #c9ced6; --head: #eef1f5; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e6ea; --page: #16181c; --line: #434954; --head: #23272e; }
}
body { margin: 0 auto; max-width: 76rem; padding: 1rem 1.25rem 4rem; background: var(--page);
  color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
p, li { max-width: 46rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; }
th, td { border: 1px solid var(--line); padding: .2rem .55rem; text-align: left; }
th { background: var(--head); }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
img { max-width: 100%; height: auto; background: #fff; }
nav ul { columns: 18rem; padding-left: 1.2rem; }"""


def html(blocks: Sequence[Block], title: str) -> str:
    """The whole page; `title` is what a browser shows in its tab."""
    body = "\n".join(_contents(blocks))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _contents(blocks: Sequence[Block]) -> list[str]:
    """Every block, with links to the second-level headings under the title."""
    lines = []
    links = [
        f'<li><a href="#part-{number}">{_inline(block.text)}</a></li>'
        for number, block in enumerate(blocks)
        if isinstance(block, Heading) and block.level == 2
    ]
    caption = ""
    for number, block in enumerate(blocks):
        if isinstance(block, Heading):
            caption = block.text
        lines.append(_block(block, number, caption))
        if isinstance(block, Heading) and block.level == 1 and links:
            lines.append(f'<nav aria-label="Contents"><ul>{"".join(links)}</ul></nav>')
    return lines


def _block(block: Block, number: int, caption: str) -> str:
    match block:
        case Heading(level, text):
            return f'<h{level} id="part-{number}">{_inline(text)}</h{level}>'
        case Paragraph(text):
            return f"<p>{_inline(text)}</p>"
        case Bullets(items):
            return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
        case Table(head, rows):
            return _table(head, rows, caption)
        case Picture(path, alt):
            return f'<p><img src="{escape(path)}" alt="{escape(alt)}"></p>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str) -> str:
    heads = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in head)
    lines = "\n".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    # A region that scrolls must be reachable by keyboard, and then needs a name.
    return (
        f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{lines}\n</tbody></table></div>"
    )


def _cell(text: str) -> str:
    kind = ' class="number"' if _NUMBER.fullmatch(text) else ""
    return f"<td{kind}>{_inline(text)}</td>"


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))
