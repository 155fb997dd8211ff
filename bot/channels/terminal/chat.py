"""The terminal chat: type a question, or the number of a choice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.channels.numbered_choices import find_choice
from bot.clock import Clock
from bot.domain.answers import Answer
from bot.domain.citation import render_citation
from bot.domain.markup import read_lines
from bot.domain.messages import ChatAddress, CitizenMessage
from bot.domain.ports import TakesTurns

LEAVE = frozenset({"q", "quit", "exit", "thoát", "thoat"})


async def chat(
    assistant: TakesTurns,
    console: Console,
    address: ChatAddress,
    *,
    clock: Clock,
    read: Callable[[], Awaitable[str | None]] | None = None,
) -> None:
    """Talk until the citizen leaves. `read` gives the next line, None at the end of the input."""
    console.print("Gõ câu hỏi, hoặc số của một lựa chọn. Gõ [b]q[/b] để thoát.\n")
    ask = read or _read_line(console)
    answer = await assistant.take_turn(CitizenMessage(address=address, received_at=clock(), command="start"))
    console.print(render(answer))
    while (line := await ask()) is not None and line.strip().lower() not in LEAVE:
        button = find_choice(line, answer.buttons)
        command = (
            line.strip()[1:].split(maxsplit=1) if line.strip().startswith("/") and line.strip() != "/" else []
        )
        message = CitizenMessage(
            address=address,
            received_at=clock(),
            text="" if button or command else line,
            button=button.payload if button else None,
            command=command[0] if command else None,
        )
        answer = await assistant.take_turn(message)
        console.print(render(answer))


def render(answer: Answer) -> Panel:
    """Return an answer for the terminal: text, source, numbered choices."""
    text = Text()
    for line in read_lines(answer.text):
        if line.is_item:
            text.append("• ")
        for span in line.spans:
            text.append(span.text, style="bold" if span.bold else "")
        text.append("\n")
    citation = render_citation(answer)
    if citation:
        text.append(f"\n{citation}\n", style="dim")
    for number, button in enumerate(answer.buttons, start=1):
        text.append(f"\n{number}. ", style="bold cyan")
        text.append(button.title)
    return Panel(text, border_style="cyan", expand=False)


def _read_line(console: Console) -> Callable[[], Awaitable[str | None]]:
    async def read() -> str | None:
        try:
            return await asyncio.to_thread(console.input, "\n[bold]Bạn:[/bold] ")
        except EOFError:
            return None

    return read
