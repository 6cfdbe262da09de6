"""`import` as a process of its own that tells at its end how much memory it took.

python -m tests.drills.importing FILE: two words stand in for the model, so that what
is measured is the import. The last line printed is the peak, in bytes.
"""

from __future__ import annotations

import re
import sys
from collections import deque
from pathlib import Path

from moderation.cli import main
from moderation.scoring.active import ActiveModel
from tests.factories import KeywordScorer

if __name__ == "__main__":
    scorer = KeywordScorer()
    # It keeps what it is given, for tests to look at.
    scorer.heard = deque(maxlen=0)  # type: ignore[assignment]
    ActiveModel.current = lambda _: scorer  # type: ignore[assignment,method-assign,return-value]
    code = main(["import", *sys.argv[1:]])
    # Not `getrusage`: that one begins with what the process was before it became this program.
    told = re.search(r"^VmHWM:\s*(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    sys.stdout.write(f"{int(told[1]) * 1024 if told else sys.maxsize}\n")
    sys.exit(code)
