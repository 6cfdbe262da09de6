"""What there is, is written about: every command, option, setting, endpoint and make target."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import msgspec
import pytest

from moderation.accounts import ROLE_PERMISSIONS, SITE_KEY_PERMISSIONS, Permission, Role
from moderation.cli import parser as moderation_parser
from moderation.comments import Comment
from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from moderation.settings import PREFIX, Settings
from moderation.storage import SqlStore
from moderation.web.app import create_app
from moderation.wire.replies import classified_reply
from moderation.workflow import Services
from moderation.workflow.classify import classify
from tests.factories import KeywordScorer
from training.cli import parser as training_parser

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands_of(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command of a parser as one would type it."""
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield " ".join(words), parser
    for group in groups:
        for name, inner in group.choices.items():
            yield from commands_of(inner, (*words, name))


MODERATION = dict(commands_of(moderation_parser()))
TRAINING = dict(commands_of(training_parser()))


@pytest.mark.parametrize("command", MODERATION)
def test_every_command_and_its_options_are_described(command: str) -> None:
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{command}\b", written, re.MULTILINE), command
    options = [o for action in MODERATION[command]._actions for o in action.option_strings]
    for option in set(options) - {"-h", "--help"}:
        assert option in written, f"{command} {option}"


def test_the_shipped_model_s_folder_stays_small_enough_to_be_cloned() -> None:
    sizes = [path.stat().st_size for path in (ROOT / "models").rglob("*") if path.is_file()]
    assert sum(sizes) <= 60_000_000


def test_the_docs_say_that_the_shipped_model_blocks_nothing_as_long_as_it_is_so() -> None:
    [manifest] = [
        json.loads(path.read_text()) for path in (ROOT / "models").glob("*/manifest.json")
    ]
    blocks = any(pair["block"] is not None for pair in manifest["cutoffs"].values())
    said = {
        "README.md": "Out of the box nothing is blocked",
        "docs/settings.md": "no block threshold",
        "models/README.md": "blocks none",
    }
    for name, words in said.items():
        assert (words in (ROOT / name).read_text(encoding="utf-8")) is not blocks, name


def test_the_docs_say_that_each_worker_counts_sign_ins_for_itself() -> None:
    assert Settings().limits_url == "memory://"
    written = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert "with `limits_url = memory://` each worker counts for itself" in written


@pytest.mark.parametrize("command", TRAINING)
def test_every_training_command_is_described(command: str) -> None:
    assert f"training {command}" in (DOCS / "training.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", MODERATION)
def test_every_argument_has_help_or_a_telling_name(command: str) -> None:
    for action in MODERATION[command]._actions:
        assert action.help or action.metavar or action.choices or action.dest in {"url"}


def test_every_setting_is_described_with_its_default() -> None:
    written = (DOCS / "settings.md").read_text(encoding="utf-8")
    for setting in fields(Settings):
        default = f"`{setting.default}`" if setting.default != "" else "(empty)"
        row = f"| `{setting.name}` | `{PREFIX}{setting.name.upper()}` | {default} | "
        assert row + setting.metadata["help"] in written


def test_every_endpoint_is_described(sqlite_store: SqlStore, tmp_path: Path) -> None:
    app = create_app(Settings(var=str(tmp_path)), Services(sqlite_store, KeywordScorer()))
    written = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    paths = set()
    for rule in app.url_map.iter_rules():
        of_a_page = rule.endpoint.startswith(("review.", "admin."))
        form_of_a_page = of_a_page and "GET" not in (rule.methods or ())
        if rule.endpoint != "static" and not form_of_a_page:
            paths.add(re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", "{id}", rule.rule))
    assert {"/v1/classify", "/review/{id}", "/admin/users"} <= paths
    assert {path for path in paths if path not in written} == set()


def test_the_readme_begins_with_the_two_commands() -> None:
    assert re.search(r"```sh\nmake run\b.*\nmake test\b", README)


def test_the_answer_in_the_readme_is_the_shipped_models() -> None:
    asked = re.search(r"-d '(\{.*\})'", README)
    shown = re.search(r"```json\n(.*?)\n```", README, re.DOTALL)
    assert asked
    assert shown
    scorer = ActiveModel(Registry(ROOT / "models", ROOT / "models" / "none")).current()
    (found,) = classify(scorer, None, [Comment(json.loads(asked[1])["text"])])
    answer = msgspec.to_builtins(classified_reply(found, explain=False))
    for scored in (answer, *answer["reasons"]):
        scored.update({k: round(v, 4) for k, v in scored.items() if isinstance(v, float)})
    answer["scores"] = {k: v if v is None else round(v, 4) for k, v in answer["scores"].items()}
    assert json.loads(shown[1]) == answer, f"paste this:\n{json.dumps(answer, indent=2)}"


def test_every_target_of_make_is_listed_with_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"^{target}:[^#\n]* ## \S", makefile, re.MULTILINE), target


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *DOCS.glob("*.md")], ids=lambda p: p.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    assert [one for one in _linked_files(page) if not (page.parent / one).exists()] == []


def test_links_to_files_are_found() -> None:
    assert "docs/review-desk.md" in _linked_files(ROOT / "README.md")


def _linked_files(page: Path) -> list[str]:
    written = page.read_text(encoding="utf-8")
    return re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", written)


def test_the_table_of_permissions_is_the_one_in_force() -> None:
    written = (DOCS / "administration.md").read_text(encoding="utf-8")
    head, *rows = re.findall(r"^\| (?:permission|`\w+`).*\|$", written, re.MULTILINE)
    columns = [cell.strip() for cell in head.split("|")[2:-1]]
    granted = {role.value: ROLE_PERMISSIONS[role] for role in Role}
    granted["key of a site"] = SITE_KEY_PERMISSIONS
    assert columns == list(granted)
    told: dict[str, set[str]] = {column: set() for column in columns}
    named = set()
    for row in rows:
        name, *cells = row.split("|")[1:-1]
        permission = re.search(r"`(\w+)`", name)
        assert permission
        named.add(permission[1])
        for column, cell in zip(columns, cells, strict=True):
            assert cell.strip() in ("yes", "")
            told[column] |= {permission[1]} if cell.strip() else set()
    assert named == set(Permission)
    assert told == granted
