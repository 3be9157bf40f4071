"""An OFD document before it is sealed: its files by their places within the container.

Source: GB/T 33190-2016, 7 (structure), 7.9 (resources), 20 (attachments).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from registration.papers.ofd.canvas import OFDCanvas, letters
from registration.papers.ofd.fonts import subset
from registration.papers.ofd.geometry import number
from registration.papers.ofd.pages import HEAD, NAMESPACE, Numbers, format_page
from registration.papers.sheet import MM, PRODUCER, Imprint

ROOT: Final = "OFD.xml"
SIGNATURES: Final = "Doc_0/Signs/Signatures.xml"
"""Where the list of seals stands; whoever seals writes it."""
_DOCUMENT: Final = "Doc_0/Document.xml"
_RESOURCES: Final = "Doc_0/PublicRes.xml"
_FONT_NAMES: Final = {
    "registration-song": ("Noto Serif SC", "宋体"),
    "registration-song-bold": ("Noto Serif SC Bold", "宋体"),
    "registration-rare": ("Registration Rare Han", "宋体"),
}
_TEMPLATE: Final = "Doc_0/Tpls/Tpl_0/Content.xml"
_TEMPLATE_ID: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """A file that stands within a document."""

    name: str
    """ASCII, such as certificate.json."""
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself."""

    imprint: Imprint
    document_id: str
    """32 hexadecimal digits; equal documents have equal ones."""
    data: Sequence[tuple[str, str]] = ()
    """Names and values for programs (CustomDatas)."""
    keywords: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Engraving:
    """The page that lies under every other."""

    page: bytes
    next: int
    """The first identifier that is free, which the first page gets."""


def format_engraving(canvas: OFDCanvas) -> Engraving:
    """Write a canvas's first page as the one that lies under all others."""
    numbers = Numbers(_TEMPLATE_ID + 1)
    page = format_page(canvas.pages[0], canvas.size, numbers, fonts={})
    return Engraving(page, numbers.next)


def format_document(canvas: OFDCanvas, about: About, under: Engraving) -> dict[str, bytes]:
    """Write pages, fonts and resources over an engraving; without attachments and seals."""
    numbers = Numbers(under.next)
    pages = [numbers.take() for _ in canvas.pages]
    fonts = {name: numbers.take() for name in sorted(_used(canvas))}
    files = {ROOT: _root(about), _TEMPLATE: under.page}
    for i, marks in enumerate(canvas.pages):
        files[f"Doc_0/Pages/Page_{i}/Content.xml"] = format_page(
            marks, canvas.size, numbers, fonts=fonts, template=_TEMPLATE_ID
        )
    for name, identifier in fonts.items():
        used = {character for font, character in letters(canvas.pages) if font == name}
        files[f"Doc_0/Res/font_{identifier}.ttf"] = subset(name, used)
    files[_RESOURCES] = _resources(fonts)
    files[_DOCUMENT] = _document(canvas, pages, numbers.next)
    return files


def attach(files: Mapping[str, bytes], attachments: Sequence[HeldFile]) -> dict[str, bytes]:
    """Return the files with attachments among them; a document has one list of those."""
    rows = "\n".join(
        f'<ofd:Attachment ID="a{i}" Name={quoteattr(one.name)}'
        f' Format={quoteattr(one.media_type)} Visible="true">'
        f"<ofd:FileLoc>{escape(one.name)}</ofd:FileLoc></ofd:Attachment>"
        for i, one in enumerate(attachments)
    )
    text = f"{HEAD}<ofd:Attachments {NAMESPACE}>\n{rows}\n</ofd:Attachments>\n"
    added = {f"Doc_0/Attachs/{one.name}": one.data for one in attachments}
    return {**files, "Doc_0/Attachs/Attachments.xml": text.encode(), **added}


def _used(canvas: OFDCanvas) -> set[str]:
    return {font for font, _ in letters(canvas.pages)}


def _resources(fonts: Mapping[str, int]) -> bytes:
    rows = "\n".join(
        f'<ofd:Font ID="{identifier}" FontName="{_FONT_NAMES[name][0]}"'
        f' FamilyName="{_FONT_NAMES[name][1]}" Charset="unicode"{_bold(name)}>'
        f"<ofd:FontFile>font_{identifier}.ttf</ofd:FontFile></ofd:Font>"
        for name, identifier in fonts.items()
    )
    text = f'{HEAD}<ofd:Res {NAMESPACE} BaseLoc="Res">\n<ofd:Fonts>\n{rows}\n</ofd:Fonts>\n</ofd:Res>\n'
    return text.encode()


def _bold(name: str) -> str:
    return ' Bold="true"' if name.endswith("-bold") else ""


def _document(canvas: OFDCanvas, identifiers: Sequence[int], largest: int) -> bytes:
    width, height = (number(side / MM) for side in canvas.size)
    pages = "".join(
        f'<ofd:Page ID="{identifier}" BaseLoc="Pages/Page_{i}/Content.xml"/>'
        for i, identifier in enumerate(identifiers)
    )
    text = (
        f"{HEAD}<ofd:Document {NAMESPACE}>\n<ofd:CommonData>"
        f"<ofd:MaxUnitID>{largest}</ofd:MaxUnitID>"
        f"<ofd:PageArea><ofd:PhysicalBox>0 0 {width} {height}</ofd:PhysicalBox></ofd:PageArea>"
        f"<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
        f'<ofd:TemplatePage ID="{_TEMPLATE_ID}" Name="engraving" ZOrder="Background"'
        f' BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>\n'
        f"<ofd:Pages>{pages}</ofd:Pages>\n"
        f"<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>\n</ofd:Document>\n"
    )
    return text.encode()


def _root(about: About) -> bytes:
    data = "".join(
        f"<ofd:CustomData Name={quoteattr(name)}>{escape(value)}</ofd:CustomData>"
        for name, value in about.data
    )
    words = "".join(f"<ofd:Keyword>{escape(word)}</ofd:Keyword>" for word in about.keywords)
    keywords = f"<ofd:Keywords>{words}</ofd:Keywords>" if words else ""
    day = about.imprint.day.isoformat()
    text = (
        f'{HEAD}<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD">\n<ofd:DocBody>\n<ofd:DocInfo>'
        f"<ofd:DocID>{about.document_id}</ofd:DocID><ofd:Title>{escape(about.imprint.title)}</ofd:Title>"
        f"<ofd:CreationDate>{day}</ofd:CreationDate><ofd:ModDate>{day}</ofd:ModDate>{keywords}"
        f"<ofd:Creator>{PRODUCER}</ofd:Creator><ofd:CustomDatas>{data}</ofd:CustomDatas>"
        f"</ofd:DocInfo>\n<ofd:DocRoot>{_DOCUMENT}</ofd:DocRoot>\n"
        f"<ofd:Signatures>{SIGNATURES}</ofd:Signatures>\n</ofd:DocBody>\n</ofd:OFD>\n"
    )
    return text.encode()
