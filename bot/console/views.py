"""Makes pages of templates: every value is escaped, every date is a Vietnamese one."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.clock import HANOI
from bot.console.assets import Assets
from bot.console.audit_wording import list_details, name_action, name_actor, name_subject
from bot.console.differences import PieceKind, compare_words, keep_changed_lines
from bot.console.menu import MENU
from bot.console.shelved_facts import FACT_STATES
from bot.console.wording import (
    BROADCAST_STATES,
    CHANNELS,
    DEPENDENT_KINDS,
    DRAFT_STATES,
    GROUP_STATES,
    HANDOVER_STATES,
    HEALTH_STATES,
    KINDS,
    PARAMETER_UNITS,
    PART_NAMES,
    QUESTION_REASONS,
    REPEATS,
    REQUEST_KINDS,
    RUN_STATES,
    SKILLS,
    STATES,
    TRAINING_STATES,
    UNREACHED,
    name_browser,
    name_outcome,
)
from bot.content.figures import render_date, render_number
from bot.handover.replies import describe_carrying
from bot.storage.broadcast_messages import Outcome

TEMPLATES = Path(__file__).resolve().parent / "templates"


class Views:
    """Renders the templates of the console."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            asset=assets.address,
            broadcast_states=BROADCAST_STATES,
            channel_names=CHANNELS,
            dependent_kinds=DEPENDENT_KINDS,
            draft_states=DRAFT_STATES,
            fact_states=FACT_STATES,
            group_states=GROUP_STATES,
            health_states=HEALTH_STATES,
            part_names=PART_NAMES,
            run_states=RUN_STATES,
            request_kinds=REQUEST_KINDS,
            handover_states=HANDOVER_STATES,
            carrying=describe_carrying,
            repeats=REPEATS,
            unreached=UNREACHED,
            question_reasons=QUESTION_REASONS,
            kinds=KINDS,
            skill_names=SKILLS,
            menu=MENU,
            parameter_units=PARAMETER_UNITS,
            states=STATES,
            training_states=TRAINING_STATES,
            changed_lines=_render_changed_lines,
        )
        self._environment.filters.update(
            day=_day,
            moment=_moment,
            local_day=_local_day,
            number=render_number,
            browser=name_browser,
            audit_action=name_action,
            audit_actor=name_actor,
            audit_details=list_details,
            audit_subject=name_subject,
            outcome=_outcome,
            cell=_cell,
            iso_day=_iso_day,
            clock=_clock,
            share=_share,
        )

    def render(self, template: str, **context: Any) -> str:
        """Return a page."""
        return self._environment.get_template(template).render(**context)


def _render_changed_lines(before: str, after: str) -> Markup:
    """Return the lines that changed, with what is gone and what is new marked."""
    tags = {PieceKind.GONE: Markup("<del>{}</del>"), PieceKind.NEW: Markup("<ins>{}</ins>")}
    return Markup("").join(
        tags[piece.kind].format(piece.text) if piece.kind in tags else escape(piece.text)
        for piece in keep_changed_lines(compare_words(before, after))
    )


def _day(day: date | None) -> str:
    return render_date(day) if day is not None else ""


def _local_day(moment: datetime) -> str:
    return render_date(moment.astimezone(HANOI).date())


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"


def _iso_day(day: str) -> str:
    return render_date(date.fromisoformat(day))


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%H:%M:%S %d/%m}"


def _cell(value: object) -> str:
    """Return a cell of a table of figures; what is not known is left empty."""
    if value is None:
        return ""
    return render_date(value) if isinstance(value, date) else str(value)


def _share(part: int, whole: int) -> str:
    """Return a share as 87%, and a dash where there is no whole."""
    return f"{render_number(round(100 * part / whole))}%" if whole else "–"


def _outcome(outcome: Outcome) -> str:
    return name_outcome(outcome.state, outcome.reason)
