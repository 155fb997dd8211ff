"""A process that holds one model and answers over its standard streams: a line of JSON in, a line out.

It lives as long as its standard input is open, so it cannot outlive the server that started it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO


def serve_lines(model_file: Path, requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer until the requests end. The first line out says that the model is loaded, or why it is not."""
    from nlu.model import Model

    try:
        model = Model(model_file)
        for text in (
            "xin chào",
            "làm thẻ căn cước",
            "vneid",
        ):  # the first parses are slow: nobody shall wait for them
            model.parse(text)
    except Exception as error:  # noqa: BLE001 -- whatever a broken model raises, the server must hear of it
        _write(answers, {"error": type(error).__name__})
        return
    _write(answers, {"ready": True})
    for line in requests:
        asked = json.loads(line)
        try:
            answer = model.parse(asked["text"])
        except Exception as error:  # noqa: BLE001 -- one text must not end the process
            answer = {"error": type(error).__name__}
        _write(answers, {"id": asked["id"], **answer})


def _write(stream: IO[bytes], answer: object) -> None:
    stream.write(json.dumps(answer).encode() + b"\n")
    stream.flush()


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the answers
    serve_lines(Path(sys.argv[1]), sys.stdin.buffer, answers)
