"""Encryption at rest for what identifies a person, and a keyed index to find it again.

AES-256-GCM; the row and column are bound in as associated data, so a value copied to another row does not open.
The index is keyed BLAKE2b (RFC 7693) with a key of its own: all ID numbers can be hashed in hours, so an unkeyed
hash would hide nothing. The first byte of a value names the version of the key it was encrypted with; the keys
themselves stand encrypted in the database (data_keys.py), under the one key that is outside of it.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

KEY_BYTES = 32
INDEX_BYTES = 16
SEAL_BYTES = 32
FIRST_VERSION = 1
_NONCE_BYTES = 12
_MISSING = (
    "Không thấy khóa dữ liệu: DATA_KEY trống và không có tệp {path}. Lấy lại khóa từ nơi cất giữ "
    "(docs/runbook/khoa-du-lieu.md) rồi chạy lại; cơ sở dữ liệu mới thì tạo khóa (docs/deploy.md)."
)
_MALFORMED = "DATA_KEY phải là 32 byte viết bằng base64. Tạo khóa mới: openssl rand -base64 32"


class KeyUnusable(RuntimeError):
    """The data key is missing, malformed, or not the one this database was encrypted with. Says what to do."""


class CannotDecrypt(RuntimeError):
    """A stored value does not open: another key, another row, or it was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKeys:
    """The keys in use. `encrypting`: by version; values of every version open, new ones take `current`."""

    encrypting: Mapping[int, bytes] = field(repr=False)
    current: int
    index: bytes = field(repr=False)
    seal: bytes = field(repr=False)

    @classmethod
    def derive(cls, master: bytes) -> DataKeys:
        """Return the keys that a database begins with: all from the one outside of it."""
        check_key(master)
        return cls(
            encrypting={FIRST_VERSION: derive_key(master, b"encrypt")},
            current=FIRST_VERSION,
            index=derive_key(master, b"index"),
            seal=derive_key(master, b"seal"),
        )


class Cipher:
    """Encrypts values for one row and column, and indexes them."""

    def __init__(self, master: bytes) -> None:
        """Begin with the keys of a new database."""
        self.use(DataKeys.derive(master))

    @classmethod
    def of(cls, keys: DataKeys) -> Cipher:
        """Return a cipher with these keys."""
        cipher = cls.__new__(cls)
        cipher.use(keys)
        return cipher

    def use(self, keys: DataKeys) -> None:
        """Take other keys from now on: the same, and perhaps a newer version."""
        self._keys = keys
        self._aeads = {version: AESGCM(key) for version, key in keys.encrypting.items()}

    @property
    def version(self) -> int:
        """The version that new values are encrypted with."""
        return self._keys.current

    def encrypt(self, value: str, *, column: str, row: object) -> bytes:
        """Return the value encrypted for one row. `column`: "table.column"; `row`: its primary key."""
        nonce = os.urandom(_NONCE_BYTES)
        version = self._keys.current
        return (
            bytes([version]) + nonce + self._aeads[version].encrypt(nonce, value.encode(), _bound_to(column, row))
        )

    def decrypt(self, stored: bytes, *, column: str, row: object) -> str:
        """Return a stored value.

        Raises:
            CannotDecrypt: it was not encrypted for this row and column with one of these keys.
        """
        aead = self._aeads.get(stored[0]) if stored else None
        if aead is None:
            raise CannotDecrypt(column)
        nonce, body = stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
        try:
            return aead.decrypt(nonce, body, _bound_to(column, row)).decode()
        except (InvalidTag, ValueError) as error:
            raise CannotDecrypt(column) from error

    def index(self, value: str, *, purpose: str) -> bytes:
        """Return the blind index of a value: 16 bytes, the same for the same value, purpose and key."""
        return blake2b(f"{purpose}|{value}".encode(), key=self._keys.index, digest_size=INDEX_BYTES).digest()

    def seal(self, record: bytes) -> bytes:
        """Return a keyed hash of a record, 32 bytes: who has only the database cannot make it."""
        return blake2b(record, key=self._keys.seal, digest_size=SEAL_BYTES).digest()


def load_data_key(configured: SecretStr, *, keys_dir: Path, create: bool) -> bytes:
    """Return the data key from the setting, else from keys_dir/data.key; make that file where `create`.

    Raises:
        KeyUnusable: there is no key, or it is malformed.
    """
    text = configured.get_secret_value()
    path = keys_dir / "data.key"
    if not text and path.exists():
        text = path.read_text()
    if not text and create:
        keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = base64.b64encode(os.urandom(KEY_BYTES)).decode()
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    if not text:
        raise KeyUnusable(_MISSING.format(path=path))
    return parse_key(text)


def parse_key(text: str) -> bytes:
    """Return a key written in base64.

    Raises:
        KeyUnusable: it is malformed.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError as error:
        raise KeyUnusable(_MALFORMED) from error
    check_key(key)
    return key


def check_key(key: bytes) -> None:
    """Refuse a key of another length.

    Raises:
        KeyUnusable: it is not 32 bytes.
    """
    if len(key) != KEY_BYTES:
        raise KeyUnusable(_MALFORMED)


def derive_key(key: bytes, info: bytes) -> bytes:
    """Return a key for one use, made from another."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"tro-ly-06|" + info).derive(key)


def _bound_to(column: str, row: object) -> bytes:
    return f"{column}|{row}".encode()
