"""The part of `evaluate` on what is no single question: what comes next in a dialogue, and two at once."""

from __future__ import annotations

from collections import defaultdict

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.clock import hanoi_date
from bot.evaluation.dialogues import are_both_answered, read_dialogues, read_two_questions, score_dialogue
from bot.evaluation.learn_ranking import is_for_development
from bot.evaluation.score import Scored
from bot.wiring import Core


async def evaluate_conversations(core: Core, console: Console) -> dict[str, float]:
    """Print how often what comes next, and both of two questions, are answered right; return the shares."""
    day, catalogue = hanoi_date(core.clock()), core.catalogue.current
    scored: defaultdict[tuple[str, str], list[Scored]] = defaultdict(list)
    for dialogue in track(read_dialogues(), description="hội thoại", console=console, transient=True):
        score = await score_dialogue(core.understanding, catalogue, dialogue, day=day)
        scored[dialogue.way, ""].append(score)
        if not is_for_development(dialogue.after.text):
            scored[dialogue.way, "nửa thử"].append(score)
    table = Table("Câu nói tiếp", "Phần", "Đúng ngay", "Đúng hoặc có trong lựa chọn", "Số câu")
    figures = {}
    for (way, half), scores in sorted(scored.items()):
        right = sum(each.is_right for each in scores) / len(scores)
        offered = sum(each.is_right or each.offered for each in scores) / len(scores)
        table.add_row(way, half or "tất cả", f"{right:.1%}", f"{offered:.1%}", str(len(scores)))
        figures[f"{way}_test_half" if half else way] = round(right, 4)
    for count, name in ((2, "hai câu hỏi, trả lời cả hai"), (1, "một câu trông như hai, trả lời một")):
        messages = [each for each in read_two_questions() if len(each.expected) == count]
        right = sum(
            [await are_both_answered(core.understanding, catalogue, each, day=day) for each in messages]
        ) / len(messages)
        table.add_row(name, "tất cả", f"{right:.1%}", "", str(len(messages)))
        figures[f"questions_{count}"] = round(right, 4)
    console.print(table)
    return figures
