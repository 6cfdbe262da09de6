"""Model folders: sealing, verifying, loading, publishing, activating, rolling back.

A version folder holds `arrays.joblib` (a flat dict of plain numpy arrays, uncompressed),
`manifest.json`, `encoder.onnx` and `tokenizer.json` where it has a deep scorer, and papers about
it. The manifest lists the SHA-256 of every other file, and none is read before its digest
matches. That finds damage and mix-ups; who may write to a folder is a matter of file permissions.

Format number and how to bump it
--------------------------------
`FORMAT` says which reader a folder needs. Raise it by one when arrays, manifest keys or the
code that reads texts (`moderation.text`, but for what only a training uses, and the classifier,
relevance and encoder modules of `moderation.scoring`) change so that the same files would give
other scores. Then: write in `models/README.md` what changed, keep or refuse the
old number in `verify` on purpose, keep the test that an old number gets a clear answer,
and retrain the shipped model in the same change. A retraining alone is a new version, not
a new format.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import joblib
import numpy as np
from numpy.typing import NDArray

from moderation.errors import Conflict, InvalidInput, ModelInvalid, NotFound
from moderation.scoring import deep
from moderation.scoring.deep import DeepModel
from moderation.scoring.model import ModelScorer
from moderation.scoring.scorer import DEFAULT_EFFORT, Effort

FORMAT: Final = 2
MANIFEST: Final = "manifest.json"
ARRAYS: Final = "arrays.joblib"
ACTIVE: Final = "ACTIVE"

_NAME: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_+-]*(?:\.[0-9A-Za-z_+-]+)*")


@dataclass(frozen=True, slots=True)
class Version:
    """A version folder, verified or not."""

    name: str
    path: Path
    shipped: bool
    active: bool

    @property
    def has_encoder(self) -> bool:
        """Whether an encoder lies beside the linear model, for the modes `auto` and `deep`."""
        return (self.path / deep.GRAPH).is_file()


def checked_name(version: str) -> str:
    """The version itself. Raises `InvalidInput` where it cannot be a folder's plain name."""
    if len(version) > 64 or not _NAME.fullmatch(version):
        raise InvalidInput("version", "is not a version name")
    return version


