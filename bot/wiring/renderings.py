"""How messengers show an answer, for pages of staff: the console knows no channel."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from bot.channels.numbered_choices import render_choices
from bot.channels.plain_parts import render_plain_parts
from bot.channels.telegram.render import render_parts
from bot.channels.zalo.send import LONGEST_MESSAGE
from bot.console.preview import Renderings
from bot.domain.answers import Answer
from bot.domain.messages import Channel


def list_renderings() -> Renderings:
    """List the messengers that show an answer in another way than the page does."""
    return {Channel.TELEGRAM: _on_telegram, Channel.ZALO: _on_zalo}


def _on_telegram(answer: Answer) -> Sequence[Markup]:
    return [Markup(part.html) for part in render_parts(answer)]  # noqa: S704 -- everything in it is escaped there


def _on_zalo(answer: Answer) -> Sequence[Markup]:
    return [escape(part) for part in render_plain_parts(render_choices(answer), longest=LONGEST_MESSAGE)]
