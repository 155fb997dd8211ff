"""All answers out into a file and back: the same, character by character; what is wrong is left out."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from openpyxl import Workbook, load_workbook
from pydantic import SecretStr

from bot.audit.log import AuditLog
from bot.commands.content import export_content, import_content
from bot.content.bring_in import BroughtIn, bring_in
from bot.content.catalogue import load_catalogue
from bot.content.exchange import FileUnreadable, read_units, write_units
from bot.content.schema import AnswerUnit
from bot.content.seed import seed_content
from bot.domain.content import ContentKind
from bot.settings import Settings
from bot.storage.content_drafts import DraftState, list_drafts
from bot.storage.content_records import find_record
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.integration.content.data_folder import DataFolder, unit

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
UNIT = "can-cuoc.doi.le-phi"
ENDINGS = ["yml", "xlsx"]


@pytest.fixture
async def seeded(database: Database, tmp_path: Path) -> Database:
    data = DataFolder(tmp_path / "data")
    data.write_units(unit(UNIT, title="Lệ phí đổi thẻ"), unit("can-cuoc.doi.khac", title="Khác"))
    await seed_content(database, data.path)
    return database


@pytest.mark.parametrize("ending", ENDINGS)
async def test_everything_goes_out_and_comes_back_the_same(
    knowing_database_url: SecretStr, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"tat-ca.{ending}"
    settings = Settings(
        database_url=knowing_database_url, data_key=SecretStr(base64.b64encode(bytes(32)).decode())
    )
    assert await export_content(settings, file) == 0
    database = Database(knowing_database_url)
    async with database.begin() as tx:
        before = (await load_catalogue(tx)).units
    assert {each.id: each for each in read_units(file) if isinstance(each, AnswerUnit)} == before
    assert len(before) > 1000
    assert await import_content(settings, file, dry_run=False, publish=True) == 0
    async with database.begin() as tx:
        assert (await load_catalogue(tx)).units == before
    await database.close()
    again = tmp_path / f"lan-hai.{ending}"
    await export_content(settings, again)
    if ending == "yml":
        assert again.read_bytes() == file.read_bytes()


async def read_all(database: Database) -> dict[str, AnswerUnit]:
    async with database.begin() as tx:
        return dict((await load_catalogue(tx)).units)


async def take(database: Database, cipher: Cipher, *units: AnswerUnit | str, **how: bool) -> BroughtIn:
    return await bring_in(database, AuditLog(cipher), units, actor="command line", now=NOW, **how)


def make(name: str = UNIT, **changed: object) -> AnswerUnit:
    return AnswerUnit.model_validate(unit(name, **{"title": "Lệ phí đổi thẻ", **changed}))


async def test_what_comes_in_waits_for_review(seeded: Database, cipher: Cipher) -> None:
    done = await take(
        seeded,
        cipher,
        make(text="Mức mới."),
        make("can-cuoc.doi.moi", title="Câu mới"),
        make("can-cuoc.doi.khac", title="Khác"),
        make("can-cuoc.doi.hong", title="Hỏng", text="{{khong.co}}"),
        "mục 9: sai",
    )
    assert (done.changed, done.added, done.unchanged) == (1, 1, 1)
    assert done.refused[0].startswith("can-cuoc.doi.hong: Không có tham số {{khong.co}}")
    assert done.refused[1] == "mục 9: sai"
    async with seeded.begin() as tx:
        drafts = await list_drafts(tx, DraftState.SUBMITTED)
        stored = await find_record(tx, ContentKind.ANSWER, UNIT)
    assert {draft.record_id for draft in drafts} == {UNIT, "can-cuoc.doi.moi"}
    assert stored is not None
    assert stored.revision == 1
    again = await take(seeded, cipher, make(text="Mức khác."))
    assert "đang có bản nháp" in again.refused[0]


async def test_published_at_once_or_only_looked_at(seeded: Database, cipher: Cipher) -> None:
    before = await read_all(seeded)
    looked = await take(seeded, cipher, make(text="Mức mới."), publish=True, dry_run=True)
    assert (looked.changed, await read_all(seeded)) == (1, before)
    await take(seeded, cipher, make(text="Mức mới."), publish=True)
    assert (await read_all(seeded))[UNIT].versions[0].text == "Mức mới."


@pytest.mark.parametrize("text", ["=1+1", "+84 912", "-5", "@a", "- một\n- hai\n", " hai đầu ", '=HYPERLINK("x")'])
async def test_words_that_look_like_a_formula_stay_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.xlsx"
    write_units(file, [make(text=text)])
    (read,) = read_units(file)
    assert isinstance(read, AnswerUnit)
    assert read.versions[0].text == text
    cell = load_workbook(file)["Nội dung"]["C2"]
    assert cell.data_type == "s"
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))


def write_yaml(path: Path) -> None:
    path.write_text(yaml.safe_dump({"units": [{"id": "a b"}, unit(UNIT), unit(UNIT), 7]}), encoding="utf-8")


def test_what_is_wrong_is_said_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    write_yaml(file)
    first, second, third, fourth = read_units(file)
    assert isinstance(first, str)
    assert first.startswith("a b: ")
    assert isinstance(second, AnswerUnit)
    assert third == f"{UNIT}: có hai lần trong tệp. Bỏ bớt một."
    assert isinstance(fourth, str)
    assert fourth.startswith("mục 4: ")


def write_spoiled(file: Path, sheet: str, cell: str, value: str) -> None:
    """Write a workbook of ours and change one cell of it."""
    write_units(file, [make(text="Một.")])
    workbook = load_workbook(file)
    workbook[sheet][cell] = value
    workbook.save(file)


def test_a_sheet_that_lost_a_column_says_which(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    write_spoiled(file, "Câu trả lời", "B1", "title")
    with pytest.raises(FileUnreadable, match="Trang Câu trả lời thiếu cột: Tiêu đề"):
        list(read_units(file))


def test_a_workbook_with_other_sheets_is_told_from_ours(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.create_sheet("units")
    workbook.save(tmp_path / "a.xlsx")
    with pytest.raises(FileUnreadable, match="Tệp thiếu trang: Câu trả lời, Nội dung, Căn cứ"):
        list(read_units(tmp_path / "a.xlsx"))


def test_what_is_wrong_in_a_workbook_is_named_as_its_columns_are(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    write_spoiled(file, "Nội dung", "G2", "mai")
    (wrong,) = read_units(file)
    assert isinstance(wrong, str)
    assert "Giai đoạn 1, Kiểm tra ngày: " in wrong


def no_sheet(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("a", "b")


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.yml", lambda path: path.write_text("[1, 2]")),
        ("a.yml", lambda path: path.write_text("units: {a: 1}")),
        ("a.yml", lambda path: path.write_text("a: [")),
        ("a.yml", lambda path: path.write_bytes(b"\xff\xfe\x00")),
        ("a.xlsx", lambda path: path.write_bytes(b"PK nothing")),
        ("a.xlsx", no_sheet),
        ("khong-co.yml", lambda path: path.parent),
    ],
)
def test_a_file_that_is_none_of_ours(tmp_path: Path, name: str, write: Callable[[Path], object]) -> None:
    write(tmp_path / name)
    with pytest.raises(FileUnreadable):
        list(read_units(tmp_path / name))
    with pytest.raises(FileUnreadable):
        write_units(tmp_path / "a.doc", [])
