"""Values at rest open only in their own row, with their own key."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.storage.encryption import CannotDecrypt, Cipher, KeyUnusable, load_data_key


def test_a_value_opens_in_its_row_only(cipher: Cipher) -> None:
    stored = cipher.encrypt("079203012345", column="applications.id_number", row=1)
    assert b"079203012345" not in stored
    assert cipher.decrypt(stored, column="applications.id_number", row=1) == "079203012345"
    for column, row in (("applications.id_number", 2), ("applications.birth_date", 1)):
        with pytest.raises(CannotDecrypt):
            cipher.decrypt(stored, column=column, row=row)


def test_a_changed_value_or_another_key_does_not_open(cipher: Cipher) -> None:
    stored = cipher.encrypt("x", column="a.b", row=1)
    with pytest.raises(CannotDecrypt):
        cipher.decrypt(stored[:-1] + bytes([stored[-1] ^ 1]), column="a.b", row=1)
    with pytest.raises(CannotDecrypt):
        Cipher(bytes(32)).decrypt(stored, column="a.b", row=1)


def test_the_index_is_keyed_and_has_a_purpose(cipher: Cipher) -> None:
    index = cipher.index("079203012345", purpose="id-number")
    assert index == cipher.index("079203012345", purpose="id-number")
    assert index != cipher.index("079203012345", purpose="other")
    assert index != Cipher(bytes(32)).index("079203012345", purpose="id-number")


def test_the_key_file_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    with pytest.raises(KeyUnusable):
        load_data_key(SecretStr(""), keys_dir=keys, create=False)
    key = load_data_key(SecretStr(""), keys_dir=keys, create=True)
    assert load_data_key(SecretStr(""), keys_dir=keys, create=True) == key
    assert stat.S_IMODE((keys / "data.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("bad", ["short", base64.b64encode(b"16 bytes only...").decode(), "%%%"])
def test_a_malformed_key_is_refused(bad: str, tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable):
        load_data_key(SecretStr(bad), keys_dir=tmp_path, create=True)
