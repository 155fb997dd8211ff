"""A file that staff put into a form: of the kinds that a phone opens, and that is what it says it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePath

LARGEST_MB = 5
LARGEST_FILE = LARGEST_MB * 1024 * 1024
_NAME_LONGEST = 80
_KINDS = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".docx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
}
"""How each kind begins, and what it is called."""
_NOT_IN_NAMES = re.compile(r"[^\w .()-]")


class FileRefused(ValueError):
    """The file is too large, of another kind, or not what its name says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file of a form. `name`: without folders and signs that a file system minds."""

    name: str
    content: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """What the file is, by its name."""
        return _KINDS[PurePath(self.name).suffix.lower()][1]


def make_file(name: str, content: bytes) -> SentFile:
    """Return a file as a browser sent it."""
    path = PurePath(_NOT_IN_NAMES.sub("", name.replace("\\", "/").rpartition("/")[2]).strip())
    return SentFile(name=f"{path.stem[:_NAME_LONGEST]}{path.suffix}", content=content)


def check_file(file: SentFile) -> None:
    """Look whether a file may be sent to citizens.

    Raises:
        FileRefused: it may not.
    """
    beginning, _ = _KINDS.get(PurePath(file.name).suffix.lower(), (None, ""))
    if beginning is None or not file.content.startswith(beginning) or len(file.content) > LARGEST_FILE:
        raise FileRefused(file.name)
