"""The figures that docs/performance.md shows: what each is, its unit, and what is aimed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEGINS = "<!-- bench: begin, written by `python -m bot bench --only-docs` -->"
ENDS = "<!-- bench: end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `at_least`, `at_most`: the goal, where there is one."""

    name: str
    what: str
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None
    in_chart: str = ""
    """The label in the chart; empty: not in it."""

    def write_goal(self) -> str:
        """Return the goal as it is read."""
        if self.at_least is not None:
            return f"≥ {_write(self.at_least)}"
        return f"≤ {_write(self.at_most)}" if self.at_most is not None else ""

    def is_reached(self, value: float) -> bool:
        """Tell whether a value is as good as the goal."""
        is_low = self.at_least is not None and value < self.at_least
        return not is_low and not (self.at_most is not None and value > self.at_most)

    def find_share(self, value: float) -> float:
        """Return how much of the goal a value is; 1: just reached."""
        if self.at_least is not None:
            return value / self.at_least
        assert self.at_most is not None
        return self.at_most / value if value > 0 else 2.0


FIGURES = (
    Figure(
        name="text_to_answer_p50_ms",
        what="a question through the whole of a turn, database included, median",
        unit="ms",
        at_most=10,
        in_chart="answer p50",
    ),
    Figure(name="text_to_answer_p99_ms", what="the slowest in a hundred", unit="ms", at_most=50, in_chart="p99"),
    Figure(name="rasa_parse_p50_ms", what="of the median: waiting for the understanding server", unit="ms"),
    Figure(name="own_part_p50_ms", what="of the median: the rest", unit="ms"),
    Figure(name="webhook_per_s", what="answered by one `serve`, 32 posters that never pause", unit="messages/s"),
    Figure(name="webhook_vs_echo_ratio", what="the same against a bare python-telegram-bot echo bot"),
    Figure(name="webhook_unanswered", what="acknowledged there and never answered", at_most=0),
    Figure(
        name="webhook_ack_rate",
        what="acknowledged by one `receive` when 1,000/s are posted, 5 % twice, `serve` answering beside",
        unit="updates/s",
        at_least=980,
        in_chart="acknowledged/s",
    ),
    Figure(
        name="webhook_ack_p99_ms",
        what="from its moment to the acknowledgement, the slowest in a hundred",
        unit="ms",
        at_most=100,
        in_chart="ack p99",
    ),
    Figure(name="webhook_ack_p50_ms", what="the median of it", unit="ms"),
    Figure(name="webhook_cpu_ms", what="processor time of `receive` for an update", unit="ms"),
    Figure(name="webhook_lost", what="acknowledged and not in the inbox", at_most=0),
    Figure(
        name="broadcast_rate_used",
        what="of 1,000/s, paid, two processes at one lane, 50 ms round trip",
        at_least=0.98,
        in_chart="paid rate",
    ),
    Figure(name="broadcast_cpu_ms", what="processor time of `deliver` for a message", unit="ms", at_most=1),
    Figure(name="broadcast_free_rate_used", what="of 30/s, two processes", at_least=0.98, in_chart="free rate"),
    Figure(name="broadcast_lost", what="recipients whose phone never rang", at_most=0),
    Figure(name="broadcast_duplicates", what="phones that rang twice", at_most=0),
    Figure(name="reply_p50_ms", what="an answer over HTTP while nothing is sent, median", unit="ms"),
    Figure(name="reply_p50_ms_in_broadcast", what="the same while a broadcast goes at 30/s", unit="ms"),
    Figure(name="reply_slower_in_broadcast", what="so much slower is that", at_most=0.2),
    Figure(name="reply_slower_in_paid", what="so much slower while a broadcast goes at 1,000/s", at_most=0.2),
    Figure(
        name="emulator_people",
        what="recipients through npm telegram-test-api at 30/s, two processes, citizens writing there meanwhile",
        unit="people",
    ),
    Figure(name="emulator_rate_used", what="of 30/s there, answers counted in", at_least=0.98),
    Figure(name="emulator_lost", what="recipients whose phone never rang there", at_most=0),
    Figure(name="emulator_duplicates", what="phones that rang twice there", at_most=0),
    Figure(name="emulator_unanswered", what="citizens who wrote meanwhile and got no answer", at_most=0),
    Figure(name="emulator_reply_p50_ms", what="their wait while nothing is sent, polling, median", unit="ms"),
    Figure(name="emulator_reply_p50_ms_in_broadcast", what="their wait in the broadcast, median", unit="ms"),
    Figure(name="emulator_reply_slower", what="so much slower is that", at_most=0.2),
    Figure(
        name="plan_recipients_per_s",
        what="recipients of a broadcast written down",
        unit="people/s",
        at_least=16_667,
        in_chart="planned/s",
    ),
    Figure(name="plan_us_per_recipient_10k", what="a recipient among 10,000", unit="µs"),
    Figure(name="plan_us_per_recipient", what="a recipient among the most", unit="µs"),
    Figure(name="plan_slope", what="the second divided by the first", at_most=1.1),
    Figure(name="plan_rss_growth_mb", what="memory more for the most than for 10,000", unit="MB", at_most=5),
    Figure(
        name="reminder_people_per_s",
        what="people whose subscriptions are judged anew",
        unit="people/s",
        at_least=16_667,
        in_chart="reminders/s",
    ),
    Figure(
        name="sync_rows_per_s",
        what="rows of applications checked, encrypted, merged",
        unit="rows/s",
        at_least=5_000,
        in_chart="sync/s",
    ),
    Figure(name="sync_rss_mb", what="memory of it, at the most", unit="MB", at_most=300),
    Figure(name="sync_vs_copy_ratio", what="the same against a bare COPY into text columns"),
    Figure(
        name="beneficiary_rows_per_s",
        what="rows of lists cleaned, encrypted, merged, compared; three in a hundred wrong",
        unit="rows/s",
        at_least=3_333,
        in_chart="lists/s",
    ),
    Figure(name="gate_s", what="every golden question asked of the published content and of a draft", unit="s"),
    Figure(name="nlu_train_s", what="a cold training", unit="s"),
    Figure(name="warm_start_s", what="`make run` to the first answer, second start", unit="s"),
    Figure(name="nlu_rss_mb", what="resident memory of the understanding server", unit="MB"),
    Figure(name="bot_rss_mb", what="resident memory of `serve` after the load", unit="MB"),
)


