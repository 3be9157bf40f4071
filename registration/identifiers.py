"""Numbers that name people, estates and papers, each with its check."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from registration.errors import (
    BadCertificateNoError,
    BadCreditCodeError,
    BadIdNumberError,
    BadLicenceIdError,
    BadUnitNoError,
)

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MOD36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_UNIT = re.compile(r"[0-9]{12}[GJZ][ABCDEFGHSWXY][0-9]{5}(?:[FLQ][0-9]{8}|W0{8})", re.ASCII)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CERTIFICATE = re.compile(
    rf"([{_PROVINCES}])\(((?:19|20)[0-9]{{2}})\)([一-龥]{{2,20}}?)不动产(权|证明)第([0-9]{{7}})号"
)
_LICENCE_ROOT = "1.2.156.3005.2"
_LICENCE_TYPE = "11100000MB03271699022"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An 18-character identity number whose last character checks out."""

    text: str

    @property
    def birth_date(self) -> date | None:
        """The birth date inside a resident's number; None in a permanent resident's (first digit 9)."""
        if self.text.startswith("9"):
            return None
        return date.fromisoformat(self.text[6:14])

    @property
    def masked(self) -> str:
        """First six and last four characters, as screens and logs may show it."""
        return f"{self.text[:6]}********{self.text[-4:]}"

    def __repr__(self) -> str:
        # Tracebacks and logs print reprs; a number must not leak through them.
        return f"IdNumber('{self.masked}')"


def parse_id_number(text: str) -> IdNumber:
    """Read an ID number as printed on the card; a final 'x' may be small.

    Takes resident ID cards, residence permits for Hong Kong, Macau and Taiwan (81/82/83)
    and permanent residents' cards of the 2023 design (first digit 9).

    Raises:
        BadIdNumberError: wrong length, impossible birth date or wrong check character.

    Source: GB 11643-1999; check character by ISO 7064 MOD 11-2.
    """
    text = text.strip().upper()
    digits, check = text[:-1], text[-1:]
    if len(text) != 18 or not (digits.isascii() and digits.isdigit()):
        raise BadIdNumberError("length")
    if not text.startswith("9"):
        try:
            date.fromisoformat(text[6:14])
        except ValueError as exc:
            raise BadIdNumberError("birth date") from exc
    if text[0] == "0" or (text[0] == "8" and text[1:6] not in {"10000", "20000", "30000"}):
        raise BadIdNumberError("area")
    if check != _check_character(digits):
        raise BadIdNumberError("check character")
    return IdNumber(text)


def _check_character(digits: str) -> str:
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


@dataclass(frozen=True, slots=True)
class UnitNo:
    """A 28-character real-estate unit number."""

    text: str

    @property
    def parcel(self) -> str:
        """The parcel number: the first 19 characters."""
        return self.text[:19]

    @property
    def grouped(self) -> str:
        """As printed: groups of 6, 6, 7 and 9 characters."""
        return " ".join((self.text[:6], self.text[6:12], self.text[12:19], self.text[19:]))

    def __str__(self) -> str:
        return self.text


def parse_unit_no(text: str) -> UnitNo:
    """Read a unit number; spaces and full-width forms are put right.

    Raises:
        BadUnitNoError: wrong length, letter or digit.

    Source: GB/T 37346 (it has no check digit).
    """
    text = _folded(text).upper()
    if len(text) != 28:
        raise BadUnitNoError("length")
    if not _UNIT.fullmatch(text):
        raise BadUnitNoError("shape")
    if text[13] in "AC" and text[12] != "J":
        raise BadUnitNoError("ownership letter")
    return UnitNo(text)


@dataclass(frozen=True, slots=True)
class CertificateNo:
    """The number of a title certificate (不动产权) or registration certificate (不动产证明)."""

    text: str
    """As printed, with full-width brackets: 豫（2026）开封市不动产证明第0012345号."""

    @property
    def is_title(self) -> bool:
        return "不动产权第" in self.text

    def __str__(self) -> str:
        return self.text


