"""`python -m nlu train|serve|evaluate`: the command line of the understanding server."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nlu.train import ROOT


def main() -> int:
    """Run the command that was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m nlu", description="Máy chủ hiểu ngôn ngữ của Trợ lý 06 (Rasa)."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    trainer = commands.add_parser("train", help="huấn luyện mô hình nếu dữ liệu đã đổi")
    trainer.add_argument("--data", type=Path, default=ROOT / "data", help="thư mục dữ liệu")
    trainer.add_argument("--config", type=Path, default=ROOT / "config.yml", help="chuỗi xử lý của Rasa")
    trainer.add_argument("--out", type=Path, default=ROOT / "var" / "models", help="nơi ghi mô hình")
    trainer.add_argument("--print-hash", action="store_true", help="chỉ in mã băm của dữ liệu vào")
    server = commands.add_parser("serve", help="trả lời các yêu cầu hiểu câu, chỉ trong máy này")
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=int, default=5005)
    server.add_argument("--socket", type=Path, help="nghe ở tệp socket này thay cho cổng: không cần mạng nào")
    server.add_argument("--models", type=Path, default=ROOT / "var" / "models", help="thư mục mô hình")
    server.add_argument(
        "--model", help="tên tệp mô hình; bỏ trống thì lấy bản đang dùng, chưa có thì bản mới nhất"
    )
    judge = commands.add_parser("evaluate", help="hỏi một chuỗi xử lý khác để so sánh: mỗi dòng vào một câu JSON")
    judge.add_argument("--data", type=Path, default=ROOT / "data", help="thư mục dữ liệu")
    judge.add_argument("--config", type=Path, required=True, help="chuỗi xử lý, như trong nlu/pipelines/")
    judge.add_argument("--out", type=Path, default=ROOT / "var" / "models", help="nơi giữ mô hình")
    arguments = parser.parse_args()
    if arguments.command == "train":
        from nlu.train import run

        return run(arguments)
    if arguments.command == "evaluate":
        from nlu.evaluate import run as evaluate

        return evaluate(arguments)
    from nlu.serve import run as serve

    return serve(arguments)


if __name__ == "__main__":
    sys.exit(main())
