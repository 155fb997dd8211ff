"""Planning many subscriptions at once: those whose rule changed, or whose next occasion comes near."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel
from bot.storage.encryption import Cipher
from bot.storage.reminders import FACTS_COLUMN
from bot.storage.tables import CitizenRow, ReminderSubscriptionRow

_OLD_VERSIONS = text(
    """
    SELECT planned.rule_id, planned.rule_version
    FROM (
        SELECT DISTINCT rule_id, rule_version FROM reminder_subscriptions WHERE ended_at IS NULL
    ) AS planned
    JOIN unnest(CAST(:rules AS text[]), CAST(:versions AS text[])) AS current(rule_id, version)
        ON current.rule_id = planned.rule_id
    WHERE planned.rule_version <> current.version
    """
)
# Two queries, so that each walks an index of what is left and never what is done. FOR NO KEY UPDATE lets a turn
# write reminders beside it; who ends a subscription waits for us, and sees our rows.
_BY_VERSION = text(
    """
    SELECT id, rule_id, facts_encrypted FROM reminder_subscriptions
    WHERE ended_at IS NULL AND rule_id = :rule_id AND rule_version = :version
    LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
    """
)
_BY_DAY = text(
    """
    SELECT id, rule_id, facts_encrypted FROM reminder_subscriptions
    WHERE ended_at IS NULL AND next_look_on <= :today AND rule_id = ANY(:rules)
    LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
    """
)
# What was put off keeps its occasion, so it stands here too; what was asked for again ("again") stays as it is.
_CANCEL = text(
    """
    UPDATE reminders SET state = 'cancelled'
    WHERE state = 'waiting' AND occasion NOT LIKE '%:again:%'
        AND subscription_id = ANY(CAST(string_to_array(:ids, ',') AS uuid[]))
        AND NOT EXISTS (
            SELECT 1 FROM unnest(CAST(:subscriptions AS uuid[]), CAST(:occasions AS text[])) AS kept(id, occasion)
            WHERE kept.id = reminders.subscription_id AND kept.occasion = reminders.occasion
        )
    """
)
_WRITE = text(
    """
    INSERT INTO reminders (id, subscription_id, rule_id, occasion, event_on, due_at, useful_until)
    SELECT gen_random_uuid(), new.*
    FROM unnest(
        CAST(:subscriptions AS uuid[]), CAST(:rules AS text[]), CAST(:occasions AS text[]),
        CAST(:events AS date[]), CAST(:moments AS timestamptz[]), CAST(:ends AS timestamptz[])
    ) AS new
    ON CONFLICT (subscription_id, occasion) DO UPDATE
    SET state = 'waiting', due_at = excluded.due_at, useful_until = excluded.useful_until
    WHERE reminders.state = 'cancelled' OR (reminders.state = 'waiting' AND reminders.due_at <> excluded.due_at)
    """
)
_LOOKED = text(
    """
    UPDATE reminder_subscriptions AS subscription
    SET rule_version = current.version, next_look_on = looked.next_look_on
    FROM unnest(
            CAST(string_to_array(:ids, ',') AS uuid[]), CAST(string_to_array(:looks, ',', '') AS date[])
        ) AS looked(id, next_look_on),
        unnest(CAST(:rules AS text[]), CAST(:versions AS text[])) AS current(rule_id, version)
    WHERE subscription.id = looked.id AND current.rule_id = subscription.rule_id
    """
)


_OF_CITIZENS = text(
    """
    SELECT subscription.id, subscription.citizen_id, subscription.contact_id, contact.channel,
        subscription.rule_id, subscription.facts_encrypted
    FROM reminder_subscriptions AS subscription JOIN contacts AS contact ON contact.id = subscription.contact_id
    WHERE subscription.ended_at IS NULL AND subscription.citizen_id = ANY(:citizens)
    ORDER BY subscription.citizen_id, subscription.id
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveSubscription:
    """A subscription as it is read to be simulated."""

    id: UUID
    citizen_id: UUID
    contact_id: UUID
    channel: Channel
    rule_id: str
    facts: Mapping[str, date] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaleSubscription:
    """A subscription that must be planned anew."""

    id: UUID
    rule_id: str
    facts: Mapping[str, date] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SweptReminder:
    """A due moment that must stand. `is_new`: it is ahead, so it is written where it is not there."""

    subscription_id: UUID
    rule_id: str
    occasion: str
    event_on: date
    due_at: datetime
    useful_until: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """That a subscription was planned, and when to look again."""

    subscription_id: UUID
    next_look_on: date | None


