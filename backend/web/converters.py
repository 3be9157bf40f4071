"""What stands in addresses: any other text is nobody's page and never reaches a use case."""

from typing import Final

from werkzeug.routing import BaseConverter


class _CaseNo(BaseConverter):
    """A case number."""

    regex = r"[0-9]{8}-[0-9]{7}"


class _ComplaintNo(BaseConverter):
    """A complaint's number."""

    regex = r"T[0-9]{4}-[0-9]{5}"


class _TerminalName(BaseConverter):
    """A terminal's name."""

    regex = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


class _Digest(BaseConverter):
    """A SHA-256 digest in lower-case hexadecimal."""

    regex = r"[0-9a-f]{64}"


class _RequestNo(BaseConverter):
    """A question's number at the authority that is asked."""

    regex = r"[0-9]{20}"


class _Parcel(BaseConverter):
    """What a counter called a parcel: 32 hexadecimal digits."""

    regex = r"[0-9a-f]{32}"


CONVERTERS: Final = {
    "case": _CaseNo,
    "complaint": _ComplaintNo,
    "parcel": _Parcel,
    "request": _RequestNo,
    "sha256": _Digest,
    "terminal": _TerminalName,
}
