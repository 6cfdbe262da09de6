"""What several tests of training share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from numpy.typing import NDArray

from tests.training.small_model import fitted_arrays, write_folder


@pytest.fixture(scope="session")
def arrays() -> dict[str, NDArray[Any]]:
    """Arrays of a small fitted model; not to be changed."""
    found = fitted_arrays()
    for array in found.values():
        array.flags.writeable = False
    return found


@pytest.fixture
def version_folder(arrays: dict[str, NDArray[Any]], tmp_path: Path) -> Path:
    """The same model as a version folder, `2026.11.0`."""
    return write_folder(arrays, tmp_path / "models" / "2026.11.0", "2026.11.0")
