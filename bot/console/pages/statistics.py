"""Figures: how the service does today and lately, and how each part of it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import Response

from bot.console.access import EVERY_ROLE
from bot.console.export import render_csv, render_xlsx, send_file
from bot.console.figures import Figure, make_figures
from bot.console.page import PageNotFound, Visit, page
from bot.console.request import read_number
from bot.console.shelf import load_shelf
from bot.domain.messages import Channel
from bot.statistics.health import judge_parts, judge_processes
from bot.statistics.summary import Summary, load_summary
from bot.storage.heartbeats import list_heartbeats
from bot.storage.statistics import Period

SPANS = (1, 7, 30, 90)
USUAL_SPAN = 7
CHANNELS = tuple(channel for channel in Channel if channel.can_be_reached_later)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    days: int
    channel: Channel | None

    @property
    def query(self) -> str:
        return urlencode({"days": self.days, "channel": self.channel.value if self.channel else ""})


@page("GET", "/statistics", access=EVERY_ROLE)
async def show_statistics(visit: Visit) -> Response:
    """Today, the days before, and how each part is."""
    asked = _read(visit)
    summary, figures = await _load(visit, asked)
    async with visit.database.begin() as tx:
        today = await load_summary(tx, Period(since=visit.today, until=visit.today), now=visit.now)
        beats = await list_heartbeats(tx)
    return visit.render(
        "statistics.html",
        asked=asked,
        spans=SPANS,
        channels=CHANNELS,
        today=today,
        summary=summary,
        figures=figures,
        processes=judge_processes(beats, visit.now),
        parts=judge_parts(beats, visit.now),
    )


@page("GET", "/statistics/export/{name}", access=EVERY_ROLE)
async def export_statistics(visit: Visit) -> Response:
    """One table as CSV (`<name>.csv`), or all as a workbook (`tat-ca.xlsx`)."""
    asked = _read(visit)
    name: str = visit.request.path_params["name"]
    _, figures = await _load(visit, asked)
    stamp = f"{visit.today:%Y-%m-%d}-{asked.days}-ngay"
    if name == "tat-ca.xlsx":
        body = render_xlsx([figure.table for figure in figures])
        return send_file(body, name=f"thong-ke-{stamp}.xlsx")
    figure = next((figure for figure in figures if name == f"{figure.name}.csv"), None)
    if figure is None:
        raise PageNotFound
    return send_file(render_csv(figure.table), name=f"{figure.name}-{stamp}.csv")


def _read(visit: Visit) -> _Asked:
    query: Any = visit.request.query_params
    days = read_number(query.get("days", ""))
    channel = next((each for each in CHANNELS if each.value == query.get("channel")), None)
    return _Asked(days=days if days in SPANS else USUAL_SPAN, channel=channel)


async def _load(visit: Visit, asked: _Asked) -> tuple[Summary, list[Figure]]:
    since = visit.today - timedelta(days=asked.days - 1)
    async with visit.database.begin() as tx:
        summary = await load_summary(
            tx, Period(since=since, until=visit.today, channel=asked.channel), now=visit.now
        )
        shelf = await load_shelf(tx, today=visit.today)
    titles = {each.unit.id: each.unit.title for each in shelf.units}
    topics = {each.unit.id: visit.topics().name(each.unit.topic) for each in shelf.units}
    # The table of places is large: it is read only where there is a place to name.
    provinces = visit.communes().provinces if summary.provinces else {}
    return summary, make_figures(summary, titles=titles, topics=topics, provinces=provinces)


PAGES = [show_statistics, export_statistics]
