"""PyPI's `perspective-py`, which looks for the words of errors: BASE KEY -> JSON."""

import json
import sys

import httplib2
from elsewhere import send_elsewhere
from perspective import Client
from perspective.errors import InvalidToken, UnsupportedLanguage

base, key = sys.argv[1:]
send_elsewhere(httplib2.Http, base)


def failing(ask):  # noqa: ANN001, ANN201
    try:
        ask()
    except (InvalidToken, UnsupportedLanguage) as error:
        return [type(error).__name__, str(error)]
    return []


client = Client(key)
sys.stdout.write(
    json.dumps(
        {
            "percent": client.analyze("You are a damned idiot."),
            "foreign": failing(
                lambda: client.analyze("Bonjour.", ["FLIRTATION"], language="French")
            ),
            "bad key": failing(lambda: Client("nonsense")),
        }
    )
)
