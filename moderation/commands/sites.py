"""`sites`: publications, what each wants, and how that came to be."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import msgspec

from moderation.assembly import build_services
from moderation.changes import Change
from moderation.commands.opening import Commands, one_of, opened_store, site_of
from moderation.commands.streams import open_input
from moderation.comments import Decision, Site
from moderation.errors import InvalidInput
from moderation.labels import Label
from moderation.settings import Settings
from moderation.wire.rule_files import rules_from_file
from moderation.workflow import Services, site_policy
from moderation.workflow.site_record import in_words
from moderation.workflow.site_rehearsal import Rehearsal, rehearse

_MOST_SHOWN = 50


def add(commands: Commands) -> None:
    """Declare `sites add | set | list | show | history | revert`."""
    sites = one_of(commands, "sites", "publications")
    for name, help_, run in (
        ("add", "add a site", run_add),
        ("set", "change what a site wants; what is not named stays", run_set),
    ):
        command = sites.add_parser(name, help=help_)
        command.add_argument("id", metavar="ID")
        _add_settings(command)
        command.set_defaults(run=run)
        if run is run_set:
            command.add_argument(
                "--dry-run",
                action="store_true",
                help="change nothing; say what this would have decided on the latest comments",
            )
    command = sites.add_parser("list", help="id, language, name and own cut-offs of every site")
    command.set_defaults(run=run_list)
    for name, argument, help_, run in (
        ("show", "ID", "everything that a site wants, as JSON", run_show),
        ("history", "ID", "the changes of a site, latest first", run_history),
        ("revert", "CHANGE", "take back a change that the history shows", run_revert),
    ):
        command = sites.add_parser(name, help=help_)
        command.add_argument("id", metavar=argument)
        if run is run_history:
            command.add_argument(
                "--policy",
                metavar="NAME",
                help="only the changes that made this policy, which a ruling names",
            )
        command.set_defaults(run=run)


def run_add(arguments: argparse.Namespace, settings: Settings) -> int:
    """Add a site. An id that is taken is a conflict."""
    site = _changed(Site(id=arguments.id, name=arguments.id), arguments)
    with _services(settings) as services:
        site_policy.add_site(services, None, site)
    print(f"{site.id} is added.")
    return 0


def run_set(arguments: argparse.Namespace, settings: Settings) -> int:
    """Change a site, or say what a change would do."""
    with _services(settings) as services:
        present = _site(services, arguments.id)
        site = _changed(present, arguments)
        if arguments.dry_run:
            _print_rehearsal(rehearse(services, None, site))
            return 0
        seen = site_policy.version_of(present)
        change = site_policy.change_site(services, None, site, seen=seen)
    print(f"{site.id} is changed." if change else f"{site.id} is so already.")
    return 0


def run_list(arguments: argparse.Namespace, settings: Settings) -> int:
    """One line a site."""
    with _services(settings) as services:
        for site in site_policy.all_sites(services):
            cutoffs = " ".join(
                f"{label}:{level}={value:g}"
                for label, levels in site.thresholds.items()
                for level, value in levels.items()
            )
            print(f"{site.id}\t{site.language}\t{site.name}\t{cutoffs}")
    return 0


def run_show(arguments: argparse.Namespace, settings: Settings) -> int:
    """The site as JSON; its `rules` have the shape that `--rules` takes."""
    with _services(settings) as services:
        site = _site(services, arguments.id)
    print(msgspec.json.format(msgspec.json.encode(site)).decode())
    return 0


def run_history(arguments: argparse.Namespace, settings: Settings) -> int:
    """A line for each change, and under it what it set; all of them, or those behind a policy."""
    with _services(settings) as services:
        _site(services, arguments.id)
        changes = (
            site_policy.changes_of_site(services, arguments.id, _MOST_SHOWN)
            if arguments.policy is None
            else site_policy.changes_behind(services, arguments.id, arguments.policy)
        )
        for change in changes:
            print(f"{change.id}\t{change.at:%Y-%m-%d %H:%M}\t{_who(services, change)}")
            for line in in_words(change):
                print(f"\t{line}")
    return 0


def run_revert(arguments: argparse.Namespace, settings: Settings) -> int:
    """Take a change back, itself by a change."""
    with _services(settings) as services:
        change = site_policy.revert_change(services, None, arguments.id)
    print(f"{change.subject_id} is changed: {change.id}")
    return 0


def _add_settings(command: argparse.ArgumentParser) -> None:
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
    command.add_argument(
        "--rules",
        metavar="FILE",
        help="rules from a .toml or .json file (- is JSON from standard input)",
    )


@contextmanager
def _services(settings: Settings) -> Iterator[Services]:
    """Use cases over the settings' store; no model is loaded before one is asked for."""
    with opened_store(settings) as store:
        yield build_services(settings, store=store)


def _site(services: Services, site_id: str) -> Site:
    with services.store.read() as work:
        return site_of(work, site_id)


def _who(services: Services, change: Change) -> str:
    if change.actor is None:
        return "a command"
    with services.store.read() as work:
        user = work.accounts.user(change.actor)
    return user.login if user else change.actor


def _print_rehearsal(found: Rehearsal) -> None:
    print(f"{found.read} comments judged anew, {found.changed} decided otherwise:")
    for decision in Decision:
        now, then = found.now.get(decision, 0), found.then.get(decision, 0)
        print(f"\t{decision}: {now} now, {then} then")
    for one in found.examples:
        why = "; ".join(reason.detail or reason.label or reason.code for reason in one.reasons)
        print(f"{one.comment_id}\t{one.before} -> {one.after}\t{why}")


def _changed(site: Site, arguments: argparse.Namespace) -> Site:
    given = {
        name: value
        for name in ("name", "language", "url")
        if (value := getattr(arguments, name)) is not None
    }
    if arguments.publish_on_review is not None:
        given["publish_on_review"] = arguments.publish_on_review == "yes"
    if arguments.rules is not None:
        with open_input(arguments.rules) as file:
            raw = file.read()
        given["rules"] = rules_from_file(site.rules, raw, is_toml=arguments.rules.endswith(".toml"))
    thresholds = {label: dict(levels) for label, levels in site.thresholds.items()}
    for written in arguments.threshold:
        label, level, score = _threshold(written)
        levels = thresholds.setdefault(label, {})
        levels.pop(level, None)
        if score is not None:
            levels[level] = score
    return replace(site, **given, thresholds=thresholds)


def _threshold(written: str) -> tuple[str, str, float | None]:
    name, _, score = written.partition("=")
    label, _, level = name.partition(":")
    if label not in {known.value for known in Label} or level not in ("review", "block"):
        raise InvalidInput("threshold", "must look like insult:review=0.4")
    try:
        return label, level, float(score) if score else None
    except ValueError:
        raise InvalidInput("threshold", "the score must be a number in [0, 1]") from None