async def list_old_versions(tx: AsyncSession, versions: Mapping[str, str]) -> list[tuple[str, str]]:
    """List the rules and versions by which some subscriptions are planned still, and should be no more."""
    rows = await tx.execute(_OLD_VERSIONS, {"rules": list(versions), "versions": list(versions.values())})
    return [(row.rule_id, row.rule_version) for row in rows]


async def claim_by_version(
    tx: AsyncSession, rule_id: str, version: str, cipher: Cipher, *, limit: int
) -> list[StaleSubscription]:
    """Lock subscriptions that were planned by a version of a rule."""
    given = {"rule_id": rule_id, "version": version, "limit": limit}
    return [_stale(row, cipher) for row in await tx.execute(_BY_VERSION, given)]


async def claim_by_day(
    tx: AsyncSession, rules: Sequence[str], cipher: Cipher, *, today: date, limit: int
) -> list[StaleSubscription]:
    """Lock subscriptions that must be looked at by today."""
    given = {"rules": list(rules), "today": today, "limit": limit}
    return [_stale(row, cipher) for row in await tx.execute(_BY_DAY, given)]


def _stale(row: Row[Any], cipher: Cipher) -> StaleSubscription:
    return StaleSubscription(row.id, row.rule_id, read_facts(row.facts_encrypted, row.id, cipher))


def read_facts(encrypted: bytes, subscription_id: UUID, cipher: Cipher) -> dict[str, date]:
    """Return the dates of an active subscription."""
    plain = cipher.decrypt(encrypted, column=FACTS_COLUMN, row=subscription_id)
    return {name: date.fromisoformat(day) for name, day in json.loads(plain).items()}


async def record_planned(
    tx: AsyncSession, kept: Sequence[SweptReminder], looked: Sequence[Looked], versions: Mapping[str, str]
) -> None:
    """Make the due moments of subscriptions exactly those that must stand. `versions`: those of today's rules."""
    ids = ",".join(str(each.subscription_id) for each in looked)
    await tx.execute(
        _CANCEL,
        {
            "ids": ids,
            "subscriptions": [each.subscription_id for each in kept],
            "occasions": [each.occasion for each in kept],
        },
    )
    new = [each for each in kept if each.is_new]
    if new:
        await tx.execute(
            _WRITE,
            {
                "subscriptions": [each.subscription_id for each in new],
                "rules": [each.rule_id for each in new],
                "occasions": [each.occasion for each in new],
                "events": [each.event_on for each in new],
                "moments": [each.due_at for each in new],
                "ends": [each.useful_until for each in new],
            },
        )
    await tx.execute(
        _LOOKED,
        {
            # As one string each: thousands of values of an array cost more to send than to use.
            "ids": ids,
            "rules": list(versions),
            "versions": list(versions.values()),
            "looks": ",".join(str(each.next_look_on or "") for each in looked),
        },
    )


async def list_active_of_next_citizens(
    tx: AsyncSession, cipher: Cipher, *, after: UUID, limit: int
) -> tuple[list[ActiveSubscription], UUID | None]:
    """List the active subscriptions of the next citizens in order of id; with the last id, None at the end."""
    following = select(CitizenRow.id).where(CitizenRow.id > after).order_by(CitizenRow.id).limit(limit)
    citizens = list(await tx.scalars(following))
    rows = await tx.execute(_OF_CITIZENS, {"citizens": citizens})
    found = [
        ActiveSubscription(
            id=row.id,
            citizen_id=row.citizen_id,
            contact_id=row.contact_id,
            channel=Channel(row.channel),
            rule_id=row.rule_id,
            facts=read_facts(row.facts_encrypted, row.id, cipher),
        )
        for row in rows
    ]
    return found, citizens[-1] if citizens else None


async def count_active_by_rule(tx: AsyncSession) -> dict[str, int]:
    """Return how many subscriptions stand by each rule."""
    rows = await tx.execute(
        select(ReminderSubscriptionRow.rule_id, func.count().label("active"))
        .where(ReminderSubscriptionRow.ended_at.is_(None))
        .group_by(ReminderSubscriptionRow.rule_id)
    )
    return {row.rule_id: row.active for row in rows}
