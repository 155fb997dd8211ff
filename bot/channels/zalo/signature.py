"""The signature of a Zalo event: plain SHA-256 of a concatenation, over the bytes as they arrived.

Source: com.vng.zalo.sdk.utils.MacUtils of zalo-java-sdk. It is no HMAC; Zalo calls it "mac" nevertheless.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from pydantic import SecretStr

HEADER = "X-ZEvent-Signature"


def sign(body: bytes, *, app_id: str, timestamp: str, secret: SecretStr) -> str:
    """Return the header's value for a body. `timestamp`: the string in the body; `secret`: the OA's secret key."""
    joined = app_id.encode() + body + timestamp.encode() + secret.get_secret_value().encode()
    return f"mac={sha256(joined).hexdigest()}"


def is_signed(body: bytes, given: bytes, *, app_id: str, timestamp: str, secret: SecretStr) -> bool:
    """Tell whether a body carries our signature, in the same time whatever is wrong with it."""
    return hmac.compare_digest(given, sign(body, app_id=app_id, timestamp=timestamp, secret=secret).encode())
