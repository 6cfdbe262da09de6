"""The settings, one table: every field below is one setting with its default and its help.

Precedence: default, then a TOML file named by `MODERATION_SETTINGS`, then the environment
(`MODERATION_` and the name in capitals). Only entry points call `load`; everyone else
is handed plain values. Unknown names are refused, and no message ever quotes a value.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from moderation.errors import SettingsInvalid
from moderation.rates import rate_of
from moderation.scoring.scorer import MODES

PREFIX = "MODERATION_"
_FILE = f"{PREFIX}SETTINGS"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_T = TypeVar("_T", str, int, float)

Network = IPv4Network | IPv6Network


def _setting(default: _T, help_: str, fits: Callable[[_T], bool] = lambda _: True) -> _T:
    return field(default=default, metadata={"help": help_, "fits": fits})


@dataclass(frozen=True, slots=True)
class Settings:
    """One value for every setting."""

    var: str = _setting("var", "Folder for all that is made on site.")
    database_url: str = _setting("", "SQLAlchemy URL of the database. Empty: SQLite under `var`.")
    models: str = _setting("models", "Folder of the shipped model, only read.")
    mode: str = _setting(
        "auto",
        "Who scores where a call does not say: fast (the linear model), auto (the encoder too "
        "where it may change the decision), deep (always both).",
        lambda mode: mode in MODES,
    )
    deep_budget_ms: int = _setting(
        250,
        "Milliseconds a call may spend on the encoder for each of its comments; then the linear "
        "model's answer is given, and says so. 0 sets no limit.",
        lambda milliseconds: milliseconds >= 0,
    )
    coral_budget_ms: int = _setting(
        150,
        "Milliseconds within which Coral is answered; what takes longer goes before a moderator "
        "there. Well below the time limit that the phase has in Coral (200 unless changed).",
        lambda milliseconds: milliseconds >= 1,
    )
    public_url: str = _setting(
        "http://127.0.0.1:8000",
        "Where people and programs reach the service. With https, cookies are Secure.",
    )
    secret_key: str = _setting("", "Signs sessions. Empty: a random one, kept in `var/secret_key`.")
    lease_seconds: int = _setting(
        300, "How long a claimed comment stays yours.", lambda seconds: seconds >= 1
    )
    audit_rate: float = _setting(
        0.01,
        "Share of undisputed comments that moderators see all the same, at random.",
        lambda share: 0 <= share <= 1,
    )
    session_hours: int = _setting(12, "How long a sign-in lasts.", lambda hours: hours >= 1)
    login_rate: str = _setting("10 per minute", "Sign-in attempts allowed from one address.")
    login_name_rate: str = _setting(
        "20 per 15 minutes",
        "Sign-ins that may fail on one login, and tries of one person to change their password.",
    )
    key_rate: str = _setting(
        "60000 per minute",
        "How often one key may call, where it has no rate of its own; none sets no limit.",
        lambda written: _is_rate(written),
    )
    limits_url: str = _setting(
        "memory://",
        "Where rate limits are counted: memory:// on this machine, redis:// for all of them.",
    )
    trusted_proxies: int = _setting(
        0,
        "How many proxies stand in front and tell the caller's address; 0 believes none.",
        lambda count: count >= 0,
    )
    proxy_user_header: str = _setting(
        "",
        "Header in which a proxy that signs people in names their login. Empty: none does.",
        lambda name: all(mark.isascii() and (mark.isalnum() or mark == "-") for mark in name),
    )
    proxy_auth_from: str = _setting(
        "",
        "Addresses and networks, parted by commas, from which that header is believed.",
        lambda listed: _are_networks(listed),
    )
    webhook_networks: str = _setting(
        "",
        "Addresses and networks of the inside, parted by commas, that webhooks may call; by plain "
        "http too. Empty: public addresses over https alone.",
        lambda listed: _are_networks(listed),
    )
    webhook_timeout: int = _setting(
        15,
        "Seconds a receiver of a webhook has for its whole answer.",
        lambda seconds: 1 <= seconds <= 60,
    )
    webhook_keep_days: int = _setting(
        7,
        "How long messages of webhooks are kept to be looked up and sent again.",
        lambda days: days >= 1,
    )
    fetch_articles: str = _setting(
        "no",
        "yes or no: whether articles of which only the address is known get their text from there.",
        lambda wanted: wanted in ("yes", "no"),
    )
    article_hosts: str = _setting(
        "",
        "Hosts, parted by commas, whose pages every site may have fetched, besides the host of "
        "its own address.",
    )
    outbound_networks: str = _setting(
        "",
        "Networks of the inside, parted by commas, in which pages of articles may be fetched "
        "all the same.",
        lambda listed: _are_networks(listed),
    )
    max_body_bytes: int = _setting(
        32 * 1024 * 1024, "Longest request body that is read at all.", lambda size: size > 0
    )
    log_level: str = _setting(
        "INFO", "DEBUG, INFO, WARNING or ERROR.", lambda level: level.upper() in _LEVELS
    )

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{Path(self.var).resolve() / 'moderation.sqlite3'}"

    @property
    def proxy_networks(self) -> tuple[Network, ...]:
        """Where `proxy_user_header` is believed from."""
        return _networks(self.proxy_auth_from)

    @property
    def called_networks(self) -> tuple[Network, ...]:
        """Networks of the inside that webhooks may call."""
        return _networks(self.webhook_networks)

    @property
    def article_networks(self) -> tuple[Network, ...]:
        """Networks of the inside in which articles may be fetched."""
        return _networks(self.outbound_networks)

    @property
    def hosts_of_articles(self) -> tuple[str, ...]:
        """Hosts whose pages may be fetched for every site."""
        return tuple(filter(None, (one.strip() for one in self.article_hosts.split(","))))

    @property
    def site_models(self) -> Path:
        """Where versions made on site and the `ACTIVE` file live."""
        return Path(self.var) / "models"

    @property
    def is_https(self) -> bool:
        """Whether people reach the service over https."""
        return urlsplit(self.public_url).scheme == "https"


def load(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises `SettingsInvalid` for an unknown name or an unfit value."""
    known: dict[str, Field[object]] = {setting.name: setting for setting in fields(Settings)}
    values: dict[str, object] = {}
    if path := environ.get(_FILE):
        values.update(_from_file(Path(path)))
    for name, raw in environ.items():
        if name.startswith(PREFIX) and name != _FILE:
            values[name.removeprefix(PREFIX).lower()] = raw
    for name in values:
        if name not in known:
            raise SettingsInvalid(f"There is no setting {name!r}.", setting=name)
    loaded = Settings(
        **{name: _convert(known[name], value) for name, value in values.items()}  # type: ignore[arg-type]
    )
    if loaded.proxy_user_header and not loaded.proxy_auth_from:
        raise SettingsInvalid(
            "The setting 'proxy_user_header' needs 'proxy_auth_from': from anywhere, anybody "
            "could send it.",
            setting="proxy_auth_from",
        )
    return loaded


def _networks(listed: str) -> tuple[Network, ...]:
    return tuple(ip_network(one.strip()) for one in listed.split(",") if one)


def _is_rate(written: str) -> bool:
    try:
        rate_of(written)
    except ValueError:
        return False
    return True


def _are_networks(listed: str) -> bool:
    try:
        return all(ip_network(one.strip()) for one in listed.split(",") if listed)
    except ValueError:
        return False


def _from_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsInvalid("The settings file cannot be read.", setting=_FILE) from error


def _convert(setting: Field[object], value: object) -> object:
    wanted = type(setting.default)
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise TypeError
        converted: object = wanted(value)  # type: ignore[call-arg]
    except (TypeError, ValueError, OverflowError):
        raise SettingsInvalid(
            f"The setting {setting.name!r} must be of type {wanted.__name__}.",
            setting=setting.name,
        ) from None
    if not setting.metadata["fits"](converted):
        raise SettingsInvalid(
            f"The setting {setting.name!r} has a value that does not fit: "
            f"{setting.metadata['help']}",
            setting=setting.name,
        )
    return converted
