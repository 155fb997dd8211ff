"""Pictures on Zalo: fetched only from Zalo's own hosts, only when they are read, and never written down."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.channels.zalo.client import ZaloClient
from bot.domain.messages import PictureUnavailable

LARGEST_BYTES = 10 * 1024 * 1024
_HOSTS = ("zalo.me", "zadn.vn", "zdn.vn", "zaloapp.com")
"""An event could name any address: nothing else is asked, so that nobody makes us ask inside our own network."""


class ZaloPicture:
    """The port `PictureSource` for a picture that a person sent."""

    def __init__(self, client: ZaloClient, url: str) -> None:
        self._client = client
        self._url = url

    async def fetch(self) -> bytes:
        """Download the picture into memory."""
        if not is_zalos_own(self._url, stand_in=self._client.api_host):
            raise PictureUnavailable
        body = await self._client.fetch_picture(self._url, largest=LARGEST_BYTES)
        if body is None:
            raise PictureUnavailable
        return body


def is_zalos_own(url: str, *, stand_in: str) -> bool:
    """Tell whether an address is one of Zalo's, or of the stand-in that takes its place."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if host == stand_in and not any(host.endswith(f".{each}") for each in _HOSTS):
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and any(host == each or host.endswith(f".{each}") for each in _HOSTS)
