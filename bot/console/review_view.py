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
    parts = _list_parts(draft, along)
    return {
        **show_gate_of(draft, along),
        "along": along,
        "name": name,
        "edit_path": record_path(draft.kind, draft.record_id),
        "seen": show_seen(seen),
        "has_moved": has_moved,
        "own": any(visit.staff.email in part.authors for part in parts),
        "open_gate": all(gate_is_open(part) for part in parts),
        "may_publish": visit.may(PUBLISHERS),
        "may_override": visit.may(GATE_OVERRIDERS),
        "reason": visit.form.get("reason"),
        "note": visit.form.get("note"),
    }


def show_gate_of(draft: StoredDraft, along: StoredDraft | None = None) -> dict[str, Any]:
    """Return what _gate.html takes.

    The gate runs for each of two drafts that are published together, with the other: it is awaited until both
    results are there, and the later one is of both as they are.
    """
    found = [part.gate for part in _list_parts(draft, along)]
    gates = [gate for gate in found if gate is not None]
    return {
        "draft": draft,
        "gate": max(gates, key=lambda gate: str(gate["ran_at"])) if len(gates) == len(found) else None,
        "review_path": review_path(draft),
    }


def _list_parts(draft: StoredDraft, along: StoredDraft | None) -> list[StoredDraft]:
    return [draft] if along is None else [draft, along]
