"""What the page of the queue offers to choose from, made from counts. Pure: knows no Flask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from moderation.review_queue import Stage
from moderation.stored import Facets, QueueFilter, QueueOrder
from moderation.web.review.phrases import kind_of_reason, label_name

SHOWN = 12
"""Values of a group that are seen at once; the rest are folded away."""

WAITING, FITTING = "waiting", "fitting"
"""What the counts of all that waits, and of what fits the choice, go by."""

ORDERS = {
    QueueOrder.RANK: "By weight and age",
    QueueOrder.OLDEST: "Oldest",
    QueueOrder.NEWEST: "Newest",
    QueueOrder.SEVEREST: "Severest",
    QueueOrder.REPORTED: "Most reported",
}
_GROUPS = {"label": "Label", "reason": "Reason", "site": "Site", "language": "Language"}
_ESCALATED = "escalated"

Args = dict[str, str]
"""A choice as it stands in an address."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value that one can choose, or has chosen; `args` is the choice after a click on it."""

    name: str
    args: Args
    key: str = ""
    """What its count goes by, such as `label:insult`."""
    count: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Values of one kind, the most frequent first."""

    name: str
    options: tuple[Option, ...]
    folded: tuple[Option, ...]


def groups(
    facets: Facets, chosen: Args, sites: Mapping[str, str], *, with_escalated: bool
) -> list[Group]:
    """What can be chosen beside what is chosen; a group of one value is left out."""
    found = []
    for kind, name in _GROUPS.items():
        options = _options(kind, _by(facets, kind), chosen, sites)
        if len(options) > 1 or kind in chosen or (options and kind in ("label", "reason")):
            found.append(Group(name, tuple(options[:SHOWN]), tuple(options[SHOWN:])))
    raised = _raised(facets)
    if with_escalated and (raised or _ESCALATED in chosen):
        option = _option(_ESCALATED, "yes", "Escalated", raised, chosen)
        found.append(Group("For leads", (option,), ()))
    return found


def chips(chosen: Args, sites: Mapping[str, str]) -> list[Option]:
    """What is chosen, each with the choice that is left without it."""
    taken_off = []
    for kind, value in chosen.items():
        if kind in _GROUPS:
            name = f"{_GROUPS[kind]}: {_name(kind, value, sites)}"
            taken_off.append(Option(name, _without(chosen, kind)))
        elif kind == _ESCALATED:
            taken_off.append(Option("Escalated", _without(chosen, kind)))
    return taken_off


def orders(chosen: Args) -> list[Option]:
    """The orders there are, the one in force as chosen."""
    rest, now = _without(chosen, "order"), chosen.get("order", QueueOrder.RANK.value)
    return [
        Option(
            name,
            rest if order is QueueOrder.RANK else {**rest, "order": order.value},
            chosen=order == now,
        )
        for order, name in ORDERS.items()
    ]


def live_counts(waiting: int, facets: Facets, *, with_escalated: bool) -> dict[str, int]:
    """Every count of the page under the key that it is shown by."""
    counted = {WAITING: waiting, FITTING: facets.fitting}
    for kind in _GROUPS:
        counted |= {f"{kind}:{value}": number for value, number in _by(facets, kind).items()}
    return counted | {f"{_ESCALATED}:yes": _raised(facets)} if with_escalated else counted


def args_of(wanted: QueueFilter) -> Args:
    """A filter as it stands in an address."""
    fields = {
        "site": wanted.site_id,
        "reason": wanted.reason,
        "label": wanted.label,
        "language": wanted.language,
        _ESCALATED: "yes" if wanted.escalated else None,
        "order": None if wanted.order is QueueOrder.RANK else wanted.order.value,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _by(facets: Facets, kind: str) -> Mapping[str, int]:
    return facets.by.get(kind, {})


def _raised(facets: Facets) -> int:
    return _by(facets, "stage").get(Stage.ESCALATED.value, 0)


def _options(
    kind: str, counted: Mapping[str, int], chosen: Args, sites: Mapping[str, str]
) -> list[Option]:
    known = dict(counted)
    if kind in chosen:
        known.setdefault(chosen[kind], 0)
    if kind == "reason":
        # It says no more than that there is a label, and labels have a group of their own.
        known.pop("label", None)
    named = [_option(kind, one, _name(kind, one, sites), n, chosen) for one, n in known.items()]
    return sorted(named, key=lambda option: (not option.chosen, -option.count, option.name))


def _option(kind: str, value: str, name: str, count: int, chosen: Args) -> Option:
    if chosen.get(kind) == value:
        return Option(name, _without(chosen, kind), f"{kind}:{value}", count, chosen=True)
    return Option(name, {**chosen, kind: value}, f"{kind}:{value}", count)


def _name(kind: str, value: str, sites: Mapping[str, str]) -> str:
    if kind == "label":
        return label_name(value)
    if kind == "reason":
        return kind_of_reason(value)
    return sites.get(value, value) if kind == "site" else value


def _without(chosen: Args, kind: str) -> Args:
    return {name: value for name, value in chosen.items() if name != kind}
