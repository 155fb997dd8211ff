"""What is kept between starts is read whole, never half, and nothing old piles up."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.understanding.evidence import Evidence
from bot.understanding.kept import Shelf, put_together, take_apart, take_key
from bot.understanding.retrieval import Retrieval

PHRASINGS = {"fee": ("làm thẻ hết bao nhiêu tiền", "lệ phí bao nhiêu"), "place": ("nộp ở đâu", "đến chỗ nào làm")}
TOLD = {"fee": "Làm lần đầu không mất tiền.", "place": "Công an xã bất kỳ."}


def test_what_was_kept_comes_back_as_it_was(tmp_path: Path) -> None:
    matrix = csr_matrix(np.array([[0, 1.5], [2, 0]], dtype=np.float32))
    Shelf(tmp_path, "things").keep("a", take_apart(matrix))
    kept = Shelf(tmp_path, "things").read("a", put_together)
    assert kept is not None
    assert (kept != matrix).nnz == 0
    assert Shelf(tmp_path, "things").read("b", put_together) is None
    assert Shelf(tmp_path, "others").read("a", put_together) is None


def test_the_newest_two_of_a_kind_are_kept_and_nothing_else_piles_up(tmp_path: Path) -> None:
    for name in ("0123456789abcdef.npz", "unfinished-killed.npz", "unfinished-being-written.npz"):
        (tmp_path / name).write_bytes(b"")
    os.utime(tmp_path / "unfinished-killed.npz", (1, 1))
    for key in "abcd":
        Shelf(tmp_path, "things").keep(key, {"x": np.zeros(1)})
        Shelf(tmp_path, "others").keep(key, {"x": np.zeros(1)})
    assert {file.name for file in tmp_path.iterdir()} == {
        "unfinished-being-written.npz",
        *(f"{kind}-{key}.npz" for kind in ("things", "others") for key in "cd"),
    }


@pytest.mark.parametrize("length", [0, 200])
def test_a_broken_file_is_made_anew(tmp_path: Path, length: int) -> None:
    _build(tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:length])
    assert _build(tmp_path) == ["fee"]


def test_a_file_that_holds_other_things_is_made_anew(tmp_path: Path) -> None:
    _build(tmp_path)
    for file in list(tmp_path.iterdir()):
        with file.open("wb") as other:
            np.savez(other, x=np.zeros(1))
    assert _build(tmp_path) == ["fee"]


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_bytes(b"")
    assert _build(taken) == ["fee"]


def _build(folder: Path) -> list[str]:
    evidence = Evidence(Retrieval(PHRASINGS, kept_in=folder), TOLD, kept_in=folder)
    return evidence.list_covering(evidence.retrieval.read("lệ phí bao nhiêu"), limit=1)


def test_another_text_has_another_key() -> None:
    keys = {
        take_key("x", TOLD),
        take_key("y", TOLD),
        take_key("x", TOLD | {"fee": "khác"}),
        take_key("x", TOLD, __file__),
    }
    assert len(keys) == 4


def test_without_a_folder_nothing_is_kept() -> None:
    shelf = Shelf(None, "things")
    shelf.keep("a", {"x": np.zeros(1)})
    assert shelf.read("a", put_together) is None
