"""One message as values, its checks, and its bytes."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import escape, quoteattr
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

from backend.exchange.tables import HEAD, SKIPPED, TABLES, Field, Kind

LARGEST: Final = 1024 * 1024
_MOST_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a message, with its place and what to do."""

    file: str
    line: int
    """1 for the first; 0 where the whole file is meant."""
    field: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.field}: {self.zh} / {self.en}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table."""

    table: str
    values: Mapping[str, str] = field(repr=False)
    line: int = 0

    def get(self, name: str) -> str:
        """Return an attribute; empty where it is not there."""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One registration as a message."""

    head: Mapping[str, str]
    rows: tuple[Row, ...]
    file: str = ""

    def of(self, table: str) -> tuple[Row, ...]:
        """Return the rows of a table, in order."""
        return tuple(row for row in self.rows if row.table == table)


def write(message: Message) -> bytes:
    """Return a message as UTF-8 XML; equal messages give equal bytes."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<Message>", "  <Head>"]
    lines += [f"    <{k}>{escape(message.head.get(k, ''))}</{k}>" for k in HEAD]
    lines += ["  </Head>", "  <Data>"]
    lines += [f"    <{row.table}{_attributes(row)}/>" for row in message.rows]
    lines += ["  </Data>", "</Message>", ""]
    return "\n".join(lines).encode()


def _attributes(row: Row) -> str:
    order = TABLES[row.table].fields
    told = ((name, row.values[name]) for name in order if row.get(name))
    entities = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    return "".join(f" {name}={quoteattr(value, entities)}" for name, value in told)


def read(data: bytes, file: str) -> tuple[tuple[Message, ...], tuple[Fault, ...]]:
    """Read the messages of a file: one `Message`, or several in one `Messages`.

    Returns what could be read and everything that is wrong, all at once. Documents with a DTD or
    entities are refused before anything of them is taken.
    """
    if len(data) > LARGEST * 64:
        fault = Fault(file, 0, "", "文件太大，请分开", "the file is too large; split it")
        return (), (fault,)
    handler = _Handler(file)
    try:
        parseString(data, handler, forbid_dtd=True)
    except DefusedXmlException:
        fault = Fault(file, 0, "", "含 DTD 或实体，请去掉", "holds a DTD or entities; remove them")
        return (), (fault,)
    except SAXException as error:
        line = getattr(error, "getLineNumber", lambda: 0)() or 0
        fault = Fault(file, line, "", "不是完好的 XML", "is no well-formed XML")
        return (), (*handler.faults, fault)
    found = tuple(fault for message in handler.messages for fault in check(message))
    return tuple(handler.messages), (*handler.faults, *found)


class _Handler(ContentHandler):
    """Collects messages with the lines of their rows."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.messages: list[Message] = []
        self.faults: list[Fault] = []
        self._path: list[str] = []
        self._head: dict[str, str] = {}
        self._rows: list[Row] = []
        self._text = ""

    def startElement(self, name: str, attrs: "AttributesImpl[str]") -> None:  # noqa: N802 - its name
        """Take a row, or begin a member of the head."""
        self._path.append(name)
        self._text = ""
        path = [part for part in self._path if part != "Messages"]
        if path == ["Message"]:
            self._head, self._rows = {}, []
        elif path[:2] == ["Message", "Data"] and len(path) == 3:
            self._take(name, dict(attrs.items()))
        elif path not in (["Message", "Head"], ["Message", "Data"], []) and path[:2] != [
            "Message",
            "Head",
        ]:
            self._fault(name, "不认识的元素", "an unknown element")

    def _take(self, name: str, values: dict[str, str]) -> None:
        if name in SKIPPED:
            return
        if name not in TABLES:
            self._fault(name, "不认识的表，请改正表名", "an unknown table; correct its name")
        elif len(self._rows) < _MOST_ROWS:
            self._rows.append(Row(table=name, values=values, line=self._line))

    def characters(self, content: str) -> None:
        """Collect the text of a member."""
        self._text += content

    def endElement(self, name: str) -> None:  # noqa: N802 - its name
        """Keep a member of the head, or the message."""
        path = [part for part in self._path if part != "Messages"]
        if path[:2] == ["Message", "Head"] and len(path) == 3:
            if name not in HEAD:
                self._fault(name, "不认识的报文头", "an unknown member of the head")
            elif name in self._head:
                self._fault(name, "出现两次", "stands there twice")
            self._head[name] = self._text.strip()
        if path == ["Message"]:
            rows = tuple(self._rows)
            self.messages.append(Message(head=self._head, rows=rows, file=self.file))
        self._path.pop()
        self._text = ""

    @property
    def _line(self) -> int:
        locator = getattr(self, "_locator", None)
        return locator.getLineNumber() or 0 if locator is not None else 0

    def _fault(self, name: str, zh: str, en: str) -> None:
        self.faults.append(Fault(self.file, self._line, name, zh, en))


