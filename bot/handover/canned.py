"""Canned replies: what they may leave open, and the ones that come with the assistant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from bot.domain.messages import Channel
from bot.domain.switches import Switches
from bot.handover.rules import Duty, HandoverRules
from bot.storage.canned_replies import record_shipped
from bot.storage.database import Database

DAY, HOURS, CHANNEL = "{ngày}", "{giờ trực}", "{kênh}"
PLACEHOLDERS = {DAY: "ngày hôm nay", HOURS: "giờ cán bộ trực", CHANNEL: "nơi người dân đang nhắn"}
"""What a canned reply may leave open, and what it means."""
_CHANNELS = {
    Channel.TELEGRAM: "Telegram",
    Channel.ZALO: "Zalo",
    Channel.ZALO_BOT: "Zalo",
    Channel.WEB: "trang web",
}


def list_placeholders(duty: Duty, switches: Switches, channel: Channel, *, today: date) -> Mapping[str, str]:
    """Return what stands for each placeholder in one chat."""
    return {
        DAY: f"{today:%d/%m/%Y}",
        HOURS: ", ".join(str(span) for span in duty.list_spans(switches)),
        CHANNEL: _CHANNELS.get(channel, channel.value),
    }


def fill_placeholders(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled in."""
    for name, value in values.items():
        text = text.replace(name, value)
    return text


async def seed_canned(database: Database, rules: HandoverRules, *, now: datetime) -> int:
    """Add the replies that come with the assistant and were never here, and return how many."""
    added = 0
    async with database.begin() as tx:
        for each in rules.canned:
            reply_id = uuid5(NAMESPACE_URL, f"tro-ly-06/canned/{each.title}")
            added += await record_shipped(tx, reply_id, each.title, each.text, by="Trợ lý 06", now=now)
    return added
