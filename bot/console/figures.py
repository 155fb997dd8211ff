"""The figures of a period as tables: what is drawn, what is listed and what is exported are the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.console.export import Cell, ExportedTable
from bot.console.wording import name_outcome
from bot.statistics.summary import DayFigures, Summary

MOST_UNITS = 15
_ReadDay = Callable[[DayFigures], Cell]
_ANSWERS = ("Trả lời được", "Hỏi lại", "Chưa biết", "Từ chối")
_TIMES = ("Một nửa số câu trong", "95% số câu trong")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A table and how it is drawn. `name`: in addresses. `chart`: None for a table alone. `drawn`: its columns."""

    name: str
    table: ExportedTable
    note: str = ""
    chart: Literal["stacked", "line", "bars"] | None = None
    drawn: tuple[str, ...] = ()
    unit: str = ""


def make_figures(
    summary: Summary, *, titles: Mapping[str, str], topics: Mapping[str, str], provinces: Mapping[str, str]
) -> list[Figure]:
    """Return every figure of a period. `titles`, `topics`: names by unit. `provinces`: names by code."""
    return [
        Figure(
            name="theo-ngay",
            table=_by_day(
                summary,
                "Cuộc trò chuyện theo ngày",
                {
                    "Cuộc trò chuyện": lambda day: day.conversations,
                    "Lượt hỏi": lambda day: day.turns,
                    "Trả lời được": lambda day: day.answered,
                    "Hỏi lại": lambda day: day.clarified,
                    "Chưa biết": lambda day: day.unknown,
                    "Từ chối": lambda day: day.refused,
                    "Khẩn cấp, lừa đảo": lambda day: day.safety,
                },
            ),
            note="Một người nhắn nhiều lần trong ngày là một cuộc trò chuyện.",
            chart="stacked",
            drawn=_ANSWERS,
        ),
        Figure(
            name="cau-tra-loi",
            table=ExportedTable(
                title="Câu trả lời được hỏi nhiều",
                columns=("Câu trả lời", "Lượt", "Hữu ích", "Chưa đúng ý"),
                rows=[
                    (titles.get(unit, unit), count, summary.liked.get(unit, 0), summary.disliked.get(unit, 0))
                    for unit, count in list(summary.units.items())[:MOST_UNITS]
                ],
            ),
            chart="bars",
            drawn=("Lượt",),
        ),
        Figure(
            name="chu-de",
            table=ExportedTable(
                title="Chủ đề", columns=("Chủ đề", "Lượt"), rows=_count_topics(summary.units, topics)
            ),
        ),
        Figure(
            name="tinh-thanh",
            table=ExportedTable(
                title="Tỉnh, thành phố",
                columns=("Tỉnh, thành phố", "Lượt", "Hỏi nhiều nhất", "Lượt câu đó"),
                rows=[
                    (
                        provinces.get(each.code, each.code),
                        each.answers,
                        titles.get(each.top_unit, each.top_unit),
                        each.top_count,
                    )
                    for each in summary.provinces
                ],
            ),
            note="Chỉ gồm người đã cho biết nơi ở khi đăng ký nhận tin. Nơi quá ít lượt thì không hiện.",
        ),
        Figure(
            name="hai-long",
            table=_by_day(
                summary,
                "Hài lòng theo ngày",
                {"Hữu ích": lambda day: day.liked, "Chưa đúng ý": lambda day: day.disliked},
            ),
            chart="stacked",
            drawn=("Hữu ích", "Chưa đúng ý"),
        ),
        Figure(
            name="hai-long-can-bo",
            table=_by_day(
                summary,
                "Hài lòng khi gặp cán bộ",
                {
                    "Được việc": lambda day: day.staff_helped,
                    "Được một phần": lambda day: day.staff_helped_partly,
                    "Chưa được": lambda day: day.staff_did_not_help,
                    "Cuộc đã kết thúc": lambda day: day.with_staff,
                },
            ),
            note="Người dân chọn một nút khi cuộc trò chuyện với cán bộ kết thúc. Không ai bắt buộc chọn.",
            chart="stacked",
            drawn=("Được việc", "Được một phần", "Chưa được"),
        ),
        Figure(
            name="thoi-gian",
            table=_by_day(
                summary,
                "Thời gian trả lời theo ngày",
                {_TIMES[0]: lambda day: day.p50_ms, _TIMES[1]: lambda day: day.p95_ms},
            ),
            note="Tính bằng mili giây, từ lúc đọc tin đến lúc có câu trả lời.",
            chart="line",
            drawn=_TIMES,
            unit=" ms",
        ),
        Figure(
            name="gui-tin",
            table=_by_day(
                summary,
                "Tin đã gửi theo ngày",
                {"Đã gửi": lambda day: day.sent, "Không gửi": lambda day: day.not_sent},
            ),
            note="Lời nhắc, báo tin hồ sơ, thông báo. Số liệu chậm khoảng một phút.",
            chart="stacked",
            drawn=("Đã gửi", "Không gửi"),
        ),
        Figure(
            name="ket-qua-gui",
            table=ExportedTable(
                title="Kết quả gửi tin",
                columns=("Kết quả", "Số tin"),
                rows=[(name_outcome(state, reason), count) for (state, reason), count in summary.outcomes.items()],
            ),
        ),
    ]


def _by_day(summary: Summary, title: str, columns: Mapping[str, _ReadDay]) -> ExportedTable:
    rows: list[tuple[Cell, ...]] = [(day.day, *(read(day) for read in columns.values())) for day in summary.days]
    return ExportedTable(title=title, columns=("Ngày", *columns), rows=rows)


def _count_topics(units: Mapping[str, int], topics: Mapping[str, str]) -> list[tuple[Cell, ...]]:
    counted: Counter[str] = Counter()
    for unit, count in units.items():
        counted[topics.get(unit, unit.partition(".")[0])] += count
    return [(topic, count) for topic, count in counted.most_common()]
