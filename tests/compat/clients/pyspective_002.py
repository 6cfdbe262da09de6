"""PyPI's `pyspective`, which asks for eight attributes at once: BASE KEY -> JSON."""

import json
import sys

import requests
from elsewhere import send_elsewhere
from pyspective.pyspective import PyspectiveAPI

base, key = sys.argv[1:]
send_elsewhere(requests.Session, base)
client = PyspectiveAPI(key)
text = "You are a damned idiot."
sys.stdout.write(
    json.dumps(
        {
            "all": client.score(text),
            "one": client.score(text, "insult"),
            "suggested": client.suggest(text, 1),
        }
    )
)
