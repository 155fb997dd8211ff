"""The signature of Zalo's events, against a vector worked out from Zalo's own MacUtils."""

from __future__ import annotations

import json

from pydantic import SecretStr

from bot.channels.zalo.signature import is_signed, sign

APP_ID = "431234567890123456"
TIMESTAMP = "1732300000000"
SECRET = SecretStr("OAsecretKEY")
BODY = (
    '{"app_id":"431234567890123456","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text",'
    '"message":{"text":"xin chào","msg_id":"96d3cdf3af150460909"},"timestamp":"1732300000000"}'
).encode()
MAC = "mac=e71aac8f79dbe86a48d6324b2968df3b45c78c7714f5e4d1dd1c5a37d2fc2f83"


def is_ours(body: bytes, given: str = MAC) -> bool:
    return is_signed(body, given.encode(), app_id=APP_ID, timestamp=TIMESTAMP, secret=SECRET)


def test_the_vector() -> None:
    assert sign(BODY, app_id=APP_ID, timestamp=TIMESTAMP, secret=SECRET) == MAC
    assert is_ours(BODY)


def test_no_byte_may_be_another() -> None:
    """T2: forged Zalo event."""
    for at in range(len(BODY)):
        changed = bytearray(BODY)
        changed[at] ^= 1
        assert not is_ours(bytes(changed))


def test_the_same_event_written_otherwise_is_not_signed() -> None:
    event = json.loads(BODY)
    assert not is_ours(json.dumps(event).encode())
    assert not is_ours(json.dumps(event, ensure_ascii=False).encode())
    assert not is_ours(json.dumps(event, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def test_no_other_header_will_do() -> None:
    for given in ("", MAC[4:], MAC[:-1], MAC + "0", MAC.upper(), "mac=" + "0" * 64):
        assert not is_ours(BODY, given)
