"""Reads rows from a body that streams in: JSON lines, or one JSON array. Never more than one row is held."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import ijson

from bot.gateways.rows.raw import RawRow, RowProblem

LONGEST_ROW = 64 * 1024
"""Bytes; a row of an application has about 500."""
_CHUNK = 64 * 1024
_LOOKED_AHEAD = 2 * _CHUNK + LONGEST_ROW
_BROKEN = RowProblem(
    field="", reason="json-malformed", message="Dòng này không phải JSON. Mỗi dòng là một đối tượng."
)
_TOO_LONG = RowProblem(field="", reason="row-too-long", message=f"Dòng dài quá {LONGEST_ROW // 1024} KB.")


class DeliveryUnreadable(Exception):
    """The body as a whole cannot be read. `message`: why, in Vietnamese, for the office that sent it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


async def read_json_rows(chunks: AsyncIterator[bytes]) -> AsyncIterator[RawRow]:
    """Give the rows of a body, numbered from 1.

    Raises:
        DeliveryUnreadable: an array that ends early or is not JSON. A broken line of JSON lines is only a bad row.
    """
    head = b""
    async for chunk in chunks:
        head += chunk
        if head.lstrip():
            break
    source = _Stream(head.removeprefix(b"\xef\xbb\xbf").lstrip(), chunks)
    rows = _read_array(source) if source.starts_with(b"[") else _read_lines(source)
    async for row in rows:
        yield row


class _Stream:
    """Chunks as ijson reads them, with what was looked at already put back."""

    def __init__(self, head: bytes, chunks: AsyncIterator[bytes]) -> None:
        self._head = head
        self._chunks = chunks
        self.read_since_row = 0

    def starts_with(self, prefix: bytes) -> bool:
        return self._head.startswith(prefix)

    async def read(self, size: int) -> bytes:
        """Return the next bytes, b"" at the end; ijson asks with 0 what kind they are."""
        if size == 0:
            return b""
        while not self._head:
            try:
                self._head = await anext(self._chunks)
            except StopAsyncIteration:
                return b""
        taken, self._head = self._head[:size], self._head[size:]
        self.read_since_row += len(taken)
        if self.read_since_row > _LOOKED_AHEAD:
            raise DeliveryUnreadable(f"Có một dòng dài quá {LONGEST_ROW // 1024} KB. Chưa dòng nào được ghi.")
        return taken


async def _read_array(source: _Stream) -> AsyncIterator[RawRow]:
    number = 0
    try:
        async for value in ijson.items_async(source, "item", use_float=True, buf_size=_CHUNK):
            number += 1
            source.read_since_row = 0
            yield RawRow(number=number, value=value)
    except ijson.JSONError as error:
        raise DeliveryUnreadable(
            f"Mảng JSON bị hỏng hoặc bị cắt sau dòng {number}. Chưa dòng nào được ghi. Sửa rồi gửi lại cả mảng."
        ) from error


async def _read_lines(source: _Stream) -> AsyncIterator[RawRow]:
    number = 0
    rest = b""
    while chunk := await source.read(_CHUNK):
        source.read_since_row = 0
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            number += 1
            if line.strip():
                yield _read_line(number, line)
        if len(rest) > LONGEST_ROW:
            raise DeliveryUnreadable(
                f"Dòng {number + 1} dài quá {LONGEST_ROW // 1024} KB. Chưa dòng nào được ghi."
            )
    if rest.strip():
        yield _read_line(number + 1, rest)


def _read_line(number: int, line: bytes) -> RawRow:
    if len(line) > LONGEST_ROW:
        return RawRow(number=number, value=_TOO_LONG)
    try:
        return RawRow(number=number, value=json.loads(line.decode()))
    except (ValueError, RecursionError):
        return RawRow(number=number, value=_BROKEN)
