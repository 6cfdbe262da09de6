"""Clients of other services as their users have them, each by itself under `build/clients`.

Several of them go by the same name in Python, so none of them can be among our own packages.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / "build" / "clients"
DRIVERS = Path(__file__).parent / "clients"

_MINUTES = 180.0


def drive_python(
    pin: str, driver: str, *words: str, beside: Sequence[str] | None = None
) -> dict[str, Any]:
    """What a driver says of a client from PyPI; skips loudly where that cannot be installed.

    `beside` names what comes with a client whose other needs are among our own packages.
    """
    folder = INSTALLED / pin.replace("==", "-")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    wanted = [pin] if beside is None else ["--no-deps", pin, *beside]
    _install(folder, [*pip, "--target", str(folder), *wanted], pin)
    return _driven([sys.executable, str(DRIVERS / driver), *words], {"PYTHONPATH": str(folder)})


def drive_node(pin: str, driver: str, *words: str) -> dict[str, Any]:
    """The same of one from npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip(f"NO NODE: {pin} is not driven")
    folder = INSTALLED / pin.replace("@", "-")
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), pin]
    _install(folder, npm, pin)
    return _driven(
        ["node", str(DRIVERS / driver), *words], {"NODE_PATH": str(folder / "node_modules")}
    )


def _install(folder: Path, command: list[str], pin: str) -> None:
    done = folder / "installed"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_MINUTES)
    except (OSError, subprocess.SubprocessError) as problem:
        pytest.skip(f"NOT INSTALLED: {pin} is not driven ({type(problem).__name__})")
    done.touch()


def _driven(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if name not in environment}
    done = subprocess.run(
        command, env=kept | environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
