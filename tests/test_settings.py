"""Where settings come from, which are refused, and that no value is ever quoted."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from moderation.assembly import active_model
from moderation.errors import SettingsInvalid
from moderation.scoring.scorer import Effort
from moderation.settings import Settings, load

ROOT = Path(__file__).resolve().parents[1]


def test_without_anything_every_setting_has_its_default() -> None:
    assert load({"PATH": "/bin", "HOME": "/"}) == Settings()


def test_a_file_wins_over_defaults_and_the_environment_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('lease_seconds = 60\nlog_level = "DEBUG"\naudit_rate = 0\n')
    found = load({"MODERATION_SETTINGS": str(file), "MODERATION_LOG_LEVEL": "ERROR"})
    assert (found.lease_seconds, found.log_level, found.audit_rate) == (60, "ERROR", 0.0)


def test_a_zero_is_not_taken_for_nothing() -> None:
    assert load({"MODERATION_AUDIT_RATE": "0"}).audit_rate == 0.0


@pytest.mark.parametrize(
    "environment",
    [
        {"MODERATION_LEASE_SECONDS": "hunter2"},
        {"MODERATION_AUDIT_RATE": "hunter2"},
        {"MODERATION_LOG_LEVEL": "hunter2"},
        {"MODERATION_MODE": "hunter2"},
        {"MODERATION_DEEP_BUDGET_MS": "hunter2"},
        {"MODERATION_HUNTER": "hunter2"},
        {"MODERATION_PROXY_AUTH_FROM": "10.0.0.1,hunter2"},
        {"MODERATION_PROXY_AUTH_FROM": "10.0.0.1/24"},
        {"MODERATION_PROXY_USER_HEADER": "hunter2: x"},
        {"MODERATION_PROXY_USER_HEADER": "X-hunter2"},  # from anywhere: nobody said from where
        {"MODERATION_SETTINGS": "/nowhere/hunter2.toml"},
    ],
)
def test_what_does_not_fit_is_refused_without_its_value(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        load(environment)
    assert "hunter2" not in f"{refusal.value.message} {refusal.value.details}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LEASE_SECONDS", "0"),
        ("CORAL_BUDGET_MS", "0"),
        ("AUDIT_RATE", "nan"),
        ("AUDIT_RATE", "1.5"),
        ("SESSION_HOURS", "-1"),
        ("TRUSTED_PROXIES", "-1"),
        ("MAX_BODY_BYTES", "0"),
        ("MODE", ""),
        ("DEEP_BUDGET_MS", "-1"),
    ],
)
def test_a_value_out_of_range_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match="does not fit"):
        load({f"MODERATION_{name}": value})


@pytest.mark.parametrize(
    ("environment", "in_time", "effort"),
    [
        ({}, True, Effort("auto", 0.25)),
        (
            {"MODERATION_MODE": "deep", "MODERATION_DEEP_BUDGET_MS": "40"},
            True,
            Effort("deep", 0.04),
        ),
        # No limit, asked for or because nobody waits.
        ({"MODERATION_DEEP_BUDGET_MS": "0"}, True, Effort("auto", None)),
        ({"MODERATION_MODE": "fast"}, False, Effort("fast", None)),
    ],
)
def test_the_settings_say_how_much_effort_a_call_is_worth(
    environment: dict[str, str], in_time: bool, effort: Effort
) -> None:
    assert active_model(load(environment), in_time=in_time)._effort == effort


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("secret_key = hunter2")
    with pytest.raises(SettingsInvalid, match="cannot be read"):
        load({"MODERATION_SETTINGS": str(file)})


@pytest.mark.parametrize(("url", "secure"), [("https://a.example", True), ("http://a", False)])
def test_cookies_are_secure_exactly_under_https(url: str, secure: bool) -> None:
    assert Settings(public_url=url).is_https is secure


def test_the_example_shows_every_setting_with_its_default_and_its_help() -> None:
    example = (ROOT / "settings.example.toml").read_text(encoding="utf-8")
    commented = [line.removeprefix("# ") for line in example.splitlines() if " = " in line]
    assert tomllib.loads("\n".join(commented)) == {
        setting.name: setting.default for setting in fields(Settings)
    }
    words = " ".join(example.replace("\n# ", " ").split())
    assert [s.name for s in fields(Settings) if s.metadata["help"] not in words] == []
