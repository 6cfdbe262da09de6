"""Score texts with alt-profanity-check, run by the python of its own environment.

Reads JSON lines `{"text": ...}` on standard input and writes `{"score": ...}` on
standard output, one for each line and in order. Knows nothing of this project.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version

from profanity_check import predict_prob


def main() -> None:
    """Answer every line of standard input; the first output line names the peer's version."""
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    texts = [json.loads(line)["text"] for line in sys.stdin]
    answers = [{"name": "alt-profanity-check", "version": version("alt-profanity-check")}]
    answers += [{"score": float(score)} for score in (predict_prob(texts) if texts else [])]
    sys.stdout.writelines(json.dumps(answer) + "\n" for answer in answers)


if __name__ == "__main__":
    main()
