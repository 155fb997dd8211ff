"""What is kept between starts is read whole, never half, and nothing old piles up."""

from __future__ import annotations

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
    kept = Shelf(tmp_path, "things").read("a")
    assert kept is not None
    assert (put_together(kept) != matrix).nnz == 0
    assert Shelf(tmp_path, "things").read("b") is None
    assert Shelf(tmp_path, "others").read("a") is None


def test_the_newest_two_of_a_kind_are_kept(tmp_path: Path) -> None:
    for key in "abcd":
        Shelf(tmp_path, "things").keep(key, {"x": np.zeros(1)})
        Shelf(tmp_path, "others").keep(key, {"x": np.zeros(1)})
    assert {file.name for file in tmp_path.iterdir()} == {
        f"{kind}-{key}.npz" for kind in ("things", "others") for key in "cd"
    }


@pytest.mark.parametrize("length", [0, 200])
def test_a_broken_file_is_made_anew(tmp_path: Path, length: int) -> None:
    whole = Evidence(Retrieval(PHRASINGS, kept_in=tmp_path), TOLD, kept_in=tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:length])
    again = Evidence(Retrieval(PHRASINGS, kept_in=tmp_path), TOLD, kept_in=tmp_path)
    for evidence in (whole, again):
        assert evidence.list_covering(evidence.retrieval.read("lệ phí bao nhiêu"), limit=1) == ["fee"]


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
    assert shelf.read("a") is None
