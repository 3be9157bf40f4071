"""The words of tus 1.0.0: headers in, headers out; what an upload is stands elsewhere.

Source: tus resumable upload protocol 1.0.0, core, creation, creation-with-upload, expiration,
checksum, termination; RFC 7240 for `Prefer`.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import ClientDisconnected

from backend.office.uploads import Standing
from backend.web.bodies import LARGEST_PACKAGE, read_digits
from backend.web.problems import ProblemError

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,expiration,checksum,termination"
PIECE_TYPE: Final = "application/offset+octet-stream"
_CHECKSUMS: Final[dict[str, Callable[[], Any]]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
    "sha256": hashlib.sha256,
    "sha-256": hashlib.sha256,
}
"""tus asks every server for sha1; the package's own digest is what is relied on."""
_PIECE: Final = 16 * 1024
"""What is lost at most of a body whose line breaks."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOST_METADATA: Final = 4096


def discovery() -> dict[str, str]:
    """Return what OPTIONS tells."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(LARGEST_PACKAGE),
        "Tus-Checksum-Algorithm": ",".join(_CHECKSUMS),
    }


def require_version() -> None:
    """Refuse another version of the protocol. Raises: ProblemError 412."""
    asked = request.headers.get("Tus-Resumable", "")
    if request.method != "OPTIONS" and asked != VERSION:
        raise ProblemError(412, "tus.version", f"请写明 Tus-Resumable: {VERSION}", f"tus {VERSION}")


def add_headers(response: Response) -> Response:
    """Say which version answers; tell a client of another one which there is."""
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    return response


def read_length(most: int = LARGEST_PACKAGE) -> int:
    """Return how long the whole will be, `most` bytes at most.

    Raises:
        ProblemError: 400 absent, deferred or part of a concatenation, 413 too long.
    """
    if "Upload-Defer-Length" in request.headers or "Upload-Concat" in request.headers:
        raise ProblemError(
            400,
            "tus.extension",
            "须先写明全长，不收分段拼接",
            "Declare the length; no concatenation",
        )
    length = read_digits(request.headers.get("Upload-Length", ""), "Upload-Length")
    if length > most:
        raise ProblemError(413, "http.too-large", f"最多 {most} 字节", f"At most {most} bytes")
    return length


def read_sha256() -> str:
    """Return the digest that the sender declares in `Upload-Metadata: sha256 BASE64`.

    Raises:
        ProblemError: 400 absent or malformed.
    """
    text = request.headers.get("Upload-Metadata", "")[:_MOST_METADATA]
    pairs = dict(pair.strip().partition(" ")[::2] for pair in text.split(","))
    try:
        found = base64.b64decode(pairs.get("sha256", ""), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        found = ""
    if not _SHA256.fullmatch(found):
        raise ProblemError(
            400,
            "tus.digest-required",
            "Upload-Metadata 须有 sha256：整件的摘要（64 位小写十六进制）的 base64",
            "Declare sha256 in Upload-Metadata: base64 of the package's digest in hexadecimal",
        )
    return found


def read_offset() -> int:
    """Return where the piece belongs. Raises: ProblemError 400."""
    return read_digits(request.headers.get("Upload-Offset", ""), "Upload-Offset")


def read_pieces(most: int) -> Iterator[bytes]:
    """Return the body as it comes, `most` bytes at most; one with a checksum whole or not at all.

    Raises:
        ProblemError: 400 cut on the way or an unknown checksum, 413 too long, 415 another type,
            460 not what the checksum says.
    """
    if request.mimetype != PIECE_TYPE:
        raise ProblemError(
            415, "http.media-type", f"内容类型须为 {PIECE_TYPE}", f"Send {PIECE_TYPE}"
        )
    if (request.content_length or 0) > most:
        raise _too_long()
    request.max_content_length = LARGEST_PACKAGE
    pieces = _stream(most)
    declared = request.headers.get("Upload-Checksum")
    return pieces if declared is None else iter([_checked(declared, b"".join(pieces))])


def _stream(most: int) -> Iterator[bytes]:
    left = most
    while piece := _read():
        if len(piece) > left:
            raise _too_long()
        left -= len(piece)
        yield piece
    # A chunked body ends by itself; one of known length must have come to its end.
    if request.content_length is not None and most - left != request.content_length:
        raise _cut()


def _read() -> bytes:
    try:
        return request.stream.read(_PIECE)
    except (OSError, ClientDisconnected) as exc:
        raise _cut() from exc


def _checked(declared: str, data: bytes) -> bytes:
    name, _, text = declared.partition(" ")
    if name not in _CHECKSUMS:
        raise ProblemError(
            400, "tus.checksum", f"校验和算法须为 {', '.join(_CHECKSUMS)}", "Unknown checksum"
        )
    made = _CHECKSUMS[name]()
    made.update(data)
    actual = base64.b64encode(made.digest())
    if not hmac.compare_digest(actual, text.strip().encode("utf-8", "surrogateescape")):
        raise ProblemError(460, "tus.checksum-mismatch")
    return data


def _cut() -> ProblemError:
    return ProblemError(
        400,
        "http.truncated",
        "这一段没有收全，收到的已存好，请接着发",
        "The piece was cut; what came is kept, go on from there",
    )


def _too_long() -> ProblemError:
    return ProblemError(
        413, "http.too-large", "超出所报的全长", "More bytes than the declared length"
    )


def is_receipt_wanted() -> bool:
    """Say whether the sender takes the receipt in the body instead of an empty answer."""
    asked = request.headers.get("Prefer", "").lower().replace(" ", "").split(",")
    return "return=representation" in asked


def answer(
    standing: Standing, status: int, *, is_told: bool, kind: str = "application/jose"
) -> Response:
    """Say how far an upload is; with `is_told` the receipt of a whole one is the body."""
    has_body = bool(standing.receipt) and is_told
    headers = {
        "Upload-Offset": str(standing.offset),
        "Upload-Length": str(standing.length),
    }
    if standing.expires_at is not None:
        headers["Upload-Expires"] = format_datetime(standing.expires_at, usegmt=True)
    if has_body:
        headers["Preference-Applied"] = "return=representation"
        return Response(standing.receipt, status, headers, content_type=kind)
    answered = Response(status=status, headers=headers)
    del answered.headers["Content-Type"]
    return answered
