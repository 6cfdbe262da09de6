"""`sites`: publications and what each wants."""

from __future__ import annotations

import argparse
from dataclasses import replace

from moderation.commands.opening import Commands, one_of, opened_store, site_of
from moderation.comments import MAX_ID, Site
from moderation.errors import Conflict, InvalidInput
from moderation.labels import Label
from moderation.policy import policy_for
from moderation.settings import Settings
from moderation.wire.requests import checked_language


def add(commands: Commands) -> None:
    """Declare `sites add | list | set`."""
    sites = one_of(commands, "sites", "publications")
    for name, help_, run in (
        ("add", "add a site", run_add),
        ("set", "change what a site wants; what is not named stays", run_set),
    ):
        command = sites.add_parser(name, help=help_)
        command.add_argument("id", metavar="ID")
        command.add_argument("--name", help="as moderators see it")
        command.add_argument("--language", help="the language its readers write (BCP 47 tag)")
        command.add_argument("--url")
        command.add_argument(
            "--publish-on-review",
            choices=("yes", "no"),
            help="show comments under review to readers, in place of holding them",
        )
        command.add_argument(
            "--threshold",
            action="append",
            default=[],
            metavar="LABEL:review|block=SCORE",
            help="an own cut-off, e.g. insult:review=0.4; empty SCORE takes the model's again",
        )
        command.set_defaults(run=run)
    command = sites.add_parser("list", help="id, language, name and own cut-offs of every site")
    command.set_defaults(run=run_list)


def run_add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add a site. An id that is taken is a conflict."""
    if not (0 < len(arguments.id) <= MAX_ID and arguments.id.isprintable()):
        raise InvalidInput("id", f"must have 1 to {MAX_ID} printable characters")
    site = _changed(Site(id=arguments.id, name=arguments.id), arguments)
    with opened_store(settings) as store, store.write() as work:
        if work.sites.get(site.id) is not None:
            raise Conflict(f"There is a site {site.id!r} already.", field="id")
        work.sites.put(site)
        work.commit()
    print(f"{site.id} is added.")
    return 0


def run_set(arguments: argparse.Namespace, settings: Settings) -> int:
    """Change a site."""
    with opened_store(settings) as store, store.write() as work:
        site = _changed(site_of(work, arguments.id), arguments)
        work.sites.put(site)
        work.commit()
    print(f"{site.id} is changed.")
    return 0


def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line a site."""
    with opened_store(settings) as store, store.read() as work:
        for site in work.sites.all():
            cutoffs = " ".join(
                f"{label}:{level}={value:g}"
                for label, levels in site.thresholds.items()
                for level, value in levels.items()
            )
            print(f"{site.id}\t{site.language}\t{site.name}\t{cutoffs}")
    return 0


def _changed(site: Site, arguments: argparse.Namespace) -> Site:
    given = {
        name: value
        for name in ("name", "language", "url")
        if (value := getattr(arguments, name)) is not None
    }
    checked_language("language", arguments.language)
    if arguments.publish_on_review is not None:
        given["publish_on_review"] = arguments.publish_on_review == "yes"
    thresholds = {label: dict(levels) for label, levels in site.thresholds.items()}
    for written in arguments.threshold:
        label, level, score = _threshold(written)
        levels = thresholds.setdefault(label, {})
        levels.pop(level, None)
        if score is not None:
            levels[level] = score
    kept = {label: levels for label, levels in thresholds.items() if levels}
    changed = replace(site, **given, thresholds=kept)
    # Refused here, and not at the first comment that would be judged by them.
    policy_for(changed, {})
    return changed


def _threshold(written: str) -> tuple[str, str, float | None]:
    name, _, score = written.partition("=")
    label, _, level = name.partition(":")
    if label not in {known.value for known in Label} or level not in ("review", "block"):
        raise InvalidInput("threshold", "must look like insult:review=0.4")
    try:
        return label, level, float(score) if score else None
    except ValueError:
        raise InvalidInput("threshold", "the score must be a number in [0, 1]") from None
