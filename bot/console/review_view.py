"""What the page of every draft that waits for another person shows, whatever kind of record it is of."""

from __future__ import annotations

from typing import Any

from bot.console.access import GATE_OVERRIDERS, PUBLISHERS
from bot.console.page import Visit
from bot.console.record_desk import record_path, review_path
from bot.console.unit_form import show_seen
from bot.content.drafts import Seen, gate_is_open
from bot.storage.content_drafts import StoredDraft


def show_decision(
    visit: Visit, draft: StoredDraft, *, name: str, seen: Seen, has_moved: bool, along: StoredDraft | None = None
) -> dict[str, Any]:
    """Return what _review.html takes.

    `has_moved`: what is published changed since the draft was begun; `along`: what is published together with it.
    """
    authors = [*draft.authors, *(along.authors if along is not None else ())]
    return {
        "draft": draft,
        "along": along,
        "name": name,
        "edit_path": record_path(draft.kind, draft.record_id),
        "review_path": review_path(draft),
        "seen": show_seen(seen),
        "has_moved": has_moved,
        "own": visit.staff.email in authors,
        "open_gate": gate_is_open(draft),
        "may_publish": visit.may(PUBLISHERS),
        "may_override": visit.may(GATE_OVERRIDERS),
        "reason": visit.form.get("reason"),
        "note": visit.form.get("note"),
    }
