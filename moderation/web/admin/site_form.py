"""The form of a site: what it shows of one, and the site that was typed into it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from moderation.comments import Site
from moderation.errors import InvalidInput
from moderation.labels import Label
from moderation.rulebook import SiteRules
from moderation.wire.rule_files import words_as_lines, words_from_lines

LEVELS = ("review", "block")
FOREIGN = {"review": "hold for review", "allow": "let through", "block": "reject"}
CLOSED = {"review": "hold for review", "block": "reject"}
UNSCORED = {"hold": "hold until it is scored", "publish": "publish meanwhile"}

_NUMBERS = ("max_links", "close_after_days")


def typed_of(site: Site) -> dict[str, str]:
    """The fields of the form as a site fills them."""
    rules = site.rules
    typed = {
        "name": site.name,
        "language": site.language,
        "url": site.url,
        "publish_on_review": _tick(site.publish_on_review),
        "rules.words": words_as_lines(rules.words),
        "rules.trusted_authors": "\n".join(rules.trusted_authors),
        "rules.new_author_comments": str(rules.new_author_comments or ""),
        "rules.closed_articles": "\n".join(rules.closed_articles),
        "rules.closed_action": rules.closed_action,
        "rules.foreign": rules.foreign,
        "rules.log_only": _tick(rules.log_only),
        "rules.unscored": rules.unscored,
        "rules.audit_rate": "" if rules.audit_rate is None else repr(rules.audit_rate),
        "rules.off_topic_is_spam": _tick(rules.off_topic_is_spam),
    }
    for name in _NUMBERS:
        value = getattr(rules, name)
        typed[f"rules.{name}"] = "" if value is None else str(value)
    for label, levels in site.thresholds.items():
        typed |= {f"thresholds.{label}.{level}": repr(value) for level, value in levels.items()}
    return typed


def site_of(form: Mapping[str, str], before: Site) -> Site:
    """The site as the form wants it. Raises `InvalidInput` for a field that is no number."""

    def sent(name: str) -> str:
        return form.get(name, "").strip()

    thresholds: dict[str, dict[str, float]] = {}
    for label in Label:
        for level in LEVELS:
            field = f"thresholds.{label.value}.{level}"
            if (value := _share(field, sent(field))) is not None:
                thresholds.setdefault(label.value, {})[level] = value
    rules = SiteRules(
        words=words_from_lines(form.get("rules.words", "")),
        trusted_authors=_lines(form.get("rules.trusted_authors", "")),
        new_author_comments=_number("rules.new_author_comments", sent("rules.new_author_comments"))
        or 0,
        max_links=_number("rules.max_links", sent("rules.max_links")),
        closed_articles=_lines(form.get("rules.closed_articles", "")),
        close_after_days=_number("rules.close_after_days", sent("rules.close_after_days")),
        closed_action=sent("rules.closed_action"),  # type: ignore[arg-type]  # checked by the use case
        foreign=sent("rules.foreign"),  # type: ignore[arg-type]
        log_only=sent("rules.log_only") == "yes",
        audit_rate=_share("rules.audit_rate", sent("rules.audit_rate")),
        off_topic_is_spam=sent("rules.off_topic_is_spam") == "yes",
        unscored=sent("rules.unscored") or before.rules.unscored,  # type: ignore[arg-type]
    )
    return replace(
        before,
        name=sent("name"),
        language=sent("language"),
        url=sent("url"),
        publish_on_review=sent("publish_on_review") == "yes",
        thresholds=thresholds,
        rules=rules,
    )


def field_of(problem: str) -> str:
    """The field of the form that a problem is at: that of an entry is its list's."""
    return problem.partition("[")[0]


def _tick(value: bool) -> str:
    return "yes" if value else ""


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _number(field: str, sent: str) -> int | None:
    if not sent:
        return None
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 10):
        raise InvalidInput(field, "must be a whole number, or nothing")
    return int(sent)


def _share(field: str, sent: str) -> float | None:
    if not sent:
        return None
    try:
        value = float(sent.replace(",", "."))
    except ValueError:
        raise InvalidInput(field, "must be a number from 0 to 1, or nothing") from None
    if not 0.0 <= value <= 1.0:
        raise InvalidInput(field, "must be a number from 0 to 1, or nothing")
    return value