def write_arrays(arrays: Mapping[str, NDArray[Any]], folder: Path) -> None:
    """Write `arrays.joblib`, uncompressed, so that it can be mapped."""
    joblib.dump(
        {name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS
    )


def seal(folder: Path) -> None:
    """Have the manifest list the folder's files with their digests as they now are."""
    manifest = _read_manifest(folder)
    manifest["files"] = {
        path.name: _digest(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST
    }
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    _replace(folder / MANIFEST, text)


def verify(folder: Path) -> dict[str, Any]:
    """The manifest, once its format is ours and every listed file has its digest.

    Raises `ModelInvalid`, naming the file or the number that does not fit.
    """
    manifest = _read_manifest(folder)
    number = manifest.get("format")
    if number != FORMAT:
        raise ModelInvalid(
            f"model format {number!r} is not {FORMAT}, the one this version reads: "
            "train it again, or run the release that made it"
        )
    files = manifest.get("files")
    if not isinstance(files, dict) or ARRAYS not in files:
        raise ModelInvalid(f"the manifest does not list {ARRAYS}")
    for name, expected in files.items():
        if not _NAME.fullmatch(name):
            raise ModelInvalid("the manifest lists a file by an impossible name")
        path = folder / name
        if not path.is_file() or _digest(path) != expected:
            raise ModelInvalid(f"{name} is missing or is not the file that the manifest lists")
    return manifest


def load(path: Path, effort: Effort = DEFAULT_EFFORT) -> ModelScorer:
    """A scorer over a version folder, which nothing that becomes of its files later can change.

    `effort` is what it does for a call that names no mode. Raises `ModelInvalid` where the
    folder does not verify or does not fit this code.
    """
    try:
        manifest = verify(path)
        arrays = read_arrays(path, manifest["files"][ARRAYS])
        return ModelScorer(arrays, manifest, _deep(path, arrays, manifest), effort)
    except ModelInvalid:
        raise
    except Exception as problem:
        # Whatever a folder breaks on: the version before it must stay in force.
        raise ModelInvalid(f"{path.name} cannot be loaded: {type(problem).__name__}") from problem


def _deep(
    path: Path, arrays: Mapping[str, NDArray[Any]], manifest: Mapping[str, Any]
) -> DeepModel | None:
    section = manifest.get(deep.SECTION)
    if section is None:
        return None
    listed = {name: manifest["files"].get(name) for name in (deep.GRAPH, deep.TOKENIZER)}
    if None in listed.values():
        raise ModelInvalid(f"the manifest does not list {deep.GRAPH} and {deep.TOKENIZER}")
    files = {name: _read_listed(path / name, digest) for name, digest in listed.items()}
    return DeepModel.from_files(files, arrays, section)


def _read_listed(path: Path, digest: str | None) -> bytes:
    """Read once and judged by what was read: the file could be another by the time it is opened."""
    content = path.read_bytes()
    if digest is not None and hashlib.sha256(content).hexdigest() != digest:
        raise ModelInvalid(f"{path.name} is not the file that the manifest lists")
    return content


def read_arrays(folder: Path, digest: str | None = None) -> dict[str, NDArray[Any]]:
    """The arrays of a folder that has just been verified, read-only.

    Mapped, so that all processes that are forked share one copy, but of a copy in memory: under
    whoever maps the file itself it changes as it is written over, and ends their process where it
    is cut. Raises `ModelInvalid` where the file has another digest than that given.
    """
    # joblib unpickles: only ever called on bytes whose digest has matched.
    with _mappable(_read_listed(folder / ARRAYS, digest)) as (source, mode):
        arrays = joblib.load(source, mmap_mode=mode)
    if not isinstance(arrays, dict):
        raise ModelInvalid(f"{ARRAYS} holds no dict of arrays")
    # Plain views of what is mapped: every small piece that is taken of a `memmap` would first be
    # made one itself, which costs more than the taking.
    views = {name: np.asarray(array) for name, array in arrays.items()}
    for view in views.values():
        view.flags.writeable = False
    return views


@contextmanager
def _mappable(content: bytes) -> Iterator[tuple[str | BytesIO, str | None]]:
    """What joblib can read these bytes from, and how it may map them."""
    if not hasattr(os, "memfd_create"):
        yield BytesIO(content), None
        return
    with os.fdopen(os.memfd_create(ARRAYS), "wb") as copy:
        copy.write(content)
        copy.flush()
        yield f"/proc/self/fd/{copy.fileno()}", "r"


def publish(staging: Path, into: Path) -> Path:
    """Copy a verified folder to `into/<its version>` in one step; the new path.

    Raises `ModelInvalid` where it does not verify, `Conflict` where the version exists.
    """
    version = checked_name(str(verify(staging).get("version")))
    target = into / version
    if target.exists():
        raise Conflict(f"model version {version} exists already")
    into.mkdir(parents=True, exist_ok=True)
    partial = into / f".{version}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(staging, partial)
    os.replace(partial, target)
    return target


class Registry:
    """The shipped versions (read only) and those made on site, with the choice between them.

    `ACTIVE` in the site's folder has a line `<UTC time> <version>` for each activation; the
    last one counts. Without a line the newest shipped version is active.
    """

    def __init__(self, shipped: Path, local: Path) -> None:
        """Take the repository's `models` folder and the site's; the latter may not exist yet."""
        self._shipped = shipped
        self._local = local
        self.active_file = local / ACTIVE

    def list_versions(self) -> list[Version]:
        """All version folders, oldest name first; a local one hides a shipped one."""
        found = {
            path.name: (path, shipped)
            for root, shipped in ((self._shipped, True), (self._local, False))
            if root.is_dir()
            for path in root.iterdir()
            if (path / MANIFEST).is_file() and not path.name.startswith(".")
        }
        active = self.active()
        return [
            Version(name, path, shipped, name == active)
            for name, (path, shipped) in sorted(found.items(), key=lambda item: _order(item[0]))
        ]

    def path_of(self, version: str) -> Path:
        """Folder of a version. Raises `NotFound`, `InvalidInput` for an impossible name."""
        checked_name(version)
        for root in (self._local, self._shipped):
            if (root / version / MANIFEST).is_file():
                return root / version
        raise NotFound(f"there is no model version {version}")

    def active(self) -> str | None:
        """The version in force, or `None` where nothing is shipped or activated."""
        history = self._history()
        if history:
            return history[-1].split()[-1]
        names = [path.parent.name for path in self._shipped.glob(f"*/{MANIFEST}")]
        return max(names, key=_order, default=None)

    def publish(self, staging: Path) -> Path:
        """Copy a verified folder to the site's versions; see `publish`."""
        return publish(staging, self._local)

    def activate(self, version: str) -> None:
        """Put a version in force from now on, once it verifies."""
        load(self.path_of(version))
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._write([*self._history(), f"{stamp} {version}"])

    def rollback(self) -> str:
        """Go back to what was in force before; its version. Raises `Conflict` at the start."""
        history = self._history()
        if not history:
            raise Conflict("there is no earlier activation to go back to")
        before = history[-2].split()[-1] if len(history) > 1 else None
        if before is not None:
            load(self.path_of(before))
        self._write(history[:-1])
        return before or self.active() or ""

    def _history(self) -> list[str]:
        try:
            text = self.active_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [line for line in text.splitlines() if line.strip()]

    def _write(self, history: list[str]) -> None:
        self._local.mkdir(parents=True, exist_ok=True)
        _replace(self.active_file, "".join(f"{line}\n" for line in history))


def _order(version: str) -> tuple[tuple[int, str], ...]:
    """Sorts 2026.9.0 before 2026.11.0."""
    parts = re.split(r"[._+-]", version)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ModelInvalid(f"{MANIFEST} cannot be read") from problem
    if not isinstance(manifest, dict):
        raise ModelInvalid(f"{MANIFEST} holds no object")
    return manifest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(path: Path, text: str) -> None:
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
