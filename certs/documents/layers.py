"""What may stand behind a sealed file: validation material and document time stamps, nothing else.

A time-stamp authority stamps whatever it is given, so its stamp does not say that the office wrote
a layer. Therefore nothing in one may be able to change what a reader sees: its bytes are objects
without a gap, its objects are those of a document time stamp and of the store of certificates and
lists (DSS), and in that store is only what a certificate of the trust bundle vouches for.

Source: ETSI EN 319 142-1 sections 5.4 and 6.3; ISO 32000-2 sections 12.8.4.3 and 12.8.5.
"""

import re
from io import BytesIO
from typing import Any, Final

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel

from certs.bundle import TrustBundle
from certs.documents import status as why
from certs.documents.status import DocumentReason
from certs.documents.vouching import Vouched
from certs.documents.wrapping import Layer, Wrapping

_TABLE: Final = re.compile(
    rb"xref\n((?:[0-9]{1,7} [0-9]{1,4}\n(?:[0-9]{10} [0-9]{5} [fn] \n)+)+)"
    rb"trailer\n<<[^%]*>>\nstartxref\n([0-9]{1,8})\n%%EOF\n\Z"
)
_ENTRY: Final = re.compile(rb"([0-9]{10}) [0-9]{5} n ")
_STREAM: Final = re.compile(rb"[0-9]{1,7} 0 obj\n<<[^<>%]*>>\nstream\n")
_PLAIN: Final = re.compile(rb"[0-9]{1,7} 0 obj\n<<[^%]*>>\nendobj\n\Z")
_STORE: Final = frozenset({"/Type", "/Certs", "/CRLs", "/OCSPs"})
_PLAIN_STREAM: Final = {"/Length"}


def check_layers(pdf: bytes, wrapping: Wrapping, bundle: TrustBundle) -> list[DocumentReason]:
    """Say what is wrong with the layers of a file whose seal and stamps hold."""
    if not wrapping.layers:
        return []
    if not all(_is_tiled(pdf, layer) for layer in wrapping.layers):
        return [why.BYTES_AFTER_SEAL]
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    seals, stamps = reader.embedded_regular_signatures, reader.embedded_timestamp_signatures
    if (len(seals), len(stamps)) != (1, len(wrapping.layers)):
        return [why.SEVERAL_SEALS]
    for one in (*seals, *stamps):
        one.compute_integrity_info(diff_policy=_only_material())
        if not isinstance(one.diff_result, DiffResult) or (
            one.diff_result.modification_level not in _HARMLESS
        ):
            return [why.CHANGED]
    if stamps[-1].coverage is not SignatureCoverageLevel.ENTIRE_FILE:
        return [why.CHANGED]
    return [] if _is_vouched(reader, wrapping, bundle) else [why.DAMAGED]


_HARMLESS: Final = (ModificationLevel.NONE, ModificationLevel.LTA_UPDATES)


def _only_material() -> StandardDiffPolicy:
    """Return pyHanko's rules without those that let a layer say more than a time."""
    material = ModificationLevel.LTA_UPDATES
    return StandardDiffPolicy(
        global_rules=[
            CatalogModificationRule(ignored_keys=frozenset({"/AcroForm", "/DSS"})),  # type: ignore[no-untyped-call]  # pyHanko is typed in part
            DSSCompareRule().as_qualified(material),
        ],
        form_rule=FormUpdatingRule(
            field_rules=[SigFieldCreationRule(), SigFieldModificationRule()],  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        ),
        ignore_orphaned_objects=False,
        ignore_identical_objects=False,
    )


def _is_tiled(pdf: bytes, layer: Layer) -> bool:
    """Say whether a layer is objects and their table, one behind another, and nothing else."""
    data = pdf[layer.start : layer.end]
    table = _TABLE.search(data)
    if table is None or int(table[2]) != layer.start + table.start():
        return False
    starts = sorted(int(entry[1]) - layer.start for entry in _ENTRY.finditer(table[1]))
    ends = [*starts[1:], table.start()]
    return (
        bool(starts)
        and starts[0] == 0
        and all(_is_one_object(data[start:end]) for start, end in zip(starts, ends, strict=True))
    )


def _is_one_object(data: bytes) -> bool:
    head = _STREAM.match(data)
    if head is None:
        return _PLAIN.match(data) is not None and data.count(b"endobj") == 1
    length = re.search(rb"/Length ([0-9]{1,7})\n", head[0])
    return length is not None and data[head.end() + int(length[1]) :] == b"\nendstream\nendobj\n"


def _is_vouched(reader: PdfFileReader, wrapping: Wrapping, bundle: TrustBundle) -> bool:
    """Say whether everything in the store, and in the stamps, is known or vouched for."""
    store: Any = reader.root["/DSS"]
    if not set(store) <= _STORE:
        return False
    streams = {key: [one.get_object() for one in store[key]] for key in store if key != "/Type"}
    if not all(set(one) == _PLAIN_STREAM for group in streams.values() for one in group):
        return False
    parts = {key: [bytes(one.data) for one in group] for key, group in streams.items()}
    brought = [choice.dump() for layer in wrapping.layers for choice in layer.token["certificates"]]
    vouched = Vouched(bundle)
    return (
        vouched.has_all((*parts.get("/Certs", ()), *brought))
        and all(vouched.takes_list(der) for der in parts.get("/CRLs", ()))
        and all(vouched.takes_response(der) for der in parts.get("/OCSPs", ()))
    )
