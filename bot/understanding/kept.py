"""What takes seconds to build is kept in a folder, under the hash of what it is made of."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4
from zipfile import BadZipFile

import numpy as np
import structlog
from scipy.sparse import csr_matrix

import vietnamese

_KEPT_FILES = 2
_UNFINISHED = "unfinished-"
_LONGEST_WRITE_S = 600

Arrays = Mapping[str, Any]
"""NumPy arrays, by name."""
Kept = TypeVar("Kept")

log = structlog.get_logger()


class Shelf:
    """Keeps one kind of thing, the newest two of it. Without a folder it keeps nothing.

    What is kept is only quicker than building it: a folder that cannot be written costs nothing but time. Several
    processes may share it.
    """

    def __init__(self, folder: Path | None, kind: str) -> None:
        self._folder = folder
        self._kind = kind

    def read(self, key: str, restore: Callable[[Arrays], Kept]) -> Kept | None:
        """Return what was kept under a key, None where there is nothing or it cannot be restored."""
        if self._folder is None:
            return None
        try:
            with self._name(self._folder, key).open("rb") as file, np.load(file, allow_pickle=False) as kept:
                return restore(dict(kept))
        # What NumPy and zipfile may raise for a file that is cut off, damaged or holds other arrays. None of them
        # may stop a start, since all of it can be built.
        except (OSError, EOFError, KeyError, ValueError, NotImplementedError, BadZipFile):
            return None

    def keep(self, key: str, arrays: Arrays) -> None:
        """Keep it, so that a reader meets the whole of it or nothing."""
        if self._folder is None:
            return
        unfinished = self._folder / f"{_UNFINISHED}{uuid4().hex}.npz"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            np.savez(unfinished, **arrays)
            unfinished.replace(self._name(self._folder, key))
            self._throw_away(self._folder)
        except OSError as error:
            log.warning("kept.failed", kind=self._kind, error=type(error).__name__)

    def _throw_away(self, folder: Path) -> None:
        """Remove all but the newest of this kind, and what killed processes and earlier versions left."""
        kept = sorted(folder.glob(f"{self._kind}-*.npz"), key=_find_age)
        left = [
            each
            for each in folder.glob("*.npz")
            if "-" not in each.name or (each.name.startswith(_UNFINISHED) and _find_age(each) > _LONGEST_WRITE_S)
        ]
        for old in (*kept[_KEPT_FILES:], *left):
            old.unlink(missing_ok=True)

    def _name(self, folder: Path, key: str) -> Path:
        return folder / f"{self._kind}-{key}.npz"


def _find_age(file: Path) -> float:
    """Return for how many seconds a file has been there; one that another process removed is oldest."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def take_key(layout: str, made_of: Any, *code: str) -> str:
    """Return the hash of what something is made of: JSON, and the code that reads text and makes it.

    `layout`: what the arrays hold. `code`: files of Python beside the package that reads Vietnamese.
    """
    digest = hashlib.sha256(layout.encode() + json.dumps(made_of, ensure_ascii=False, sort_keys=True).encode())
    for file in (*sorted(Path(vietnamese.__file__).parent.iterdir()), *map(Path, code)):
        if file.suffix in (".py", ".tsv"):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def take_apart(matrix: csr_matrix) -> Arrays:
    """Return a matrix as arrays."""
    return {
        "data": matrix.data,
        "indices": matrix.indices,
        "indptr": matrix.indptr,
        "shape": np.array(matrix.shape),
    }


def put_together(arrays: Arrays) -> csr_matrix:
    """Return the matrix that was taken apart.

    Raises:
        KeyError, ValueError: it is not among the arrays.
    """
    shape = tuple(arrays["shape"])
    return csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