def write_into(path: Path, figures: Mapping[str, Any]) -> None:
    """Put the table and the chart between the two marks of a document.

    Raises:
        ValueError: it has no such marks.
    """
    before, begins, rest = path.read_text().partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise ValueError(f"{path} lacks the marks between which the table stands")
    path.write_text(f"{before}{BEGINS}\n\n{render_table(figures)}\n{render_chart(figures)}\n{ENDS}{after}")


def render_table(figures: Mapping[str, Any]) -> str:
    """Return the table as Markdown, after a line that says where and when it was measured."""
    machine = figures["machine"]
    lines = [
        f"Measured {figures['measured_on']} ({figures['sizes']} sizes) on {machine['cores']} cores of "
        f"{machine['processor']}, {machine['memory_gb']} GB, Python {machine['python']}, PostgreSQL "
        f"{machine['postgresql']}; load {machine['load_before']} before. Everything shares the cores: clients, "
        "stand-ins, the service, the database.",
        "",
        "| what | figure | goal | |",
        "|---|---|---|---|",
    ]
    for figure in FIGURES:
        if figure.name in figures:
            value = float(figures[figure.name])
            shown = f"{_write(value)} {figure.unit}".strip()
            judged = f"{figure.write_goal()} | {_judge(figure, value)}"
            lines.append(f"| {figure.what} (`{figure.name}`) | {shown} | {judged} |")
    return "\n".join(lines) + "\n"


def render_chart(figures: Mapping[str, Any]) -> str:
    """Return a chart of how much of each goal is reached, in percent."""
    shown = [figure for figure in FIGURES if figure.in_chart and figure.name in figures]
    labels = ", ".join(f'"{figure.in_chart}"' for figure in shown)
    reached = [min(200, round(100 * figure.find_share(float(figures[figure.name])))) for figure in shown]
    return "\n".join(
        [
            "```mermaid",
            "xychart-beta horizontal",
            '    title "Share of the goal that is reached, percent (100: just reached, shown up to 200)"',
            f"    x-axis [{labels}]",
            '    y-axis "percent" 0 --> 200',
            f"    bar [{', '.join(map(str, reached))}]",
            f"    line [{', '.join('100' for _ in shown)}]",
            "```",
            "",
        ]
    )


def _judge(figure: Figure, value: float) -> str:
    if not figure.write_goal():
        return ""
    return "reached" if figure.is_reached(value) else "**not reached**"


def _write(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1_000 else f"{value:,.3g}"
