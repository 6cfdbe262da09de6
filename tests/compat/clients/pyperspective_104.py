"""PyPI's `PyPerspective`, which asks once without a body to try its key: BASE KEY -> JSON."""

import json
import sys

import requests
from elsewhere import send_elsewhere
from PyPerspective.Perspective import Perspective

base, key = sys.argv[1:]
send_elsewhere(requests.Session, base)
IDIOT = "You are a damned idiot."


def failing(ask):  # noqa: ANN001, ANN201
    try:
        ask()
    except Exception as error:  # its own error for ours takes no argument, and is another error
        return type(error).__name__
    return ""


client = Perspective(key)
found = client.get_score(IDIOT, tests=["TOXICITY", "INSULT", "FLIRTATION"])
sys.stdout.write(
    json.dumps(
        {
            "scores": {one.name: [one.score, one.score_type] for one in found.attributes},
            "spans": [[span.start, span.end, span.score] for span in found["TOXICITY"].spans],
            "languages": [found.requests_langs, found.detected_langs],
            "foreign": failing(lambda: client.get_score("Bonjour.", langs="fr")),
            "empty": failing(lambda: client.get_score(" ")),
            "bad key": failing(lambda: Perspective("nonsense")),
        }
    )
)
