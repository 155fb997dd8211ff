"""One reminder rule as staff look at it: in words, its texts and their draft, on or off, and what citizens see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import Response
from markupsafe import Markup

from bot.console.access import ADMINISTRATORS, CONTENT_EDITORS
from bot.console.page import PageNotFound, Visit
from bot.console.preview import Renderings, Shown, render_markup, show_on_messengers
from bot.console.record_desk import OpenRecord, open_record
from bot.console.reminder_form import RuleFields, TextFields
from bot.console.unit_form import show_seen
from bot.content.drafts import Seen
from bot.content.publish import Problem
from bot.content.reminder_texts import find_placeholder_problem
from bot.content.schema import FIRST_SCREEN_CHARACTERS, ReminderTexts
from bot.conversation.wording import PRIVATE_PAGE
from bot.domain.answers import Answer, AnswerKind, Button, Link
from bot.reminders.describe import SAMPLE_DAY, describe_rule, fill_sample, list_placeholders
from bot.reminders.rules import ReminderRule
from bot.reminders.wording import list_related
from bot.skills.reminder.skill import LATER_TITLE, NEVER_TITLE, ONE_ABROAD, STOP_ALL
from bot.storage.reminder_sweep import count_active_by_rule
from bot.storage.switches import find_switches

PLACEHOLDER_MEANINGS = {
    "event_on": "ngày của việc đó",
    "age": "tuổi của người đó vào ngày ấy",
    "grace_years": "số năm được làm sớm",
    "title": "tên chế độ hoặc tên việc",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedText:
    """A text as a citizen reads it, with an invented day. `problem`: why it cannot be sent, and is not shown."""

    label: str
    characters: int
    problem: str | None
    text: Markup
    on_messengers: Sequence[Shown]


def get_rule(visit: Visit, rule_id: str) -> ReminderRule:
    """Return a rule as data/ has it.

    Raises:
        PageNotFound: there is none of that id.
    """
    rule = visit.rules.get(rule_id)
    if rule is None:
        raise PageNotFound
    return rule


async def open_texts(visit: Visit, rule: ReminderRule) -> OpenRecord[ReminderTexts]:
    """Return the texts of a rule and their draft."""
    async with visit.database.begin() as tx:
        return await open_record(tx, ReminderTexts, rule.id)


def preview_texts(fields: TextFields, rule: ReminderRule, renderings: Renderings) -> list[PreviewedText]:
    """Return what a citizen would see of both texts, on each messenger."""
    allowed = list_placeholders(rule)
    return [
        _preview(label, text, find_placeholder_problem(text, allowed), rule, renderings)
        for label, text in (("Trước ngày đó", fields.details), ("Sau ngày đó", fields.details_past))
    ]


async def render_rule(
    visit: Visit,
    rule: ReminderRule,
    *,
    texts: TextFields | None = None,
    seen: Seen | None = None,
    fields: RuleFields | None = None,
    beside: dict[str, str] | None = None,
    problems: Iterable[Problem] = (),
    status: int = 200,
    **shown: Any,
) -> Response:
    """Return the page of a rule. `texts`, `fields`: as typed; `beside`, `problems`: what is wrong with them."""
    opened = await open_texts(visit, rule)
    async with visit.database.begin() as tx:
        held = await find_switches(tx)
        active = await count_active_by_rule(tx)
    wrong = tuple(problems)
    texts = texts or TextFields.of(opened.wanted or rule.texts)
    context = {
        "rule": rule,
        "said": describe_rule(rule),
        "over": not rule.holds_on(visit.today),
        "opened": opened,
        "texts": texts,
        "seen": show_seen(seen or opened.seen),
        "previews": preview_texts(texts, rule, visit.renderings),
        "placeholders": {name: PLACEHOLDER_MEANINGS[name] for name in list_placeholders(rule)},
        "active": active.get(rule.id, 0),
        "off": rule.id in held.switches.rules_off,
        "version": held.version,
        "fields": fields or RuleFields.of(rule),
        "problems": wrong,
        "beside": {**{each.place: each.message for each in wrong}, **(beside or {})},
        "not_tried": bool(beside),
        "problem": "",
        "done": "",
        "resumed": False,
        "theirs": None,
        "changes": [],
        "new_id": uuid4(),
        "may_try": visit.may(CONTENT_EDITORS),
        "may_switch": visit.may(ADMINISTRATORS),
    }
    return visit.render("reminder.html", status=status, **{**context, **shown})


def _preview(
    label: str, text: str, problem: str | None, rule: ReminderRule, renderings: Renderings
) -> PreviewedText:
    said = fill_sample(rule, text[: FIRST_SCREEN_CHARACTERS * 4]) if problem is None else ""
    wishes = (_button(LATER_TITLE.format(days=rule.snooze.days)), _button(NEVER_TITLE), STOP_ALL)
    whole = Answer(
        kind=AnswerKind.FORM,
        text=said,
        buttons=(*list_related(rule), *wishes),
        sources=tuple(source.cite() for source in rule.sources),
        checked_on=rule.checked_on,
        private=True,
    )
    # Where messages are kept abroad, the text stands on a page of ours.
    page = Link(title=PRIVATE_PAGE, url="https://")
    discreet = Answer(
        kind=AnswerKind.FORM, text=ONE_ABROAD.format(event_on=SAMPLE_DAY), buttons=wishes, links=(page,)
    )
    shown = [
        each
        for channel, render in renderings.items()
        for each in show_on_messengers(discreet if channel.keeps_messages_abroad else whole, {channel: render})
    ]
    return PreviewedText(
        label=label,
        characters=len(text),
        problem=problem,
        text=render_markup(said),
        on_messengers=shown if said.strip() else (),
    )


def _button(title: str) -> Button:
    return Button(title=title, payload="")
