"""Reminders: each rule in words, on or off, and its texts, which go the way of every other content."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import ADMINISTRATORS, CONTENT_EDITORS, EVERY_ROLE
from bot.console.differences import list_changes
from bot.console.logins import CodeRefused
from bot.console.page import PageNotFound, Visit, page
from bot.console.record_desk import forget_draft, keep_draft
from bot.console.reminder_form import make_texts, read_texts
from bot.console.request import read_number
from bot.console.rule_view import get_rule, preview_texts, render_rule
from bot.console.unit_form import read_seen
from bot.content.drafts import DraftChanged, DraftGone
from bot.content.publish import EditedMeanwhile, RecordGone, RecordRefused
from bot.content.schema import ReminderTexts
from bot.domain.content import ContentKind
from bot.reminders.describe import describe_rule
from bot.reminders.rehearse import DAYS
from bot.reminders.rules import ReminderRule
from bot.storage.content_drafts import list_drafts
from bot.storage.rehearsals import list_rehearsals
from bot.storage.reminder_sweep import count_active_by_rule
from bot.storage.switches import find_switches, record_switches

SHOWN_RUNS = 10
SWITCHED = {"on", "off"}
DONE = SWITCHED | {"saved", "submitted", "unchanged", "dropped", "moved", "published"}


@page("GET", "/reminders", access=EVERY_ROLE)
async def show_reminders(visit: Visit) -> Response:
    """Every rule, and the last trial runs."""
    async with visit.database.begin() as tx:
        off = (await find_switches(tx)).switches.rules_off
        active = await count_active_by_rule(tx)
        runs = await list_rehearsals(tx, limit=SHOWN_RUNS)
        drafts = {each.record_id: each for each in await list_drafts(tx) if each.kind is ContentKind.REMINDER}
    return visit.render(
        "reminders.html",
        rules=[
            {
                "rule": rule,
                "said": describe_rule(rule)[:2],
                "active": active.get(rule.id, 0),
                "off": rule.id in off,
                "over": not rule.holds_on(visit.today),
                "draft": drafts.get(rule.id),
            }
            for rule in visit.rules.values()
        ],
        runs=runs,
        titles={rule.id: rule.title for rule in visit.rules.values()},
        days=DAYS,
        new_id=uuid4(),
        may_try=visit.may(CONTENT_EDITORS),
    )


@page("GET", "/reminders/{rule_id}", access=EVERY_ROLE)
async def show_rule(visit: Visit) -> Response:
    """One rule."""
    rule = _get_rule(visit)
    done = visit.request.query_params.get("done", "")
    return await render_rule(visit, rule, done=done if done in DONE else "")


@page("POST", "/reminders/{rule_id}", access=ADMINISTRATORS)
async def switch_rule(visit: Visit) -> Response:
    """Let a rule remind, or not; a code of one's own app confirms."""
    assert visit.logged_in is not None
    rule = _get_rule(visit)
    action = visit.form.get("do")
    if action not in SWITCHED:
        return await render_rule(visit, rule)
    try:
        await visit.logins.take_code(visit.logged_in, visit.form.get("code"))
    except CodeRefused:
        return await render_rule(visit, rule, problem="code", status=422)
    async with visit.database.begin() as tx:
        switches = (await find_switches(tx)).switches
        off = switches.rules_off - {rule.id} if action == "on" else switches.rules_off | {rule.id}
        if not await record_switches(
            tx,
            replace(switches, rules_off=off),
            version=read_number(visit.form.get("version")),
            staff=visit.staff.email,
            now=visit.now,
        ):
            return await render_rule(visit, rule, problem="moved", status=409)
        await visit.record(tx, f"reminder.{action}", f"reminder:{rule.id}")
    return RedirectResponse(f"/console/reminders/{rule.id}?done={action}", status_code=303)


@page("POST", "/reminders/{rule_id}/texts", access=CONTENT_EDITORS)
async def save_texts(visit: Visit) -> Response:
    """Keep a draft of the texts, or give the form back: what is wrong, or what somebody else saved."""
    rule, action, typed = _get_rule(visit), visit.form.get("do"), read_texts(visit.form)
    seen, path = read_seen(visit.form.get("seen")), f"/console/reminders/{rule.id}"
    try:
        match action:
            case "drop":
                await forget_draft(visit, ContentKind.REMINDER, rule.id, seen=seen)
                return RedirectResponse(f"{path}?done=dropped", status_code=303)
            case "save" | "submit":
                new = make_texts(typed, rule)
            case _:
                return await render_rule(visit, rule, texts=typed, seen=seen, resumed=action == "resume")
        done = await keep_draft(visit, new, seen=seen, submit=action == "submit")
    except (DraftGone, DraftChanged):
        done = "moved"
    except RecordGone as gone:
        raise PageNotFound from gone
    except RecordRefused as refused:
        return await render_rule(visit, rule, texts=typed, seen=seen, problems=refused.problems, status=422)
    except EditedMeanwhile as meanwhile:
        changes = list_changes(ReminderTexts.model_validate(meanwhile.theirs.body), new, {})
        # Saving once more, after reading what they wrote, is a choice: it goes on top of theirs.
        return await render_rule(visit, rule, texts=typed, theirs=meanwhile.theirs, changes=changes, status=409)
    return RedirectResponse(f"{path}?done={done}", status_code=303)


@page("POST", "/reminders/{rule_id}/preview", access=CONTENT_EDITORS)
async def show_text_preview(visit: Visit) -> Response:
    """What a citizen would see of the texts as they are typed now."""
    previews = preview_texts(read_texts(visit.form), _get_rule(visit), visit.renderings)
    return visit.render("_reminder_preview.html", previews=previews)


def _get_rule(visit: Visit) -> ReminderRule:
    return get_rule(visit, visit.request.path_params["rule_id"])


PAGES = [show_reminders, show_rule, switch_rule, save_texts, show_text_preview]
