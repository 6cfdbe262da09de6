"""Fills the slots of a template. Knows English articles and capitals, nothing of labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, TypeVar

import numpy as np

from training.sentences.templates import GROUP_FORMS, SLOT, Group, Template, groups, slot_lists

_OTHER: Final = re.compile(r"\d+$")
_SENTENCE_START: Final = re.compile(r"(?:^|[.!?]\s+)[\"'(]*$")
_AN: Final = re.compile(r"[aeio]|u(?!ni|s|k)|hon|heir|LGBT", re.IGNORECASE)
_ARTICLE_FITS: Final = re.compile(
    r"(?:^|[.!?:,\"]\s*|\b(?:about|against|and|are|as|asked|at|blame|blaming|by|call|calling|for|from"
    r"|hate|hates|if|insult|insulted|like|near|of|put|send|than|that|think|to|treat|when|where"
    r"|with|without)\s+)$",
    re.IGNORECASE,
)
"""Where "the Irish" may stand; after any other word it is "Irish people" (most, these, no, ...)."""

_DEPTH: Final = 3
T = TypeVar("T")


def filled(template: Template, group: Group | None, generator: np.random.Generator) -> str:
    """One sentence: a slot used twice has one value, a numbered one (`{job2}`) a value apart.

    Raises `KeyError` for a slot that is neither a form of the group nor in the slot lists.
    """
    return _Filling(group, generator).fill(template.text)


class _Filling:
    def __init__(self, group: Group | None, generator: np.random.Generator) -> None:
        self.group = group
        self.generator = generator
        self.values: dict[str, str] = {}

    def fill(self, text: str, depth: int = 0) -> str:
        done = ""
        end = 0
        for match in SLOT.finditer(text):
            done += text[end : match.start()]
            done += self._shaped(match[1], done, depth)
            end = match.end()
        return done + text[end:]

    def _shaped(self, name: str, before: str, depth: int) -> str:
        value = self._value(name.removeprefix("a_"), depth)
        if (
            name.startswith("groups")
            and value.startswith("the ")
            and not _ARTICLE_FITS.search(before)
        ):
            value = value.removeprefix("the ") + " people"
        if name.startswith("a_"):
            value = f"{'an' if _AN.match(value) else 'a'} {value}"
        if _SENTENCE_START.search(before):
            value = value[:1].upper() + value[1:]
        return value

    def _value(self, name: str, depth: int) -> str:
        if name not in self.values:
            value = self._drawn(name)
            if depth < _DEPTH:
                value = self.fill(value, depth + 1) if SLOT.search(value) else value
            self.values[name] = value
        return self.values[name]

    def _drawn(self, name: str) -> str:
        bare = _OTHER.sub("", name)
        if bare not in GROUP_FORMS:
            taken = set(self.values.values())
            choices = slot_lists()[bare]
            return self._one([choice for choice in choices if choice not in taken] or choices)
        if bare == name:
            assert self.group is not None
            return self._one(self.group.forms[name])
        others = [g for g in groups() if g is not self.group and g.forms[bare]]
        return self._one(self._one(others).forms[bare])

    def _one(self, choices: Sequence[T]) -> T:
        return choices[int(self.generator.integers(len(choices)))]