def parse_certificate_no(text: str) -> CertificateNo:
    """Read a certificate number; both bracket widths and inner spaces are taken.

    Raises:
        BadCertificateNoError: it is not of the form 省（年）地 不动产权|证明 第 7 digits 号.

    Source: 不动产权证书 and 不动产登记证明 as printed since 2015; older numbers go to manual entry.
    """
    found = _CERTIFICATE.fullmatch(_folded(text))
    if found is None:
        raise BadCertificateNoError("shape")
    province, year, place, what, serial = found.groups()
    return CertificateNo(f"{province}（{year}）{place}不动产{what}第{serial}号")


def format_certificate_no(*, province: str, year: int, place: str, serial: int) -> CertificateNo:
    """Return the number of a new registration certificate; serial has at most seven digits."""
    return parse_certificate_no(f"{province}（{year}）{place}不动产证明第{serial:07d}号")


def format_title_no(*, province: str, year: int, place: str, serial: int) -> CertificateNo:
    """Return the number of a new title (不动产权); serial has at most seven digits."""
    return parse_certificate_no(f"{province}（{year}）{place}不动产权第{serial:07d}号")


@dataclass(frozen=True, slots=True)
class CreditCode:
    """An 18-character unified social credit code."""

    text: str

    def __str__(self) -> str:
        return self.text


def parse_credit_code(text: str) -> CreditCode:
    """Read a unified social credit code.

    Raises:
        BadCreditCodeError: wrong length, character or check character.

    Source: GB 32100-2015.
    """
    text = _folded(text).upper()
    if len(text) != 18:
        raise BadCreditCodeError("length")
    if any(c not in _CREDIT_CHARACTERS for c in text):
        raise BadCreditCodeError("character")
    total = sum(_CREDIT_CHARACTERS.index(c) * pow(3, i, 31) for i, c in enumerate(text[:17]))
    if _CREDIT_CHARACTERS[(31 - total % 31) % 31] != text[17]:
        raise BadCreditCodeError("check character")
    return CreditCode(text)


@dataclass(frozen=True, slots=True)
class LicenceId:
    """The identifier of an electronic licence (证照标识)."""

    text: str

    def __str__(self) -> str:
        return self.text


def format_licence_id(*, office: CreditCode, serial: int, version: int = 1) -> LicenceId:
    """Return the licence identifier of a registration certificate.

    Source: GB/T 36904; check character by ISO 7064 MOD 37,36 over type, office, serial, version.
    """
    parts = (_LICENCE_TYPE, office.text, f"{serial:09d}", f"{version:03d}")
    return LicenceId(".".join((_LICENCE_ROOT, *parts, _mod37_36("".join(parts)))))


def parse_licence_id(text: str) -> LicenceId:
    """Read a licence identifier.

    Raises:
        BadLicenceIdError: wrong root, number of parts, character or check character.
    """
    text = _folded(text).upper()
    parts = text.removeprefix(_LICENCE_ROOT + ".").split(".")
    body = "".join(parts[:-1])
    if not text.startswith(_LICENCE_ROOT + ".") or len(parts) != 5:
        raise BadLicenceIdError("shape")
    if any(c not in _MOD36 for c in body):
        raise BadLicenceIdError("character")
    if parts[-1] != _mod37_36(body):
        raise BadLicenceIdError("check character")
    return LicenceId(text)


def _mod37_36(text: str) -> str:
    carry = 36
    for character in text:
        carry = (carry + _MOD36.index(character)) % 36 or 36
        carry = carry * 2 % 37
    return _MOD36[(37 - carry) % 36]


def _folded(text: str) -> str:
    """Return printed text with widths and spaces put right; only for numbers, never for names."""
    return "".join(unicodedata.normalize("NFKC", text).split())
