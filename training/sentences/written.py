"""Draws labelled sentences from the templates, balanced over templates and groups.

Knows the heads and how many sentences a family gets; filling and typing are elsewhere.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Final

import numpy as np
import pandas as pd

from training.datasets import LABEL_COLUMNS, text_key
from training.sentences.filling import filled
from training.sentences.registers import typed
from training.sentences.templates import Group, Template, fillers, groups, templates

HEADS: Final = tuple(column for column in LABEL_COLUMNS if column != "off_topic")

_JOINED: Final = 0.3
"""Share of the sentences that stand in a longer comment."""

_TRIES: Final = 3
"""How often a template is filled for each sentence of its share; the rest came out alike."""


def written_sentences(seed: int, per_family: int | None = None) -> pd.DataFrame:
    """Distinct labelled sentences, the same for the same seed, in a drawn order.

    Columns: `text`, `family`, `group` (key of the group filled in, or empty), `template` (as
    written, so that splits can keep a template whole) and a float for each of `HEADS`: 1, 0, or
    NaN where the sentence says nothing of it. `per_family` bounds the sentences of each family;
    without it every template gets as many as its file says.
    """
    seen: set[str] = set()
    rows: list[dict[str, object]] = []
    ordered = sorted(templates(), key=lambda template: template.family)
    for number, (_, members) in enumerate(groupby(ordered, key=lambda t: t.family)):
        rows += _of_family(list(members), per_family, seen, np.random.default_rng([seed, number]))
    frame = pd.DataFrame(rows, columns=["text", "family", "group", "template", *HEADS])
    frame[list(HEADS)] = frame[list(HEADS)].astype(float)
    return frame.sample(frac=1.0, random_state=seed).reset_index(drop=True)


def _of_family(
    members: list[Template], most: int | None, seen: set[str], generator: np.random.Generator
) -> list[dict[str, object]]:
    """Round after round, one sentence of each template that has not had its share."""
    rows: list[dict[str, object]] = []
    waiting = _Waiting(generator)
    tries = {place: 0 for place in range(len(members))}
    given = dict(tries)
    while tries and (most is None or len(rows) < most):
        for place in generator.permutation(list(tries)):
            template = members[place]
            share = template.each if most is None else most
            if tries[place] == _TRIES * share or given[place] == share:
                del tries[place]
                continue
            tries[place] += 1
            group = waiting.next_for(template)
            text = _commented(template, group, generator)
            key = text_key(text)
            if key not in seen:
                seen.add(key)
                given[place] += 1
                rows.append(_row(text, template, group))
    return rows[:most]


class _Waiting:
    """Groups in a drawn order, each once before any comes again to templates of the same needs."""

    def __init__(self, generator: np.random.Generator) -> None:
        self.generator = generator
        self.lines: dict[tuple[int, ...], list[int]] = {}

    def next_for(self, template: Template) -> Group | None:
        if not template.names_group:
            return None
        fitting = _fitting(template)
        line = self.lines.setdefault(fitting, [])
        if not line:
            line += [fitting[place] for place in self.generator.permutation(len(fitting))]
        return groups()[line.pop()]


@cache
def _fitting(template: Template) -> tuple[int, ...]:
    return tuple(place for place, group in enumerate(groups()) if template.fits(group))


def _row(text: str, template: Template, group: Group | None) -> dict[str, object]:
    return {
        "text": text,
        "family": template.family,
        "group": group.key if group else "",
        "template": template.text,
        **_labels(template, group),
    }


def _commented(template: Template, group: Group | None, generator: np.random.Generator) -> str:
    text = filled(template, group, generator)
    if not template.alone and generator.random() < _JOINED:
        text = _joined(text, generator)
    return typed(text, generator)


def _joined(text: str, generator: np.random.Generator) -> str:
    """The sentence with one or two of small talk before it, after it or around it."""
    before, after = (_small_talk(side, generator) for side in ("before", "after"))
    place = generator.random()
    if place < 0.4:
        return f"{before} {text}"
    return f"{text} {after}" if place < 0.7 else f"{before} {text} {after}"


def _small_talk(side: str, generator: np.random.Generator) -> str:
    choices = fillers()[side]
    text = choices[int(generator.integers(len(choices)))]
    return filled(Template(text, "", frozenset(), frozenset()), None, generator)


def _labels(template: Template, group: Group | None) -> dict[str, float]:
    labels = {head: float(head in template.yes) for head in HEADS}
    labels.update(dict.fromkeys(template.unsaid, np.nan))
    if group and not group.protected and "identity_attack" in template.yes:
        labels["identity_attack"] = np.nan
    return labels
