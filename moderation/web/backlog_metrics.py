"""What waits, for Prometheus: read from the database when it is asked for, never counted along.

So every worker tells the same, and nothing is wrong after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from moderation.outgoing import Off
from moderation.workflow.numbers import Backlog


def backlog_exposition(backlog: Backlog) -> bytes:
    """The backlog in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Backlog(backlog))
    return generate_latest(registry)


class _Backlog(Collector):
    def __init__(self, backlog: Backlog) -> None:
        self._backlog = backlog

    def collect(self) -> Iterable[Metric]:
        told, outgoing = self._backlog, self._backlog.outgoing
        yield _gauge("unscored_waiting", "Comments that wait to be scored.", told.unscored)
        yield _gauge(
            "webhook_messages_new", "Messages not handed out to endpoints yet.", outgoing.new
        )
        yield _gauge(
            "webhook_deliveries_waiting",
            "Messages on their way, one for each endpoint.",
            outgoing.waiting,
        )
        yield _gauge(
            "webhook_oldest_waiting_seconds",
            "Age of the oldest message that is new or on its way.",
            told.oldest.total_seconds(),
        )
        yield _gauge(
            "webhook_deliveries_failed",
            "Messages given up after their last attempt, as long as they are kept.",
            outgoing.failed,
        )
        off = GaugeMetricFamily(
            "moderation_webhook_endpoints_off", "Endpoints switched off.", labels=("reason",)
        )
        for reason in Off:
            off.add_metric((reason.value,), outgoing.off.get(reason, 0))
        yield off


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"moderation_{name}", words, value)
