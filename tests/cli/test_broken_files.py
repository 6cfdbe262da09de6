"""An import of a file that breaks half-way: what stands before the break is taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

GOOD = "".join(f'{{"id": "{n}", "text": "Yes.", "parent_id": "gone"}}\n' for n in range(70))
CUT_OFF = "".join(
    f'<post dsq:id="{n}"><message>Yes.</message><parent dsq:id="gone"/></post>' for n in range(70)
)
DISQUS = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (f"{DISQUS}{CUT_OFF}<post><mess", "The XML is broken at line 1"),
        (GOOD + '{"type": "site", "id": ""}\n{"id": "x", "text": "No."}\n', "line 71: this site"),
    ],
    ids=["cut off", "site"],
)
def test_what_was_read_before_a_file_breaks_is_taken_in_and_told(
    ready: Run, tmp_path: Path, content: str, problem: str
) -> None:
    file = tmp_path / "export"
    file.write_text(content)
    code, out, err = ready("import", "--dry-run", str(file))
    told = "read 70, stored 70, unchanged 0, skipped 0, orphans 70"
    assert (code, out.splitlines()[-1]) == (1, told)
    code, out, err = ready("import", str(file))
    assert (code, out.splitlines()) == (1, [told])
    assert problem in err
    out = ready("import", str(file))[1]
    assert out.splitlines() == ["read 70, stored 0, unchanged 70, skipped 0, orphans 70"]
    assert ready("export")[1].count('"type":"comment"') == 70
