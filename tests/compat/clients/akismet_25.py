"""Drives PyPI's `akismet`: address and key in, what it understood out, as JSON."""

import json
import sys

import akismet
import httpx

base, key, civil, harsh = sys.argv[1:]


class Elsewhere(httpx.HTTPTransport):
    """Reaches this service under Akismet's name, as an entry in DNS would."""

    def handle_request(self, request):  # noqa: ANN001, ANN201
        assert request.url.host == "rest.akismet.com"
        request.url = httpx.URL(base).join(request.url.raw_path.decode())
        return super().handle_request(request)


def client(key):  # noqa: ANN001, ANN201
    there = httpx.Client(
        transport=Elsewhere(), headers={"User-Agent": akismet.USER_AGENT}, timeout=30
    )
    return akismet.SyncClient(
        config=akismet.Config(key=key, url="https://blog.example"), http_client=there
    )


def refused(ask):  # noqa: ANN001, ANN201
    try:
        return str(ask())
    except akismet.AkismetError as error:
        return type(error).__name__


ours, others = client(key), client("ba9876543210")
about = {"user_ip": "192.0.2.7", "comment_author": "Ann", "permalink": "https://blog.example/a"}
sys.stdout.write(
    json.dumps(
        {
            "keys": [ours.verify_key(), others.verify_key()],
            "harsh": ours.comment_check(comment_content=harsh, **about).name,
            "civil": ours.comment_check(comment_content=civil, is_test=False, **about).name,
            "told": [
                ours.submit_ham(comment_content=harsh, **about),
                ours.submit_spam(comment_content=civil, **about),
            ],
            "refused": refused(lambda: others.comment_check(comment_content=civil, **about)),
            "empty": refused(lambda: ours.comment_check(comment_content="", **about)),
            "usage": ours.usage_limit()["usage"],
        }
    )
)
