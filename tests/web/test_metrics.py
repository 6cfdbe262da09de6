"""What Prometheus is told: of requests, of decisions, and of what waits."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient

from moderation.comments import Site
from moderation.outgoing import Endpoint, Off, SigningSecret, State
from moderation.stored import OutboxMessage
from moderation.unscored import Unscored
from moderation.workflow import Services
from tests.factories import NOON, Clock, a_stored_comment
from tests.web.conftest import Caller

API_PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_metrics_count_routes_and_decisions_and_name_nobody(
    anyone: FlaskClient, program: Caller
) -> None:
    program.post("/v1/comments", {"id": "secret-id", "text": "You idiot."})
    text = anyone.get("/metrics").text
    route = 'moderation_http_requests_total{method="POST",route="/v1/comments",status="201"}'
    assert route in text
    assert 'moderation_rulings_total{decision="block",mode="fast",model="keywords-1"}' in text
    assert "secret-id" not in text
    assert "daily" not in text


def test_metrics_tell_what_waits_at_this_moment(
    anyone: FlaskClient, web: Services, clock: Clock, daily: Site
) -> None:
    secret = (SigningSecret("whsec_YQ=="),)
    with web.store.write() as work:
        work.endpoints.put(Endpoint("e1", daily.id, "https://a.example/", NOON, secret))
        off = Endpoint("e2", daily.id, "https://b.example/", NOON, secret, off=Off.GONE)
        work.endpoints.put(off)
        for number in range(3):
            message = OutboxMessage(f"m{number}", daily.id, "comment.scored", {}, NOON)
            work.outbox.add(message)
            work.outbox.mark_sent(message.id, NOON)
            work.deliveries.add("e1", [message], State.PENDING, NOON)
        comment = a_stored_comment(ruling=None)
        work.comments.add(comment)
        work.unscored.put(Unscored(comment.key, 1, NOON, NOON))
        work.commit()
    clock.advance(minutes=2)
    lines = anyone.get("/metrics").text.splitlines()
    assert "# TYPE moderation_webhook_deliveries_waiting gauge" in lines
    for line in (
        "moderation_unscored_waiting 1.0",
        "moderation_webhook_messages_new 0.0",
        "moderation_webhook_deliveries_waiting 3.0",
        "moderation_webhook_oldest_waiting_seconds 120.0",
        "moderation_webhook_deliveries_failed 0.0",
        'moderation_webhook_endpoints_off{reason="gone"} 1.0',
        'moderation_webhook_endpoints_off{reason="failing"} 0.0',
    ):
        assert line in lines


def test_every_metric_is_described(anyone: FlaskClient) -> None:
    told = re.findall(r"^# TYPE (moderation_\w+) (\w+)$", anyone.get("/metrics").text, re.M)
    assert len(told) > 8
    written = API_PAGE.read_text(encoding="utf-8")
    for name, kind in told:
        # The moments at which counts began, which the library adds by itself.
        if not name.endswith("_created"):
            assert f"| `{name}` | {kind} |" in written
