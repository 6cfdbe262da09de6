"""Imports point one way, files stay small, and the top level has the names it promises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAX_LINES = 400

LAYERS = (
    {"checks", "labels", "errors", "comments", "accounts", "changes", "key_map", "preferences"}
    | {"rates", "records", "personal_data", "rulebook", "spill", "text", "threads"}
    | {"web_addresses"},
    {"scoring", "policy", "review_queue", "review_moves", "credentials", "settings"}
    | {"audit_log", "overturned", "site_checks", "site_rules"},
    {
        "account_stores",
        "article_stores",
        "outgoing",
        "outgoing_stores",
        "told_stores",
        "stored",
        "stores",
    }
    | {"unscored", "workflow"},
    {"storage", "importers", "webhooks", "outbound", "article_pages"},
    {"wire"},
    {"web"},
    {
        "allocator",
        "assembly",
        "background",
        "cli",
        "commands",
        "demo",
        "first_run",
        "__main__",
        "__init__",
    },
)
"""Parts of `moderation`, lowest first; each may import its own layer and those below."""

LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
WEB, ENTRY = LEVEL["web"], LEVEL["cli"]
FRAMEWORKS = {"flask", "flask_login", "flask_wtf", "flask_limiter", "werkzeug", "wtforms"}


def modules(package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def imports_of(path: Path) -> set[str]:
    """Every module that a file imports, with the names it takes from packages."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def part_of(module: str) -> str:
    names = module.split(".")
    return names[1] if len(names) > 1 else "__init__"


EVERY = dict(modules("moderation"))
FACES = sorted(path.parent.name for path in (ROOT / "moderation" / "web").glob("*/__init__.py"))
"""What `moderation.web` shows to whom: a package for each."""


def test_every_module_is_looked_at() -> None:
    assert {"moderation.cli", "moderation.storage.sql", "moderation.web.review.acts"} <= set(EVERY)
    assert {"admin", "api", "review"} <= set(FACES)


def test_every_part_has_its_layer() -> None:
    assert {part_of(name) for name in EVERY} <= set(LEVEL)


@pytest.mark.parametrize("name", EVERY)
def test_a_module_imports_only_what_lies_below(name: str) -> None:
    part, level = part_of(name), LEVEL[part_of(name)]
    imported = imports_of(EVERY[name])
    ours = {part_of(other) for other in imported if other.startswith("moderation.")}
    too_high = {other for other in ours if LEVEL.get(other, 0) > level}
    if part == "__init__":
        too_high = ours - {"comments"}
    assert not too_high, f"{name} imports {too_high}"
    tops = {other.split(".")[0] for other in imported}
    assert not tops & {"training", "benchmarks"}
    if level < WEB:
        assert not tops & FRAMEWORKS
    if level < LEVEL["storage"]:
        assert "sqlalchemy" not in tops
    if part in ("wire", "web"):
        assert not ours & {"storage", "importers"}
    if part == "wire":
        assert "sqlalchemy" not in tops
    if level == ENTRY:
        assert "web" not in ours, "a command shares the wire with the web, never its routes"
    if part == "importers":
        assert not ours & {"storage", "stores", "workflow"}
    if level < WEB and part != "settings":
        assert "settings" not in ours, "settings are read by entry points and handed on as values"


@pytest.mark.parametrize("sibling", FACES)
def test_faces_of_the_web_do_not_import_one_another(sibling: str) -> None:
    others = set(FACES) - {sibling}
    for name, path in EVERY.items():
        if name.startswith(f"moderation.web.{sibling}."):
            faces = {other.split(".")[2] for other in imports_of(path) if other.count(".") > 2}
            assert not faces & others, name


def test_only_entry_points_read_the_environment() -> None:
    for name, path in EVERY.items():
        if LEVEL[part_of(name)] < ENTRY:
            assert not imports_of(path) & {"os.environ", "os.getenv"}, name
            assert "environ[" not in path.read_text(encoding="utf-8"), name


def test_no_module_is_longer_than_one_can_hold() -> None:
    packages = ("moderation", "training", "benchmarks", "tests")
    every = [module for package in packages for module in modules(package)]
    lines = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in every}
    assert {name.partition(".")[0] for name in lines} == set(packages)
    assert {name: count for name, count in lines.items() if count > MAX_LINES} == {}


def test_the_wsgi_entry_stays_small() -> None:
    assert len((ROOT / "service.py").read_text(encoding="utf-8").splitlines()) < 40


@pytest.mark.parametrize(
    "name",
    [
        "moderation",
        "training",
        "models",
        "service.py",
        "tests",
        "requirements.txt",
        "benchmarks",
        "docs",
        "integrations",
        "Makefile",
        "pyproject.toml",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "LICENSE",
        "settings.example.toml",
        "requirements-dev.txt",
        "gunicorn.conf.py",
        ".ci/run",
    ],
)
def test_the_top_level_has_what_it_promises(name: str) -> None:
    assert (ROOT / name).exists()


def test_names_that_say_nothing_are_not_used() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert not [name for name in EVERY if set(name.split(".")) & empty]
