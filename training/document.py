"""A document as blocks, written as Markdown for terminals and repositories or as HTML.

Knows nothing of models. In texts, only `code` between backticks is marked up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the document's title has level 1."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of text."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without numbers."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of headings."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file beside the document, and what it shows."""

    path: str
    alt: str


Block = Heading | Paragraph | Bullets | Table | Picture


def markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown, tables padded so that they read well as plain text too."""
    return "\n\n".join(_markdown(block) for block in blocks)


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {text}"
        case Paragraph(text):
            return text
        case Bullets(items):
            return "\n".join(f"- {item}" for item in items)
        case Table():
            return _markdown_table(block)
        case Picture(path, alt):
            return f"![{alt}]({path})"


def _markdown_table(table: Table) -> str:
    lines = [[cell.replace("|", "\\|") for cell in line] for line in (table.head, *table.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.head))]
    padded = [
        [cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines
    ]
    rule = ["-" * width for width in widths]
    return "\n".join("| " + " | ".join(line) + " |" for line in [padded[0], rule, *padded[1:]])
