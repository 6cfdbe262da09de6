"""The discovery document: its addresses are those under which the caller found it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from moderation.settings import Settings
from moderation.web.app import create_app
from moderation.wire.perspective.shapes import AnalyzeRequest, SuggestRequest
from moderation.workflow import Services
from tests.web.conftest import Caller

PATH = "/$discovery/rest?version=v1alpha1"


def test_everybody_may_read_it(anyone: FlaskClient) -> None:
    found = anyone.get(PATH)
    assert found.status_code == 200
    assert (found.json["id"], found.json["rootUrl"]) == (
        "commentanalyzer:v1alpha1",
        "http://localhost/",
    )
    assert anyone.get("/$discovery/rest").status_code == 200


def test_a_key_is_checked_where_one_is_sent(program: Caller, anyone: FlaskClient) -> None:
    assert anyone.get(f"{PATH}&key={program.secret}").status_code == 200


@pytest.mark.parametrize(
    ("public_url", "base", "root"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "http://127.0.0.1:8000/"),
        ("https://mod.example.org", "http://mod.example.org", "https://mod.example.org/"),
        ("https://example.org/mod", "http://example.org", "https://example.org/mod/"),
        ("https://example.org/mod", "http://127.0.0.1:8000", "https://example.org/mod/"),
        (
            "https://mod.example.org",
            "https://commentanalyzer.googleapis.com",
            "https://commentanalyzer.googleapis.com/",
        ),
    ],
)
def test_its_root_is_the_host_that_was_asked(
    web: Services, public_url: str, base: str, root: str
) -> None:
    app = create_app(Settings(secret_key="only for tests", public_url=public_url), web)
    found = app.test_client().get(PATH, base_url=base)
    assert {found.json[name] for name in ("rootUrl", "baseUrl", "mtlsRootUrl")} == {root}


@pytest.mark.parametrize(
    ("host", "root"),
    [
        ("moderation_app:8000", "http://moderation_app:8000/"),
        ("xn--bcher-kva.example", "http://xn--bcher-kva.example/"),
        ("Mod.Example.org:80", "http://Mod.Example.org/"),
        ("[::1]:8000", "http://[::1]:8000/"),
        ("PUBLIC.example", "http://public.example/mod/"),
        ("b\xfccher.example", "http://public.example/mod/"),
        ("no host", "http://public.example/mod/"),
        ("evil.example/path", "http://public.example/mod/"),
        ("user@evil.example", "http://public.example/mod/"),
        ("", "http://public.example/mod/"),
    ],
)
def test_its_root_is_spelt_as_the_caller_spells_it_where_that_is_a_host(
    web: Services, host: str, root: str
) -> None:
    values = Settings(secret_key="only for tests", public_url="http://public.example/mod")
    found = create_app(values, web).test_client().get(PATH, headers={"Host": host})
    assert (found.status_code, found.json["rootUrl"]) == (200, root)


@pytest.mark.parametrize(
    ("near", "root"), [(1, "https://mod.example.org/p/"), (0, "http://localhost/")]
)
def test_what_a_trusted_proxy_tells_is_in_its_root(web: Services, near: int, root: str) -> None:
    values = Settings(secret_key="only for tests", trusted_proxies=near)
    told = {"Proto": "https", "Host": "mod.example.org", "Prefix": "/p"}
    headers = {f"X-Forwarded-{name}": value for name, value in told.items()}
    found = create_app(values, web).test_client().get(PATH, headers=headers)
    assert found.json["rootUrl"] == root


def test_it_describes_the_routes_and_fields_that_there_are(app: Flask, anyone: FlaskClient) -> None:
    found = anyone.get(PATH).json
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    methods = found["resources"]["comments"]["methods"]
    assert {f"/{method['path']}" for method in methods.values()} <= rules
    assert f"/{found['batchPath']}" in rules
    # To a suggestion it is accepted and honoured, as some send it with everything.
    tolerated = {"doNotStore"}
    for kind, name in (
        (AnalyzeRequest, "AnalyzeCommentRequest"),
        (SuggestRequest, "SuggestCommentScoreRequest"),
    ):
        fields = set(kind.__struct_encode_fields__)
        assert fields - tolerated == set(found["schemas"][name]["properties"]) - tolerated
