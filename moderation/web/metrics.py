"""What Prometheus is told: how many requests, how long they took, what was decided.

Under gunicorn the workers count together, through files in `PROMETHEUS_MULTIPROC_DIR`
(set by `gunicorn.conf.py`); elsewhere the one process counts for itself. No id of a
site, of a person or of a comment is ever a label.
"""

from __future__ import annotations

import os
import time

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from moderation.comments import OUT_OF_TIME, Ruling

_REQUESTS = Counter(
    "moderation_http_requests_total", "Requests answered.", ("method", "route", "status")
)
_SECONDS = Histogram(
    "moderation_http_request_seconds",
    "Time from the request's arrival in the app to its answer.",
    ("route",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
_RULINGS = Counter(
    "moderation_rulings_total", "Comments scored over HTTP.", ("decision", "model", "mode")
)
_OUT_OF_TIME = Counter(
    "moderation_out_of_time_total",
    "Comments answered by the linear model alone because the time for the encoder had run out.",
    ("model",),
)
_UNSCORED = Counter(
    "moderation_unscored_total",
    "Comments handed in over HTTP that could not be scored at once.",
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def init_metrics(app: Flask) -> None:
    """Count every request of the app."""
    app.after_request(_count)


def count_ruling(ruling: Ruling) -> None:
    """Count one comment that was scored."""
    _RULINGS.labels(ruling.decision.value, ruling.model, ruling.mode).inc()
    if any(reason.code == OUT_OF_TIME for reason in ruling.reasons):
        _OUT_OF_TIME.labels(ruling.model).inc()


def count_unscored() -> None:
    """Count one comment that was kept without a score."""
    _UNSCORED.inc()


def exposition() -> Response:
    """All counts in Prometheus' text format."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _count(response: Response) -> Response:
    # By rule and known method, so that nobody outside can invent new series.
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in _METHODS else "other"
    _REQUESTS.labels(method, route, str(response.status_code)).inc()
    _SECONDS.labels(route).observe(time.perf_counter() - g.began)
    return response
