"""Made-up people's cards for the virtual ID card reader. Nobody here exists."""

from collections.abc import Mapping
from dataclasses import dataclass

# The cards' wire format, kept apart from the reader's own tables on purpose: a mistake made
# on one side alone then shows. Names and widths in bytes; UTF-16LE padded with spaces.
_RESIDENT = "name:30 sex:2 nation:4 birth:16 address:70 number:36 issuer:30 from:16 to:16 rest:36"
_HMT = (
    "name:30 sex:2 gap:4 birth:16 address:70 number:36 issuer:30 from:16 to:16 permit_no:18 "
    "issue_count:4 gap:6 marker:2 rest:6"
)
_PERMANENT_2017 = (
    "latin:120 sex:2 number:30 nationality:6 name:30 from:16 to:16 birth:16 version:4 issuer:8 "
    "marker:2 rest:6"
)
_PERMANENT_2023 = (
    "name:30 sex:2 renewals:4 birth:16 latin:70 number:36 gap:30 from:16 to:16 latin_more:22 "
    "nationality:6 marker:2 former:6"
)
LAYOUTS = {"": _RESIDENT, "J": _HMT, "I": _PERMANENT_2017, "Y": _PERMANENT_2023}
PHOTO = b"SIMULATED PHOTO\x00" * 64
"""1,024 bytes where a real card has a WLT picture."""


@dataclass(frozen=True, slots=True)
class VirtualCard:
    """What one card's chip holds."""

    text: bytes
    """256 bytes."""
    photo: bytes = PHOTO
    fingerprint: bytes = b""
    newest_address: str = ""


def encode_text(marker: str, fields: Mapping[str, str]) -> bytes:
    """Return the 256-byte record of a card; the marker is "", "J", "I" or "Y"."""
    given = {**fields, "marker": marker}
    parts = []
    for entry in LAYOUTS[marker].split():
        name, width = entry.split(":")
        value = given.get(name, "").encode("utf-16-le")
        if len(value) > int(width):
            raise ValueError(f"{name} is longer than {width} bytes")
        parts.append(value + b" \x00" * ((int(width) - len(value)) // 2))
    return b"".join(parts)


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up resident."""

    name: str
    number: str
    address: str = "河南省开封市龙亭区示例路1号1幢1单元12号"
    nation: str = "01"
    valid_from: str = "20160301"
    valid_to: str = "20360301"
    newest_address: str = ""

    def card(self) -> VirtualCard:
        """Return this person's resident ID card."""
        fields = {
            "name": self.name,
            "sex": "1" if int(self.number[16]) % 2 else "2",
            "nation": self.nation,
            "birth": self.number[6:14],
            "address": self.address,
            "number": self.number,
            "issuer": "开封市公安局示例分局",
            "from": self.valid_from,
            "to": self.valid_to,
        }
        return VirtualCard(encode_text("", fields), newest_address=self.newest_address)


_PEOPLE = (
    Person("张示例", "41020319850615991X"),
    Person("李示例", "41020319871102992X"),
    Person("赵示例", "41020419930418996X", "河南省开封市鼓楼区示例路6号", nation="03"),
    Person("𠮷田示例", "410202199202039933", "河南省开封市龙亭区㙟街〇号", nation="11"),
    Person("周示例", "410205199007059946", "河南省开封市禹王台区示例路9号"),
    Person("王示例", "410202201503089942", valid_from="20240601", valid_to="20290601"),
    Person("孙示例", "410202196601019952", valid_from="20120509", valid_to="长期"),
    Person("钱示例", "410205199508129949", valid_from="20130820", valid_to="20230820"),
    Person(
        "阿依古丽·示例",
        "410204197712129975",
        nation="05",
        newest_address="河南省开封市顺河区示例街88号",
    ),
)
_HMT_CARD = VirtualCard(
    encode_text(
        "J",
        {
            "name": "陈示例",
            "sex": "1",
            "birth": "19850505",
            "address": "河南省开封市龙亭区示例路2号",
            "number": "810000198505059938",
            "issuer": "开封市公安局示例分局",
            "from": "20220101",
            "to": "20270101",
            "permit_no": "H09999999",
            "issue_count": "01",
        },
    )
)
_CARD_2017 = VirtualCard(
    encode_text(
        "I",
        {
            "latin": "EXAMPLE, ANNA MARIA",
            "sex": "2",
            "number": "DEU410080070499",
            "nationality": "DEU",
            "name": "安示例",
            "from": "20190704",
            "to": "20290703",
            "birth": "19800704",
            "version": "01",
            "issuer": "4100",
        },
    )
)
_CARD_2023 = VirtualCard(
    encode_text(
        "Y",
        {
            "name": "",
            "sex": "2",
            "renewals": "01",
            "birth": "19880704",
            "latin": "EXAMPLE-OTHER, JOHANNA ELISABETH AL",
            "latin_more": "EXANDRA",
            "number": "911001198807049912",
            "from": "20240101",
            "to": "20340101",
            "nationality": "FRA",
        },
    )
)

CARDS: Mapping[str, VirtualCard] = {
    **{person.name: person.card() for person in _PEOPLE},
    "陈示例": _HMT_CARD,
    "安示例": _CARD_2017,
    "EXAMPLE": _CARD_2023,
}
"""By name. 钱示例's card has expired, 孙示例's is 长期, 阿依古丽·示例 has moved since."""
