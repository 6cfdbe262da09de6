"""Reads the data files: families of templates, groups with their forms, slot lists, fillers.

Knows TOML and the files' shape, nothing of how slots are filled.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
SLOT: Final = re.compile(r"\{(\w+)\}")
PER_TEMPLATE: Final = 26
PER_FIXED: Final = 7
"""Sentences that a template gets, with slots and without, where its block has no `each`."""

_SMALL_TALK: Final = "civil_medium"
"""Family whose sentences also serve as small talk beside the fillers."""

GROUP_FORMS: Final = ("groups", "group", "pred", "adj", "slurs", "slur", "reclaimed")
"""Slots that take a form of the sentence's group; with `2` at the end, of another group."""


@cache
def _slots(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.removeprefix("a_") for name in SLOT.findall(text)))


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people and the forms its name has in a sentence."""

    key: str
    kind: str
    protected: bool
    forms: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with slots, and which heads it speaks of: those in `yes` are 1."""

    text: str
    family: str
    yes: frozenset[str]
    unsaid: frozenset[str]
    kinds: frozenset[str] = field(default_factory=frozenset)
    alone: bool = False
    """Never joined to other sentences."""
    each: int = PER_TEMPLATE
    """How many sentences it gets, where its slots and the small talk allow as many."""

    @property
    def slots(self) -> tuple[str, ...]:
        """Slot names in the order of their first use, without the article mark `a_`."""
        return _slots(self.text)

    def fits(self, group: Group) -> bool:
        """Whether the group has every form that the template asks for."""
        needed = [name for name in self.slots if name in GROUP_FORMS]
        kind_fits = not self.kinds or group.kind in self.kinds or group.key in self.kinds
        return kind_fits and all(group.forms.get(name) for name in needed)

    @property
    def names_group(self) -> bool:
        """Whether a group is filled into it."""
        return any(name in GROUP_FORMS for name in self.slots)


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _lines(block: str) -> list[str]:
    return [line.strip().replace("\\n", "\n") for line in block.splitlines() if line.strip()]


@cache
def groups() -> tuple[Group, ...]:
    """Every group, in the file's order."""
    return tuple(_group(key, entry) for key, entry in _toml(HERE / "groups.toml").items())


def _group(key: str, entry: Mapping[str, Any]) -> Group:
    forms = {name: tuple(entry.get(name, ())) for name in GROUP_FORMS}
    forms["slurs"] = forms["slurs"] or tuple(slur + "s" for slur in forms["slur"])
    return Group(key, entry["kind"], entry.get("protected", True), forms)


@cache
def slot_lists() -> Mapping[str, tuple[str, ...]]:
    """Values of every slot that is not a form of a group."""
    lists = _toml(HERE / "slots.toml")
    return {name: tuple(_lines(value.replace(";", "\n"))) for name, value in lists.items()}


@cache
def fillers() -> Mapping[str, tuple[str, ...]]:
    """Sentences that stand `before` and `after` others and change no label."""
    also = tuple(template.text for template in templates() if template.family == _SMALL_TALK)
    lists = _toml(HERE / "fillers.toml")
    return {name: (*_lines(value), *also) for name, value in lists.items()}


@cache
def templates() -> tuple[Template, ...]:
    """Every template of every family, in the files' order."""
    found = []
    for path in sorted((HERE / "families").glob("*.toml")):
        for block in _toml(path)["block"]:
            shared = {
                "family": block["family"],
                "yes": frozenset(block.get("yes", ())),
                "unsaid": frozenset(block.get("unsaid", ())),
                "kinds": frozenset(block.get("kinds", ())),
                "alone": block.get("alone", False),
            }
            for text in _lines(block["sentences"]):
                each = block.get("each", PER_TEMPLATE if _slots(text) else PER_FIXED)
                found.append(Template(text, each=each, **shared))
    return tuple(found)
