"""A picture above a message on Zalo: uploaded once, then named by what Zalo calls it, until that would end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.channels.inbox.recent import Recent
from bot.channels.zalo.client import ZaloClient
from bot.domain.answers import AttachedFile

LARGEST_PICTURE = 1_000_000
"""Zalo takes JPEG and PNG of up to 1 MB."""
_MEDIA_TYPES = ("image/jpeg", "image/png")
_KEPT = timedelta(days=6)
"""Zalo forgets an upload after seven days, and allows 5,000 a month."""
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class _Upload:
    attachment_id: str
    ends_at: datetime


class PictureUploads:
    """Knows which pictures Zalo has."""

    def __init__(self, client: ZaloClient) -> None:
        self._client = client
        self._known: Recent[_Upload] = Recent(_REMEMBERED)
        self._uploading = asyncio.Lock()

    async def attach(self, access: str, picture: AttachedFile, *, now: datetime) -> dict[str, Any]:
        """Return what to put into a message for a picture, which is uploaded where Zalo does not have it.

        Raises:
            ZaloRefused: with Zalo's code.
            DeliveryDelayed: Zalo was not reached.
        """
        async with self._uploading:  # the many messages of a broadcast wait for one upload
            known = self._known.find(str(picture.id))
            if known is None or known.ends_at <= now:
                attachment_id = await self._client.upload_picture(
                    access, picture.content, name=picture.name, media_type=picture.media_type
                )
                known = _Upload(attachment_id, now + _KEPT)
                self._known.keep(str(picture.id), known)
        element = {"media_type": "image", "attachment_id": known.attachment_id}
        return {"type": "template", "payload": {"template_type": "media", "elements": [element]}}

    def forget(self, picture: AttachedFile) -> None:
        """Upload a picture again next time: Zalo does not know it as we thought."""
        self._known.forget(str(picture.id))


def takes_picture(file: AttachedFile) -> bool:
    """Tell whether Zalo can show a file above a message."""
    return file.media_type in _MEDIA_TYPES and len(file.content) <= LARGEST_PICTURE
