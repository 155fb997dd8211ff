"""Reading the body of a webhook call, never more of it than a genuine one can have."""

from __future__ import annotations

from fastapi import Request

LARGEST_BODY = 64 * 1024


async def read_capped(request: Request) -> bytes | None:
    """Return the body, None where it is larger than 64 KiB."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > LARGEST_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
