"""Files within a sealed PDF: what it says in a machine's words, and what proves it elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Final

from pyhanko.pdf_utils.embed import EmbeddedFileObject, EmbeddedFileParams, FileSpec
from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from certs.attachments import Attachment
from certs.documents.ofd.container import MAGIC, unpack
from certs.errors import SealError

_MOST: Final = 8
_FOLDER: Final = "Doc_0/Attachs/"


def attach(
    writer: IncrementalPdfFileWriter, attachments: Sequence[Attachment], at: datetime
) -> None:
    """Put files into a PDF that has none yet, associated with the whole document.

    Raises:
        SealError: it has files already.

    Source: ISO 32000-2, 7.11.4 and 14.13; ISO 19005-3 (PDF/A-3), 6.8.
    """
    if not attachments:
        return
    root = writer.root
    names = root["/Names"] if "/Names" in root else DictionaryObject()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
    if "/AF" in root or "/EmbeddedFiles" in names:
        raise SealError("files within it already")
    tree, associated = ArrayObject(), ArrayObject()
    for one in sorted(attachments, key=lambda attachment: attachment.name):
        spec = writer.add_object(_spec(writer, one, at).as_pdf_object())
        tree += [pdf_string(one.name), spec]
        associated.append(spec)
    names["/EmbeddedFiles"] = DictionaryObject({pdf_name("/Names"): tree})  # type: ignore[no-untyped-call]  # as above
    root["/Names"], root["/AF"] = names, associated
    writer.ensure_output_version((1, 7))  # type: ignore[no-untyped-call]  # as above
    writer.update_root()  # type: ignore[no-untyped-call]  # as above


def _spec(writer: IncrementalPdfFileWriter, one: Attachment, at: datetime) -> FileSpec:
    stream = EmbeddedFileObject.from_file_data(
        writer,
        one.data,
        params=EmbeddedFileParams(embed_checksum=False, modification_date=at),
        mime_type=one.media_type,
    )
    relation = pdf_name("/Source" if one.is_source else "/Supplement")
    return FileSpec(one.name, one.name, stream, af_relationship=relation)


def read_attachments(data: bytes) -> dict[str, bytes]:
    """Return the files within a PDF or OFD that was found VALID; of any other nothing is promised."""
    if data.startswith(MAGIC):
        inside = unpack(data).items()
        return {n.removeprefix(_FOLDER): d for n, d in inside if n.startswith(_FOLDER)}
    names = PdfFileReader(BytesIO(data)).root.get("/Names", {})
    tree = names.get("/EmbeddedFiles", {}).get("/Names", [])
    found = {}
    for place in range(0, min(len(tree), 2 * _MOST) - 1, 2):
        spec = tree[place + 1].get_object()
        found[str(tree[place])] = bytes(spec["/EF"]["/F"].get_object().data)
    return found
