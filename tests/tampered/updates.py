"""Incremental updates, as an editor writes them: visible, hidden, and under a genuine stamp."""

from collections.abc import Callable, Iterator
from functools import partial
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from tests.tampered.genuine import Genuine, Variant
from tests.tampered.stamping import stamp_over

PDF: Any = generic  # pyHanko is typed in part
Change = Callable[[Any], None]


def _dictionary(**values: Any) -> Any:
    return PDF.DictionaryObject({PDF.pdf_name(f"/{key}"): value for key, value in values.items()})


def _name(text: str) -> Any:
    return PDF.pdf_name(f"/{text}")


def _numbers(*values: int) -> Any:
    return PDF.ArrayObject([PDF.NumberObject(value) for value in values])


def _page(writer: Any) -> Any:
    return writer.root["/Pages"]["/Kids"][0]


def _annotate(writer: Any, **more: Any) -> None:
    page = _page(writer)
    note = _dictionary(
        Type=_name("Annot"),
        Subtype=_name("FreeText"),
        Contents=PDF.pdf_string("9000000"),
        Rect=_numbers(0, 0, 300, 300),
        **more,
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page)


def _hidden_annotation(writer: Any) -> None:
    _annotate(writer, F=PDF.NumberObject(2))


def _cover(writer: Any) -> None:
    stream = PDF.StreamObject(stream_data=b"1 g 0 0 600 800 re f")
    writer.add_stream_to_page(0, writer.add_object(stream))


def _other_contents(writer: Any) -> None:
    stream = PDF.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (amount 9000000) Tj ET")
    _page(writer)["/Contents"] = writer.add_object(stream)
    writer.update_container(_page(writer))


def _other_font(writer: Any) -> None:
    page = _page(writer)
    page["/Resources"] = _dictionary(Font=_dictionary())
    writer.update_container(page)


def _crop(writer: Any) -> None:
    _page(writer)["/CropBox"] = _numbers(0, 0, 200, 200)
    writer.update_container(_page(writer))


def _turn(writer: Any) -> None:
    _page(writer)["/Rotate"] = PDF.NumberObject(180)
    writer.update_container(_page(writer))


def _count_pages(writer: Any) -> None:
    writer.root["/Pages"]["/Count"] = PDF.NumberObject(2)
    writer.update_container(writer.root["/Pages"])


def _no_certification(writer: Any) -> None:
    del writer.root["/Perms"]
    writer.update_root()


def _script(writer: Any) -> None:
    writer.root["/OpenAction"] = _dictionary(S=_name("JavaScript"), JS=PDF.pdf_string("x()"))
    writer.update_root()


def _layers_of_content(writer: Any) -> None:
    """Shadow content: a layer that a reader may show instead. Source: Rohlmann et al., 2021."""
    group = writer.add_object(_dictionary(Type=_name("OCG"), Name=PDF.pdf_string("other")))
    writer.root["/OCProperties"] = _dictionary(
        OCGs=PDF.ArrayObject([group]), D=_dictionary(ON=PDF.ArrayObject([group]))
    )
    writer.update_root()


def _title(writer: Any) -> None:
    info = writer.trailer_view["/Info"]
    info["/Title"] = PDF.pdf_string("paid back")
    writer.update_container(info)


def _language(writer: Any) -> None:
    writer.root["/Lang"] = PDF.pdf_string("xx")
    writer.update_root()


def _extension(writer: Any) -> None:
    writer.root["/Extensions"]["/ACME"] = _dictionary(BaseVersion=_name("1.7"))
    writer.update_root()


def _hidden_object(writer: Any) -> None:
    writer.add_object(PDF.StreamObject(stream_data=b"BT (amount 9000000) Tj ET"))


def _stamp_redrawn(writer: Any) -> None:
    field = writer.root["/AcroForm"]["/Fields"][0]
    appearance = field["/AP"]["/N"]
    appearance._data, appearance._encoded_data = b"", None
    writer.update_container(appearance)


def _field(writer: Any) -> None:
    form = writer.root["/AcroForm"]
    text = _dictionary(FT=_name("Tx"), T=PDF.pdf_string("amount"), V=PDF.pdf_string("9000000"))
    form["/Fields"].append(writer.add_object(text))
    writer.update_container(form)


def _files_gone(writer: Any) -> None:
    del writer.root["/Names"], writer.root["/AF"]
    writer.update_root()


def _file_replaced(writer: Any) -> None:
    stream = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]["/F"]
    stream._data, stream._encoded_data = b'{"amount":9000000}', None
    writer.update_container(stream)


def _file_renamed(writer: Any) -> None:
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    spec["/UF"] = spec["/F"] = PDF.pdf_string("other.json")
    writer.update_container(spec)


def _file_added(writer: Any) -> None:
    stream = PDF.StreamObject(stream_data=b"{}")
    spec = _dictionary(
        Type=_name("Filespec"),
        F=PDF.pdf_string("new.json"),
        EF=_dictionary(F=writer.add_object(stream)),
    )
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names.append(PDF.pdf_string("new.json"))
    names.append(writer.add_object(spec))
    writer.update_root()


def _files_swapped(writer: Any) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    first, second = names.raw_get(1), names.raw_get(3)
    names[1], names[3] = second, first
    writer.update_root()


UPDATES: dict[str, Change] = {
    "annotation": _annotate,
    "hidden annotation": _hidden_annotation,
    "cover": _cover,
    "other contents": _other_contents,
    "other font": _other_font,
    "crop": _crop,
    "turned page": _turn,
    "page count": _count_pages,
    "certification taken away": _no_certification,
    "script": _script,
    "shadow layers": _layers_of_content,
    "title": _title,
    "language": _language,
    "extension": _extension,
    "hidden object": _hidden_object,
    "stamp redrawn": _stamp_redrawn,
    "form field": _field,
}
FILES: dict[str, Change] = {
    "files gone": _files_gone,
    "file replaced": _file_replaced,
    "file renamed": _file_renamed,
    "file added": _file_added,
    "files swapped": _files_swapped,
}


def updated(pdf: bytes, change: Change) -> bytes:
    """Append an update, as an editor does."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(pdf))
    writer._update_meta = lambda: None
    change(writer)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def make_updates(genuine: Genuine) -> Iterator[Variant]:
    """Yield updates of the page and of the files within, bare and under a genuine stamp."""
    for kind, changes in (("update", UPDATES), ("attachment", FILES)):
        for what, change in changes.items():
            for name, pdf in genuine.pdfs.items():
                yield Variant(kind, f"{name}: {what}", partial(updated, pdf, change))
                yield Variant(
                    f"{kind}, stamped", f"{name}: {what}", partial(stamp_over, genuine, pdf, change)
                )
