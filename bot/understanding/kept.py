"""What takes seconds to build is kept in a folder, under the hash of what it is made of."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from scipy.sparse import csr_matrix

import vietnamese

_KEPT_FILES = 2

Arrays = Mapping[str, Any]
"""NumPy arrays, by name."""


class Shelf:
    """Keeps one kind of thing, the newest two of it. Without a folder it keeps nothing."""

    def __init__(self, folder: Path | None, kind: str) -> None:
        self._folder = folder
        self._kind = kind

    def read(self, key: str) -> Arrays | None:
        """Return what was kept under a key, None where there is nothing or it cannot be read."""
        if self._folder is None:
            return None
        try:
            with self._name(self._folder, key).open("rb") as file, np.load(file, allow_pickle=False) as kept:
                return dict(kept)
        except (OSError, EOFError, ValueError, BadZipFile):
            return None

    def keep(self, key: str, arrays: Arrays) -> None:
        """Keep it, so that a reader meets the whole of it or nothing."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        files = sorted(self._folder.glob(f"{self._kind}-*.npz"), key=lambda each: each.stat().st_mtime)
        for old in files[: 1 - _KEPT_FILES]:
            old.unlink(missing_ok=True)
        unfinished = self._folder / f".{self._kind}-{key}.{os.getpid()}.npz"
        np.savez(unfinished, **arrays)
        unfinished.replace(self._name(self._folder, key))

    def _name(self, folder: Path, key: str) -> Path:
        return folder / f"{self._kind}-{key}.npz"


def take_key(layout: str, made_of: Any, *code: str) -> str:
    """Return the hash of what something is made of: JSON, and the code that reads text and makes it.

    `layout`: what the arrays hold. `code`: files of Python beside the package that reads Vietnamese.
    """
    digest = hashlib.sha256(layout.encode() + json.dumps(made_of, ensure_ascii=False).encode())
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
