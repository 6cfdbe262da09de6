"""Score texts with alt-profanity-check, run by the python of its own environment.

Reads JSON lines `{"text": ...}` on standard input and writes `{"score": ...}` on
standard output, one for each line and in order. With `--timed` a line is
`{"comments": [{"text": ...}, ...], "single": bool}`, answered at once by
`{"seconds": [...], "cpu": ...}`: one time for the batch, or one for each comment.
Knows nothing of this project.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version

from profanity_check import predict_prob

HEAD = {"name": "alt-profanity-check", "version": version("alt-profanity-check")}


def main() -> None:
    """Answer every line of standard input; the first output line names the peer's version."""
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    if sys.argv[1:] == ["--timed"]:
        answer_timed()
        return
    texts = [json.loads(line)["text"] for line in sys.stdin]
    answers: list[dict[str, object]] = [{**HEAD}]
    answers += [{"score": float(score)} for score in (predict_prob(texts) if texts else [])]
    sys.stdout.writelines(json.dumps(answer) + "\n" for answer in answers)


def answer_timed() -> None:
    """Time every line as it comes; reading and writing lines is outside of the clock."""
    print(json.dumps(HEAD), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        texts = [comment["text"] for comment in asked["comments"]]
        batches = [[text] for text in texts] if asked["single"] else [texts]
        seconds = []
        started = time.process_time()
        for batch in batches:
            begun = time.perf_counter()
            predict_prob(batch)
            seconds.append(time.perf_counter() - begun)
        answer = {"seconds": seconds, "cpu": time.process_time() - started}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
