"""People who want news, a worker that delivers to a recording sender, and a broadcast ready to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from bot.broadcasts import lifecycle, release
from bot.broadcasts.messages import REFERENCE, BroadcastMessages
from bot.domain.broadcast import PURPOSE, Audience, Broadcast, BroadcastContent, BroadcastState
from bot.domain.messages import Channel, ChatAddress
from bot.storage.broadcast_messages import Outcome, count_outcomes
from bot.storage.broadcasts import find_broadcast
from bot.storage.citizens import record_contact
from bot.storage.consents import ConsentAction, record_consent
from bot.storage.database import Database
from bot.storage.news import NewsWish, record_news_wish
from bot.wiring import load_communes
from tests.conftest import MovedClock
from tests.support.deliveries import Post

CONTENT = BroadcastContent(title="Lịch trực", text="Công an {xã} làm việc cả thứ bảy.", topic="can-cuoc")
HANOI, CAN_THO = "01", "92"


@dataclass
class Studio:
    """Whoever writes, approves and lets out broadcasts, on a database."""

    database: Database
    post: Post
    clock: MovedClock

    async def add_reader(
        self,
        chat: str,
        *,
        topics: Sequence[str] = ("can-cuoc",),
        channel: Channel = Channel.TELEGRAM,
        province: str | None = HANOI,
        commune: str | None = None,
        birth_year: int | None = None,
        groups: Sequence[str] = (),
    ) -> UUID:
        """Write somebody who wants news, and return the contact."""
        now = self.clock()
        async with self.database.begin() as tx:
            contact = await record_contact(tx, ChatAddress(channel=channel, chat=chat), now=now)
            await record_consent(
                tx,
                citizen_id=contact.citizen_id,
                purpose=PURPOSE,
                action=ConsentAction.GIVEN,
                wording_sha256="0" * 64,
                channel=channel,
                now=now,
            )
            wish = NewsWish(
                topics=topics,
                province_code=province,
                commune_code=commune,
                birth_year=birth_year,
                groups=groups,
            )
            await record_news_wish(tx, contact.id, wish, now=now)
        return contact.id

    async def approve(self, audience: Audience | None = None, *, content: BroadcastContent = CONTENT) -> UUID:
        """Write a broadcast, and let another person approve it."""
        broadcast_id = uuid4()
        async with self.database.begin() as tx:
            saved = await lifecycle.save(
                tx,
                broadcast_id,
                content,
                audience or Audience(),
                send_at=None,
                version=0,
                author="chi@a.vn",
                now=self.clock(),
                submit=True,
            )
            await lifecycle.approve(tx, broadcast_id, version=saved.version, approver="dung@a.vn")
        return broadcast_id

    async def plan(self) -> int:
        """Look once for what is to be planned."""
        return await release.plan_approved(self.database, self.clock())

    async def let_out(self) -> int:
        """Look once for what may be let out."""
        return await release.release_planned(self.database, self.post.queue, self.clock())

    async def send_all(self, *, looks: int = 30) -> None:
        """Let out and deliver until nothing happens any more, some seconds later each time."""
        await self.plan()
        for _ in range(looks):
            await self.let_out()
            await self.post.deliver()
            self.clock.move(timedelta(seconds=2))

    async def find(self, broadcast_id: UUID) -> Broadcast:
        """Return a broadcast as it is now."""
        async with self.database.begin() as tx:
            found = await find_broadcast(tx, broadcast_id)
        assert found is not None
        return found

    async def state(self, broadcast_id: UUID) -> BroadcastState:
        """Return where a broadcast stands."""
        return (await self.find(broadcast_id)).state

    async def outcomes(self, broadcast_id: UUID) -> list[Outcome]:
        """Return what became of its messages."""
        async with self.database.begin() as tx:
            return await count_outcomes(tx, broadcast_id)


@pytest.fixture
def studio(database: Database, database_url: SecretStr, clock: MovedClock) -> Studio:
    post = Post(
        database=database, url=database_url, clock=clock, sources={REFERENCE: BroadcastMessages(load_communes)}
    )
    return Studio(database, post, clock)
