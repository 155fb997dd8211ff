"""Encryption at rest for what identifies a person, and a keyed index to find it again.

AES-256-GCM; the row and column are bound in as associated data, so a value copied to another row does not open.
The index is keyed BLAKE2b (RFC 7693) with a key of its own: all ID numbers can be hashed in hours, so an unkeyed
hash would hide nothing. The version byte leaves room for key rotation.
"""

from __future__ import annotations

import base64
import os
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
_VERSION = b"\x01"
_NONCE_BYTES = 12


class KeyUnusable(RuntimeError):
    """The data key is missing, or is not 32 bytes in base64."""


class CannotDecrypt(RuntimeError):
    """A stored value does not open: another key, another row, or it was changed."""


class Cipher:
    """Encrypts values for one row and column, and indexes them."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise KeyUnusable("DATA_KEY must be 32 bytes in base64")
        self._aead = AESGCM(_derive(key, b"encrypt"))
        self._index_key = _derive(key, b"index")
        self._seal_key = _derive(key, b"seal")

    def encrypt(self, value: str, *, column: str, row: object) -> bytes:
        """Return the value encrypted for one row. `column`: "table.column"; `row`: its primary key."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._aead.encrypt(nonce, value.encode(), _bound_to(column, row))

    def decrypt(self, stored: bytes, *, column: str, row: object) -> str:
        """Return a stored value.

        Raises:
            CannotDecrypt: it was not encrypted for this row and column with this key.
        """
        if stored[:1] != _VERSION:
            raise CannotDecrypt(column)
        nonce, body = stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, body, _bound_to(column, row)).decode()
        except InvalidTag as error:
            raise CannotDecrypt(column) from error

    def index(self, value: str, *, purpose: str) -> bytes:
        """Return the blind index of a value: 16 bytes, the same for the same value, purpose and key."""
        return blake2b(f"{purpose}|{value}".encode(), key=self._index_key, digest_size=INDEX_BYTES).digest()

    def seal(self, record: bytes) -> bytes:
        """Return a keyed hash of a record, 32 bytes: who has only the database cannot make it."""
        return blake2b(record, key=self._seal_key, digest_size=SEAL_BYTES).digest()


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
        raise KeyUnusable("No data key: set DATA_KEY, or start once with `make run`")
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise KeyUnusable("DATA_KEY is not base64") from error
    if len(key) != KEY_BYTES:
        raise KeyUnusable("DATA_KEY must be 32 bytes in base64")
    return key


def _derive(key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"tro-ly-06|" + info).derive(key)


def _bound_to(column: str, row: object) -> bytes:
    return f"{column}|{row}".encode()
