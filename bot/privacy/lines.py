"""Files beside the backups, that outlive the database: lines are only added; the same one twice does no harm."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class LinesUnreadable(ValueError):
    """A line of the file is not what stands there; the text says which."""


def append_lines(path: Path, lines: Iterable[str]) -> None:
    """Add lines to a file; they are on the disk when this returns.

    A last line that was cut off by a crash is taken away first: it was not noted as written, so it comes again.
    """
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists() and not (kept := path.read_bytes()).endswith(b"\n"):
        os.truncate(path, kept.rfind(b"\n") + 1)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)  # the name of a new file, too
    finally:
        os.close(descriptor)


def read_lines(path: Path, read: Callable[[str], T]) -> list[T]:
    """Return what the lines of a file say, nothing where there is no file.

    A last line that was cut off is left out: what it says stands in the database still.

    Raises:
        LinesUnreadable: a line that is whole cannot be read.
    """
    whole = path.read_text().split("\n")[:-1] if path.exists() else []
    found = []
    for number, line in enumerate(whole, start=1):
        try:
            found.append(read(line))
        except ValueError as error:
            raise LinesUnreadable(f"{path}: {number}") from error
    return found
