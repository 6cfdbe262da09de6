"""google-api-python-client, built from our discovery document: BASE KEY -> JSON lines."""

from __future__ import annotations

import json
import sys
from typing import Any

from elsewhere import find_every_name_here
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

base, key = sys.argv[1:]
find_every_name_here()


def service(key: str) -> Any:  # noqa: ANN401 - the client has no types
    return build(
        "commentanalyzer",
        "v1alpha1",
        developerKey=key,
        discoveryServiceUrl=f"{base}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
        cache_discovery=False,
    )


def body(text: str, *names: str, **more: object) -> dict[str, object]:
    attributes = {name: {} for name in names or ("TOXICITY",)}
    return {"comment": {"text": text}, "requestedAttributes": attributes, **more}


def error_of(error: HttpError) -> dict[str, object]:
    return {"status": error.resp.status, "reason": error.reason, "details": error.error_details}


def failing(key: str, **more: object) -> dict[str, object]:
    try:
        service(key).comments().analyze(body=body("Bonjour.", **more)).execute()
    except HttpError as error:
        return error_of(error)
    return {}


comments = service(key).comments()
analyzed = comments.analyze(body=body("You are a damned idiot.", "TOXICITY", "INSULT")).execute()
suggested = comments.suggestscore(
    body={
        "comment": {"text": "You are a damned idiot."},
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
        "clientToken": "comment:7",
    }
).execute()

batched: dict[str, object] = {}


def collect(id: str, answer: dict[str, object] | None, error: HttpError | None) -> None:
    batched[id] = error_of(error) if error else answer


client = service(key)
batch = client.new_batch_http_request(callback=collect)
for number in range(50):
    batch.add(client.comments().analyze(body=body(f"Comment {number}.")), request_id=f"c{number}")
batch.add(client.comments().analyze(body=body("")), request_id="empty")
batch.execute()

print(  # noqa: T201
    json.dumps(
        {
            "analyzed": analyzed,
            "suggested": suggested,
            "batched": batched,
            "foreign": failing(key, languages=["fr"]),
            "bad key": failing("nonsense"),
        }
    )
)
