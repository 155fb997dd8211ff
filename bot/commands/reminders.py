"""`reminders simulate` and `reminders shadow`: what is coming, and what a changed rule would do."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from bot.clock import HANOI, read_clock
from bot.reminders.rules import RulesInvalid, load_rules
from bot.reminders.simulate import SimulatedMessage, Simulation, run_shadow, simulate
from bot.settings import DATA, Settings
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.storage.encryption import Cipher

_WEEK = timedelta(days=7)
_NOTHING = "Không có lời nhắc nào trong thời gian này."


async def simulate_reminders(settings: Settings, *, days: int, out: Path | None) -> int:
    """Show the messages of the next days by week, rule and channel; write each to a CSV file where asked."""
    console = Console()
    database, cipher = _open(settings)
    whole = Simulation()
    with ExitStack() as stack:
        writer = None
        if out is not None:
            writer = csv.writer(stack.enter_context(out.open("w", newline="", encoding="utf-8-sig")))
            writer.writerow(["ngay", "gio", "nguoi", "kenh", "viec"])
        progress = stack.enter_context(_progress(console))
        task = progress.add_task("Đang tính", total=None)
        async for each in simulate(database, load_rules(DATA / "reminders"), cipher, now=read_clock(), days=days):
            if isinstance(each, SimulatedMessage):
                progress.advance(task)
                if writer is not None:
                    writer.writerow(_row(each))
            else:
                whole = each
    await database.close()
    _print_simulation(whole, days, console)
    if out is not None:
        console.print(f"Đã ghi {whole.messages} tin vào {out}.", highlight=False)
    return 0


async def shadow_rules(settings: Settings, folder: Path) -> int:
    """Show, for the rules of a folder in place of the present ones, who would be added, dropped or moved."""
    console = Console()
    try:
        changed = load_rules(folder)
    except RulesInvalid as error:
        console.print(f"Tệp quy tắc chưa đúng: {error}", highlight=False, markup=False)
        return 2
    if not changed:
        console.print(f"Không có quy tắc nào trong {folder}.", highlight=False)
        return 2
    present = load_rules(DATA / "reminders")
    database, cipher = _open(settings)
    with console.status("Đang so sánh"):
        shadow = await run_shadow(database, present, {**present, **changed}, cipher, now=read_clock())
    await database.close()
    table = Table("Quy tắc", "Thêm", "Bỏ", "Đổi ngày", "Giữ nguyên", title="Nếu dùng quy tắc mới")
    for rule_id in sorted(changed):
        counts = (shadow.added, shadow.dropped, shadow.moved, shadow.same)
        table.add_row(rule_id, *(f"{each[rule_id]:,}".replace(",", ".") for each in counts))
    console.print(table)
    for rule_id, examples in sorted(shadow.examples.items()):
        ids = ", ".join(str(each.subscription_id) for each in examples)
        console.print(f"{rule_id}: ví dụ {ids}", highlight=False)
    return 0


def _row(message: SimulatedMessage) -> list[str]:
    local = message.sent_at.astimezone(HANOI)
    rules = " ".join(message.rule_ids)
    return [f"{local:%d/%m/%Y}", f"{local:%H:%M}", str(message.citizen_id), message.channel, rules]


def _open(settings: Settings) -> tuple[Database, Cipher]:
    cipher = open_cipher(settings)
    return Database(settings.database_url), cipher


def _progress(console: Console) -> Progress:
    return Progress(SpinnerColumn(), TextColumn("{task.description}: {task.completed} tin"), console=console)


def _print_simulation(whole: Simulation, days: int, console: Console) -> None:
    if not whole.messages:
        console.print(f"{_NOTHING} ({whole.citizens} người có đăng ký)", highlight=False)
        return
    weeks: Counter[date] = Counter()
    first = min(whole.by_day)
    for day, number in whole.by_day.items():
        weeks[first + (day - first) // _WEEK * _WEEK] += number
    title = f"{days} ngày tới: {whole.messages} tin cho {whole.citizens} người"
    table = Table("Tuần từ ngày", "Số tin", "", title=title)
    most = max(weeks.values())
    for day, number in sorted(weeks.items()):
        table.add_row(f"{day:%d/%m/%Y}", str(number), "█" * max(1, round(number / most * 30)))
    console.print(table)
    by_rule = Table("Quy tắc", "Lời nhắc", "Lùi lại vì giới hạn hoặc ban đêm", "Bỏ vì quá muộn")
    for rule_id in sorted({*whole.by_rule, *whole.postponed, *whole.expired}):
        counts = (whole.by_rule, whole.postponed, whole.expired)
        by_rule.add_row(rule_id, *(str(each[rule_id]) for each in counts))
    console.print(by_rule)
    channels = ", ".join(f"{channel}: {number}" for channel, number in whole.by_channel.most_common())
    console.print(f"Theo kênh: {channels}", highlight=False)
