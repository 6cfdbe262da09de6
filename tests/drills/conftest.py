"""What the drills share: a seed that a failure names, as it is part of every drill's name.

`DRILL_SEED` repeats one. Threads do not repeat to the last step, so a failure may need
more than one run.
"""

from __future__ import annotations

import os
import random

import pytest

pytest.register_assert_rewrite("tests.drills.crowd", "tests.drills.patient", "tests.drills.record")

_SEED = int(os.environ.get("DRILL_SEED") or random.SystemRandom().randrange(10**6))


@pytest.fixture(params=[_SEED])
def seed(request: pytest.FixtureRequest) -> int:
    """Another one in every run, unless it is given."""
    return int(request.param)
