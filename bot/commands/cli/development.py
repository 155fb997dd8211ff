"""Commands for who develops and measures."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer
from rich.console import Console

from bot.commands.cli.app import app, make_console
from bot.settings import Settings


@app.command()
def test(
    paths: Annotated[list[str] | None, typer.Argument(help="Chỉ chạy những phần này.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Chỉ các thử nghiệm đơn vị, trong vài giây.")] = False,
) -> None:
    """Chạy các thử nghiệm trên phần mềm thật: PostgreSQL, Rasa, giả lập Telegram, trình duyệt."""
    from bot.commands.gate import run_tests

    sys.exit(run_tests(paths or [], fast=fast))


@app.command()
def check() -> None:
    """Chạy toàn bộ cửa kiểm: định dạng, kiểu, ranh giới, nội dung, khóa phiên bản, thử nghiệm."""
    from bot.commands.gate import run_gate

    sys.exit(run_gate(make_console()))


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Chỉ những phần này.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Chỉ xem mọi phần còn chạy: vài phút.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Một triệu dòng cho mỗi phần: gần một giờ rưỡi.")] = False,
    docs: Annotated[bool, typer.Option("--docs", help="Ghi bảng vào docs/performance.md sau khi đo.")] = False,
    only_docs: Annotated[bool, typer.Option("--only-docs", help="Không đo: chỉ ghi số đã có.")] = False,
) -> None:
    """Đo tốc độ, ghi var/bench.json và in bảng (khoảng mười phút trên máy rảnh)."""
    from bench.sizes import FULL, QUICK, USUAL
    from bot.commands.bench import run_bench, write_docs

    if only_docs:
        sys.exit(write_docs(Settings(), Console()))
    sizes = QUICK if quick else FULL if full else USUAL
    sys.exit(run_bench(Settings(), Console(), sizes=sizes, names=names or [], writes_docs=docs))


@app.command()
def faults(
    names: Annotated[list[str] | None, typer.Argument(help="Chỉ những thử thách này.")] = None,
) -> None:
    """Cố ý làm hỏng (giết tiến trình, sập cơ sở dữ liệu, cắt mạng) rồi đối soát từng tin."""
    from bot.commands.faults import run_faults

    sys.exit(run_faults(Settings(), Console(), names=names or []))


@app.command()
def evaluate(
    pipeline: Annotated[
        list[str] | None,
        typer.Option(
            help="Chuỗi xử lý trong nlu/pipelines để so sánh; dùng nhiều lần được.", show_default="rasa_default"
        ),
    ] = None,
    baselines: Annotated[
        bool, typer.Option(help="So sánh với các chuỗi xử lý khác của Rasa; lần đầu có thể mất hơn nửa giờ.")
    ] = True,
    sample: Annotated[
        int,
        typer.Option(min=0, help="Chỉ so các chuỗi xử lý với nhau, trên từng ấy mục; mỗi chuỗi mất vài phút."),
    ] = 0,
) -> None:
    """Chấm điểm hiểu câu hỏi theo từng loại nhiễu, ghi var/evaluation.json."""
    from bot.commands.compare import run_comparison
    from bot.commands.evaluate import run_evaluation
    from bot.commands.offline import open_offline

    compared = pipeline or ["rasa_default"]
    if sample:
        run_comparison(Settings(), Console(), units=sample, pipelines=compared)
        return
    with open_offline(Settings(), make_console()) as settings:
        sys.exit(asyncio.run(run_evaluation(settings, Console(), pipelines=compared if baselines else [])))


@app.command("learn-ranking")
def learn_ranking() -> None:
    """Học lại trọng số của bước xếp hạng thứ hai từ nửa phát triển của bộ câu hỏi mẫu, ghi data/ranking.json."""
    from bot.commands.learn_ranking import run_learning
    from bot.commands.offline import open_offline

    with open_offline(Settings(), make_console()) as settings:
        asyncio.run(run_learning(settings, Console()))


@app.command("learn-in-context")
def learn_in_context() -> None:
    """Học lại mức tin vào câu hỏi trước đó từ các đoạn hội thoại mẫu, ghi data/in-context.json."""
    from bot.commands.learn_in_context import run_learning_in_context
    from bot.commands.offline import open_offline

    with open_offline(Settings(), make_console()) as settings:
        asyncio.run(run_learning_in_context(settings, Console()))


@app.command("learn-two-questions")
def learn_two_questions() -> None:
    """Học lại khi nào một tin là hai câu hỏi, ghi data/two-questions.json."""
    from bot.commands.learn_two_questions import run_learning_two_questions
    from bot.commands.offline import open_offline

    with open_offline(Settings(), make_console()) as settings:
        asyncio.run(run_learning_two_questions(settings, Console()))


@app.command()
def lock() -> None:
    """Ghi lại các khóa phiên bản trong locks/ theo requirements.txt."""
    from bot.commands.gate import write_locks

    write_locks()


@app.command()
def fuzz(
    inputs: Annotated[int, typer.Option(help="Tổng số đầu vào tự sinh.", min=1_000)] = 1_000_000,
    guided: Annotated[int, typer.Option(help="Thêm bao nhiêu giây dò theo độ phủ mã (atheris).", min=0)] = 60,
) -> None:
    """Thử bằng đầu vào tự sinh: bộ đọc tiếng Việt, bộ đọc tin, bộ trình bày, dòng dữ liệu. Dùng cho chạy đêm."""
    from bot.commands.fuzz import run_fuzz

    sys.exit(run_fuzz(inputs, guided_s=guided))
