"""What a trial run of reminders found, as tables that are drawn, listed and exported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from bot.clock import hanoi_date
from bot.console.export import Cell, ExportedTable
from bot.console.figures import Figure
from bot.console.wording import CHANNELS
from bot.content.figures import render_date
from bot.domain.messages import Channel
from bot.domain.rehearsal import Rehearsal, RehearsalKind


def make_rehearsal_figures(run: Rehearsal, titles: Mapping[str, str]) -> list[Figure]:
    """Return the tables of a trial run, none while it has found nothing. `titles`: of rules."""
    if run.result is None:
        return []
    return _simulated(run, titles) if run.kind is RehearsalKind.SIMULATION else _shadowed(run)


def _simulated(run: Rehearsal, titles: Mapping[str, str]) -> list[Figure]:
    assert run.result is not None
    result = run.result
    first = hanoi_date(datetime.fromisoformat(result["began_at"]))
    days = [first + timedelta(days=n) for n in range(result["days"] + 1)]
    by_day: list[tuple[Cell, ...]] = [(day, result["by_day"].get(day.isoformat(), 0)) for day in days]
    rules = sorted({*result["by_rule"], *result["postponed"], *result["expired"]})
    return [
        Figure(
            name="theo-ngay",
            table=ExportedTable(title="Số tin theo ngày", columns=("Ngày", "Số tin"), rows=by_day),
            chart="stacked",
            drawn=("Số tin",),
        ),
        Figure(
            name="theo-quy-tac",
            table=ExportedTable(
                title="Theo quy tắc",
                columns=("Quy tắc", "Lời nhắc", "Lần lùi lại", "Bỏ vì quá muộn"),
                rows=[
                    (
                        titles.get(rule, rule),
                        *(result[of].get(rule, 0) for of in ("by_rule", "postponed", "expired")),
                    )
                    for rule in rules
                ],
            ),
            note="Lùi lại vì ban đêm, vì mỗi người nhiều nhất một tin mỗi ngày và bốn tin trong 30 ngày.",
        ),
        Figure(
            name="theo-kenh",
            table=ExportedTable(
                title="Theo kênh",
                columns=("Kênh", "Số tin"),
                rows=[(CHANNELS[Channel(name)], count) for name, count in result["by_channel"].items()],
            ),
        ),
    ]


def _shadowed(run: Rehearsal) -> list[Figure]:
    assert run.result is not None
    result = run.result
    return [
        Figure(
            name="thay-doi",
            table=ExportedTable(
                title="Nếu dùng quy tắc mới",
                columns=("Thay đổi", "Số đăng ký"),
                rows=[
                    ("Thêm: chưa được nhắc, sẽ được nhắc", result["added"]),
                    ("Bỏ: đang được nhắc, sẽ không", result["dropped"]),
                    ("Đổi ngày nhắc", result["moved"]),
                    ("Giữ nguyên", result["same"]),
                ],
            ),
            chart="bars",
            drawn=("Số đăng ký",),
        ),
        Figure(
            name="vi-du",
            table=ExportedTable(
                title="Vài trường hợp thay đổi",
                columns=("Kênh", "Ngày nhắc bây giờ", "Ngày nhắc mới"),
                rows=[
                    (CHANNELS[Channel(each["channel"])], _list_days(each["before"]), _list_days(each["after"]))
                    for each in result["examples"]
                ],
            ),
            note="Không ghi của ai.",
        ),
    ]


def _list_days(days: list[str]) -> str:
    return ", ".join(render_date(date.fromisoformat(day)) for day in days) or "không nhắc"
