"""A paper for the archives: PDF/A-3b."""

from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pikepdf import open as read_pdf

from registration.papers.colour import CONDITION, srgb_profile
from registration.papers.sheet import PRODUCER, Imprint

# Every stream of XMP begins with this name, and the text below is all that ours say.
# Source: ISO 16684-1, 7.3.2; ISO 19005-3, 6.6.
_XMP: Final = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{day}T00:00:00+08:00</xmp:CreateDate>
<xmp:ModifyDate>{day}T00:00:00+08:00</xmp:ModifyDate>
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
"""


def to_archive(pdf: bytes, imprint: Imprint) -> bytes:
    """Make PDF/A-3b of a drawn paper; equal papers give equal bytes.

    The paper must already keep to what PDF/A asks of its pages: fonts within, one colour space.

    Source: ISO 19005-3:2012.
    """
    with read_pdf(BytesIO(pdf)) as paper:
        information = paper.docinfo
        for key in ("/Author", "/Subject", "/Keywords", "/Trapped"):
            if key in information:
                del information[key]
        paper.Root.Metadata = pikepdf.Stream(
            paper, _xmp(imprint).encode(), Type=Name.Metadata, Subtype=Name.XML
        )
        paper.Root.OutputIntents = Array([_intent(paper)])
        file = BytesIO()
        paper.save(file, deterministic_id=True, min_version="1.7")
    return file.getvalue()


def _xmp(imprint: Imprint) -> str:
    return _XMP.format(
        title=escape(imprint.title),
        creator=escape(PRODUCER),
        producer=escape(imprint.producer),
        day=imprint.day.isoformat(),
    )


def _intent(paper: pikepdf.Pdf) -> Dictionary:
    """Say which colours are meant. Source: ISO 19005-3, 6.2.3."""
    profile = paper.make_stream(srgb_profile(), N=3)
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String(CONDITION),
        Info=String(CONDITION),
        DestOutputProfile=profile,
    )
