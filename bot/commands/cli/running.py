"""Commands that run the service, or talk to it."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer
from rich.console import Console

from bot.commands.cli.app import app, make_console
from bot.settings import Settings


@app.command()
def run() -> None:
    """Chạy tất cả trên một máy: cơ sở dữ liệu, máy chủ hiểu ngôn ngữ, trò chuyện web, trang cán bộ, gửi tin."""
    from bot.commands.run import run_everything

    sys.exit(run_everything(Settings(), Console()))


@app.command()
def serve() -> None:
    """Chỉ chạy máy chủ web: trò chuyện, trang cán bộ, webhook (cần DATABASE_URL và máy chủ hiểu ngôn ngữ)."""
    from bot.commands.processes import serve as serve_web

    serve_web(Settings())


@app.command()
def receive() -> None:
    """Chỉ nhận tin từ webhook: ghi lại rồi báo đã nhận, để tiến trình khác trả lời (khi có rất nhiều tin)."""
    from bot.commands.processes import receive as receive_updates

    receive_updates(Settings())


@app.command()
def deliver() -> None:
    """Chỉ chạy bộ gửi tin."""
    from bot.commands.processes import deliver as run_delivery

    run_delivery(Settings())


@app.command()
def schedule() -> None:
    """Chỉ chạy thời gian biểu (nhiều bản cùng chạy thì một bản làm, các bản khác chờ)."""
    from bot.commands.processes import schedule as run_schedule

    run_schedule(Settings())


@app.command()
def standins(
    port: Annotated[int, typer.Option(help="Cổng của trang và của các máy giả lập Zalo.")] = 8006,
    webhook: Annotated[str, typer.Option(help="Nơi gửi tin của Zalo OA giả lập.")] = "",
    play: Annotated[
        list[str] | None, typer.Option(help="zalo, zalo_bot hoặc telegram; dùng nhiều lần được.")
    ] = None,
) -> None:
    """Chỉ chạy máy giả lập Zalo và trang đóng vai người dân; lệnh run tự chạy khi chưa đặt mã."""
    from bot.commands.standins import serve_standins

    serve_standins(Settings(), port=port, played=tuple(play or ()), webhook=webhook)


@app.command()
def chat() -> None:
    """Trò chuyện ngay trong cửa sổ dòng lệnh."""
    from bot.commands.offline import chat as chat_in_terminal
    from bot.commands.offline import open_offline

    with open_offline(Settings(), make_console()) as settings:
        asyncio.run(chat_in_terminal(settings, Console()))


@app.command()
def ask(
    noise: Annotated[
        str | None, typer.Option(help="Làm nhiễu câu hỏi trước: strip-accents, typos, teencode hoặc telex.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Số mồi của nhiễu.")] = 6,
) -> None:
    """Đọc mỗi dòng một câu hỏi, trả mỗi dòng một đối tượng JSON."""
    from bot.commands.offline import ask as ask_lines
    from bot.commands.offline import open_offline

    with open_offline(Settings(), make_console()) as settings:
        asyncio.run(ask_lines(settings, noise=noise, seed=seed))
