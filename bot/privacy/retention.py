"""How long each kind of data is kept: the one table, which the timetable works by and the inventory tells people.

What the law or a consent says about a matter stands with that matter (for example bot/storage/checklists.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.storage.checklists import KEPT_FOR as CHECKLISTS_KEPT
from bot.storage.inbox import KEPT_FOR as UPDATES_KEPT
from bot.storage.one_time_links import LIVES as LINKS_LIVE
from bot.storage.zalo_people import WRITABLE_FOR

STAFF_IDLE = timedelta(minutes=30)
STAFF_LONGEST = timedelta(hours=12)
CONVERSATIONS_KEPT = timedelta(days=30)
BELLS_KEPT = timedelta(days=14)
"""So long a message that a Zalo template told of can still be asked for."""
WEB_MESSAGES_KEPT = timedelta(days=30)
FINISHED_FOLLOWED = timedelta(days=30)
"""An application is followed for so long after its end; the consent says so."""
FOLLOWS_KEPT = timedelta(days=30)
SETTLED_QUESTIONS_KEPT = timedelta(days=90)
QUESTIONS_KEPT = timedelta(days=365)
UNUSED_FILES_KEPT = timedelta(days=1)
DATA_REQUESTS_KEPT = timedelta(days=365)
TOMBSTONES_KEPT = timedelta(days=400)
"""Longer than any backup is kept."""
SYNC_RUNS_KEPT = timedelta(days=30)
COUNTS_KEPT = timedelta(days=400)
"""A year and a month, so that a month can be compared with the same one a year before."""
REHEARSALS_KEPT = timedelta(days=30)
HEARTBEATS_KEPT = timedelta(days=1)

KEPT: Mapping[str, tuple[timedelta, ...]] = {
    "inbound_updates": (UPDATES_KEPT,),
    "conversations": (CONVERSATIONS_KEPT,),
    "application_follows": (FOLLOWS_KEPT,),
    "checklists": (CHECKLISTS_KEPT,),
    "questions": (SETTLED_QUESTIONS_KEPT, QUESTIONS_KEPT),
    "question_askers": (QUESTIONS_KEPT,),
    "data_requests": (DATA_REQUESTS_KEPT,),
    "zalo_people": (WRITABLE_FOR,),
    "zalo_bells": (BELLS_KEPT,),
    "web_messages": (WEB_MESSAGES_KEPT,),
    "tombstones": (TOMBSTONES_KEPT,),
    "one_time_links": (LINKS_LIVE,),
    "private_pages": (LINKS_LIVE,),
    "sync_runs": (SYNC_RUNS_KEPT,),
    "daily_counts": (COUNTS_KEPT,),
    "daily_answer_times": (COUNTS_KEPT,),
    "daily_delivery_counts": (COUNTS_KEPT,),
    "heartbeats": (HEARTBEATS_KEPT,),
    "rehearsals": (REHEARSALS_KEPT,),
    "staff_sessions": (STAFF_IDLE, STAFF_LONGEST),
    "staff_files": (UNUSED_FILES_KEPT,),
}
"""By table, the times that its rows are kept; the inventory says each of them in words."""


def describe_time(kept: timedelta) -> str:
    """Return a time as the inventory says it."""
    if kept == timedelta(days=365):
        return "một năm"
    if kept >= timedelta(days=1):
        return f"{kept.days} ngày"
    minutes = int(kept.total_seconds()) // 60
    return f"{minutes // 60} giờ" if minutes >= 60 else f"{minutes} phút"
