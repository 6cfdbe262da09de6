"""Puts the parts together for an entry point: settings in, use-case services out.

Only entry points (the WSGI module, the command lines) may import this.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from moderation.article_pages.fetching import MAX_BYTES, SECONDS, PageReader
from moderation.background import Job
from moderation.credentials import kept_secret
from moderation.errors import NotScored
from moderation.outbound import Outbound
from moderation.scoring.active import ActiveModel
from moderation.scoring.registry import Registry
from moderation.scoring.scorer import Effort
from moderation.settings import Settings
from moderation.storage import SqlStore, open_store
from moderation.webhooks.calling import judge
from moderation.webhooks.courier import Courier
from moderation.workflow import Services
from moderation.workflow.article_texts import fetch_next
from moderation.workflow.key_usage import KEPT_EVERY, keep_usage
from moderation.workflow.late_scoring import score_waiting
from moderation.workflow.suggesting import forget_old

LOOK_FOR_ARTICLES = 10.0
"""Seconds between two looks for articles that lack a text."""

FORGOTTEN_EVERY = 3_600.0
"""Seconds between two looks for what was told too long ago to be kept."""

SWEPT_EVERY = 60.0
"""Seconds between two times that a worker looks whether something was erased."""

LOOK_FOR_UNSCORED = 2.0
"""Seconds between two looks for what waits to be scored."""


def build_services(
    settings: Settings, *, store: SqlStore | None = None, in_time: bool = True
) -> Services:
    """Services over the settings' database and the model in force there; see `active_model`."""
    return Services(
        store=store or open_store(settings.database),
        scorers=active_model(settings, in_time=in_time),
        lease=timedelta(seconds=settings.lease_seconds),
        audit_rate=settings.audit_rate,
        address_key=cache(lambda: address_key(settings)),
        judge_address=partial(judge, receivers(settings)),
    )


def jobs(settings: Settings, services: Services) -> list[Job]:
    """What each worker does beside answering."""
    keep = timedelta(days=settings.webhook_keep_days)
    courier = Courier(services, receivers(settings), keep)
    late = partial(score_waiting, services)
    found = [
        Job("webhooks", courier.run, every=1.0, stop=courier.stop),
        Job("late scoring", late, every=LOOK_FOR_UNSCORED, at_most=10.0),
        Job("sweeping", services.store.sweep, every=SWEPT_EVERY),
        Job("usage of keys", partial(keep_usage, services), every=KEPT_EVERY),
        Job("old suggestions", partial(forget_old, services), every=FORGOTTEN_EVERY),
    ]
    if settings.fetch_articles == "yes":
        outbound = Outbound(settings.article_networks, seconds=SECONDS, max_bytes=MAX_BYTES)
        read, hosts = PageReader(outbound).read, settings.hosts_of_articles
        run = partial(fetch_next, services, read, hosts)
        found.append(Job("article texts", run, every=LOOK_FOR_ARTICLES))
    return found


def receivers(settings: Settings) -> Outbound:
    """What calls the receivers of webhooks; of their answers it reads no more than it must."""
    return Outbound(
        settings.called_networks, settings.webhook_timeout, max_bytes=1_024, https_outside=True
    )


def address_key(settings: Settings) -> bytes:
    """The key under which this installation hashes addresses; made at the first call."""
    return kept_secret(Path(settings.var) / "address_key").encode()


def require_model(services: Services) -> str:
    """The version in force. Raises `NotScored` with what to do where there is none."""
    try:
        return services.scorers.current().version
    except NotScored as error:
        raise NotScored(
            f"{error.message}; `python -m moderation models list` shows what is there",
            **error.details,
        ) from error


def registry(settings: Settings) -> Registry:
    """The shipped model and the versions made on site."""
    return Registry(Path(settings.models), settings.site_models)


def active_model(settings: Settings, *, in_time: bool = True) -> ActiveModel:
    """The scorer in force there; nothing is loaded before it is asked for.

    Where nobody waits for an answer (`in_time` false) the encoder may take as long as it needs.
    """
    budget = settings.deep_budget_ms / 1000 if in_time and settings.deep_budget_ms else None
    return ActiveModel(registry(settings), Effort(settings.mode, budget))
