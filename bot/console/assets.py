"""The console's own styles and scripts, kept in memory, small on the wire, and fetched once by a browser."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).resolve().parent / "static"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file."""

    media_type: str
    body: bytes
    gzipped: bytes
    version: str


class Assets:
    """Every file under static/, by its path there."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._assets = {
            file.relative_to(folder).as_posix(): _read(file)
            for file in sorted(folder.rglob("*"))
            if file.suffix in (".css", ".js", ".svg")
        }

    def find(self, path: str) -> Asset | None:
        """Return a file."""
        return self._assets.get(path)

    def address(self, path: str) -> str:
        """Return the address of a file; it changes when the file does."""
        return f"/console/static/{path}?v={self._assets[path].version}"


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Asset(
        media_type="text/javascript" if file.suffix == ".js" else media_type,
        body=body,
        gzipped=gzip.compress(body, mtime=0),
        version=hashlib.sha256(body).hexdigest()[:10],
    )
