"""`import` as a process of its own that tells at its end how much memory it took.

python -m tests.drills.importing FILE: two words stand in for the model, so that what
is measured is the import. The last line printed is the peak, in bytes.
"""

from __future__ import annotations

import resource
import sys
from collections import deque

from moderation.cli import main
from moderation.scoring.active import ActiveModel
from tests.factories import KeywordScorer

if __name__ == "__main__":
    scorer = KeywordScorer()
    # It keeps what it is given, for tests to look at.
    scorer.heard = deque(maxlen=0)  # type: ignore[assignment]
    ActiveModel.current = lambda _: scorer  # type: ignore[assignment,method-assign,return-value]
    code = main(["import", *sys.argv[1:]])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(f"{peak}\n")
    sys.exit(code)
