"""What the form of a site shows of one, typed in again, is the same site."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from moderation.labels import Label
from moderation.rulebook import Meanwhile
from moderation.web.admin.site_form import LEVELS, site_of, typed_of
from tests.factories import a_site

SHARES = st.floats(0.0, 1.0)
THRESHOLDS = st.dictionaries(
    st.sampled_from([label.value for label in Label]),
    st.dictionaries(st.sampled_from(LEVELS), SHARES, min_size=1),
)


@given(
    thresholds=THRESHOLDS,
    audit_rate=st.none() | SHARES,
    unscored=st.sampled_from(["hold", "publish"]),
)
def test_a_form_that_is_saved_as_it_is_shown_moves_nothing(
    thresholds: dict[str, dict[str, float]], audit_rate: float | None, unscored: Meanwhile
) -> None:
    site = a_site()
    rules = replace(site.rules, audit_rate=audit_rate, unscored=unscored)
    site = replace(site, thresholds=thresholds, rules=rules)
    assert site_of(typed_of(site), site) == site