def check(message: Message) -> Iterator[Fault]:
    """Find everything in a message that is not of its tables' form."""
    for name, spec in HEAD.items():
        yield from _check_field(message, 0, name, message.head.get(name, ""), spec)
    for row in message.rows:
        fields = TABLES[row.table].fields
        for name in row.values:
            if name not in fields:
                at = f"{row.table}@{name}"
                yield Fault(message.file, row.line, at, "不认识的字段", "an unknown field")
        for name, spec in fields.items():
            at = f"{row.table}@{name}"
            yield from _check_field(message, row.line, at, row.get(name), spec)


def _check_field(message: Message, line: int, at: str, value: str, spec: Field) -> Iterator[Fault]:
    for zh, en in _find_wrong(value, spec):
        yield Fault(message.file, line, at, f"{spec.zh}{zh}", en)


def _find_wrong(value: str, spec: Field) -> Iterator[tuple[str, str]]:
    if not value:
        if spec.is_required:
            yield "必填，请补上", "is required; fill it in"
        return
    if len(value) > spec.most or (spec.is_exact and len(value) != spec.most):
        length = "须为" if spec.is_exact else "最多"
        exactly = "exactly" if spec.is_exact else "at most"
        yield f"{length} {spec.most} 个字符", f"has {exactly} {spec.most} characters"
    elif spec.codes and value not in spec.codes:
        known = "、".join(sorted(spec.codes, key=lambda code: (len(code), code)))
        yield f"不在代码表里（{known}）", f"is no code of its list ({known})"
    elif not _IS_GOOD[spec.kind](value):
        zh, en = _FORMS[spec.kind]
        yield f"须{zh}", f"must be {en}"


def is_date(text: str) -> bool:
    """Say whether a text is a day as 2026-09-28."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """Say whether a text is a time with its offset."""
    try:
        return "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


_WAN: Final = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,4})?", re.ASCII)
_AREA: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Z]+", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]+", re.ASCII)
_IS_GOOD: Final[Mapping[Kind, Callable[[str], object]]] = {
    Kind.TEXT: lambda text: text == text.strip(),
    Kind.CODE: _CODE.fullmatch,
    Kind.DATE: is_date,
    Kind.TIME: is_time,
    Kind.WAN: _WAN.fullmatch,
    Kind.AREA: _AREA.fullmatch,
    Kind.COUNT: _COUNT.fullmatch,
}
_FORMS: Final = {
    Kind.TEXT: ("没有首尾空白", "without blanks at its ends"),
    Kind.CODE: ("为代码", "a code"),
    Kind.DATE: ("为日期，如 2026-09-28", "a day such as 2026-09-28"),
    Kind.TIME: ("为带时区的时间，如 2026-09-30T09:40:00+08:00", "a time with its offset"),
    Kind.WAN: ("为万元数，最多四位小数", "ten-thousands of yuan, at most four decimals"),
    Kind.AREA: ("为面积，最多三位小数", "an area, at most three decimals"),
    Kind.COUNT: ("为数字", "digits"),
}


def wan_to_fen(text: str) -> int:
    """Return ten-thousands of yuan as whole fen, exactly; the text has been checked."""
    whole, _, part = text.partition(".")
    return int(whole) * 1_000_000 + int(part.ljust(4, "0") or "0") * 100
