"""Draws labelled sentences from the templates, balanced over templates and groups.

Knows the heads and how many sentences a family gets; filling and typing are elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
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

_SMALL_TALK: Final = "civil_medium"
"""Family whose sentences also serve as small talk beside the fillers."""

_TRIES: Final = 4
"""Passes over a family's templates before a family with few distinct sentences is let be."""


def written_sentences(seed: int, per_family: int | None = None) -> pd.DataFrame:
    """Distinct labelled sentences, the same for the same seed, in a drawn order.

    Columns: `text`, `family`, `group` (key of the group filled in, or empty), `template` (as
    written, so that splits can keep a template whole) and a float for each of `HEADS`: 1, 0, or
    NaN where the sentence says nothing of it. `per_family` bounds the sentences of each family.
    """
    seen: set[str] = set()
    rows: list[dict[str, object]] = []
    ordered = sorted(templates(), key=lambda template: template.family)
    for number, (family, members) in enumerate(groupby(ordered, key=lambda t: t.family)):
        generator = np.random.default_rng([seed, number])
        own = list(members)
        count = sum(template.each for template in own) if per_family is None else per_family
        rows += _of_family(family, own, count, seen, generator)
    frame = pd.DataFrame(rows, columns=["text", "family", "group", "template", *HEADS])
    frame[list(HEADS)] = frame[list(HEADS)].astype(float)
    return frame.sample(frac=1.0, random_state=seed).reset_index(drop=True)


def _of_family(
    family: str,
    members: list[Template],
    count: int,
    seen: set[str],
    generator: np.random.Generator,
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    tries = _TRIES * max(count, len(members))
    for _, (template, group) in zip(range(tries), _turns(members, generator), strict=False):
        if len(rows) == count:
            break
        text = _commented(template, group, generator)
        key = text_key(text)
        if key in seen:
            continue
        seen.add(key)
        rows.append(
            {
                "text": text,
                "family": family,
                "group": group.key if group else "",
                "template": template.text,
                **_labels(template, group),
            }
        )
    return rows


def _turns(
    members: list[Template], generator: np.random.Generator
) -> Iterator[tuple[Template, Group | None]]:
    """Templates in turn for ever, each with the next group that fits it and has waited longest."""
    waiting: list[Group] = []
    while True:
        for place in generator.permutation(len(members)):
            template = members[place]
            if not template.names_group:
                yield template, None
                continue
            if not any(template.fits(group) for group in waiting):
                waiting += [groups()[i] for i in generator.permutation(len(groups()))]
            group = next(group for group in waiting if template.fits(group))
            waiting.remove(group)
            yield template, group


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
    choices = fillers()[side] + tuple(t.text for t in templates() if t.family == _SMALL_TALK)
    text = choices[int(generator.integers(len(choices)))]
    return filled(Template(text, _SMALL_TALK, frozenset(), frozenset()), None, generator)


def _labels(template: Template, group: Group | None) -> dict[str, float]:
    labels = {head: float(head in template.yes) for head in HEADS}
    labels.update(dict.fromkeys(template.unsaid, np.nan))
    if group and not group.protected and "identity_attack" in template.yes:
        labels["identity_attack"] = np.nan
    return labels
