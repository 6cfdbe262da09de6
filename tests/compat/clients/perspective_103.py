"""PyPI's `perspective`, whose address can be set: BASE KEY -> JSON."""

import json
import sys
from urllib.error import HTTPError

from perspective import PerspectiveAPI

base, key = sys.argv[1:]
text = "You are a damned idiot."


def client(key):  # noqa: ANN001, ANN201
    made = PerspectiveAPI(key)
    made.api_client.url = f"{base}/v1alpha1/{{endpoint}}"
    return made


def failing(key):  # noqa: ANN001, ANN201
    try:
        client(key).score(text)
    except HTTPError as error:
        return error.code
    return 200


suggested = {"TOXICITY": {"summaryScore": {"value": 1.0}}}
options = {
    "client_token": "comment:8",
    "community_id": "news",
    "session_id": "s",
    "languages": ["en"],
}
asked = client(key)
sys.stdout.write(
    json.dumps(
        {
            "scores": asked.score(text, tests=["TOXICITY", "INSULT"]),
            "whole": asked.analyze_comment(text, do_not_store=True, **options),
            "suggested": asked.suggest_score(text, suggested, client_token="comment:8"),
            "bad key": failing("nonsense"),
        }
    )
)
