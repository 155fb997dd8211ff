"""What must hold after every fault: the phones that rang and what was acknowledged against the database.

I1: what was acknowledged stands in the inbox. I2: it was settled, or waits to be. I3: every recipient is sent, or
not sent for a reason, none is missing. I4: nobody's phone rang twice for one message, but for what was on its way
when a process was killed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import psycopg
from pydantic import SecretStr

from bot.storage.database import plain_url


class InvariantBroken(AssertionError):
    """What must hold does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What was found; `twice`: messages that rang once more than they should."""

    acknowledged: int = 0
    sent: int = 0
    not_sent: int = 0
    twice: int = 0


def reconcile_inbox(url: SecretStr, acknowledged: Collection[int]) -> Reconciled:
    """Compare what was acknowledged with the inbox.

    Raises:
        InvariantBroken: an acknowledged update is not there (I1), or is there twice (I2).
    """
    with psycopg.connect(plain_url(url)) as connection:
        rows = connection.execute("SELECT update_key FROM inbound_updates WHERE channel = 'telegram'").fetchall()
    kept = Counter(int(row[0]) for row in rows)
    lost = [update_id for update_id in acknowledged if not kept[update_id]]
    if lost:
        raise InvariantBroken(f"I1: {len(lost)} of {len(acknowledged)} acknowledged updates are lost")
    if any(count > 1 for count in kept.values()):
        raise InvariantBroken("I2: an update was kept twice")
    return Reconciled(acknowledged=len(acknowledged))


def reconcile_deliveries(
    url: SecretStr, ledger: Sequence[tuple[float, str]], *, count: int, twice_at_most: int = 0
) -> Reconciled:
    """Compare what rang with what the rows say of one message to each of `count` chats.

    Raises:
        InvariantBroken: a recipient is missing or not settled, one that is sent never rang (I3), or too many
            rang twice (I4).
    """
    with psycopg.connect(plain_url(url)) as connection:
        rows = connection.execute(
            "SELECT contacts.chat, deliveries.state, deliveries.reason FROM deliveries"
            " JOIN contacts ON contacts.id = deliveries.contact_id"
        ).fetchall()
    open_rows = [row for row in rows if row[1] in ("held", "waiting", "claimed")]
    if len(rows) != count or open_rows:
        raise InvariantBroken(f"I3: {len(rows)} of {count} recipients written, {len(open_rows)} not settled")
    if any(state != "sent" and reason is None for _, state, reason in rows):
        raise InvariantBroken("I3: a message was not sent, and nothing says why")
    rang = Counter(chat for _, chat in ledger)
    sent = {chat for chat, state, _ in rows if state == "sent"}
    if silent := [chat for chat in sent if not rang[chat]]:
        raise InvariantBroken(f"I3: {len(silent)} messages are called sent and never rang")
    twice = sum(rang.values()) - len(rang)
    if twice > twice_at_most:
        raise InvariantBroken(f"I4: {twice} messages rang twice, {twice_at_most} could have been on their way")
    return Reconciled(sent=len(sent), not_sent=len(rows) - len(sent), twice=twice)
