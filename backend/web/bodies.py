"""Reading request bodies whole or not at all."""

import base64
import binascii
import hashlib
import io
import re
from datetime import datetime
from typing import IO

from flask import Request, request

from backend.web.problems import ProblemError
from registration import schema
from registration.errors import BadDocumentError, Problem

LARGEST_PACKAGE = 64 * 1024 * 1024
LARGEST_CERTIFICATE = 5 * 1024 * 1024
LARGEST_FORM = LARGEST_CERTIFICATE + 64 * 1024
LARGEST_JSON = 256 * 1024
_DIGITS = 16
"""As many as the largest number that JSON holds exactly, 2^53 - 1, has."""
_DIGEST = re.compile(r"\s*sha-256=:([A-Za-z0-9+/=]{1,64}):\s*", re.ASCII)


class MemoryRequest(Request):
    """A request whose uploads stay in memory: what anybody sends never touches the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        # `MAX_CONTENT_LENGTH` bounds it.
        return io.BytesIO()


def read_body(most: int) -> bytes:
    """Read the body of exactly the announced length.

    A chunked body could be cut by the server and still look whole, so its length must be
    announced; a shorter or longer one is refused.

    Raises:
        ProblemError: 411 without a length, 413 over `most` bytes, 400 cut on the way.
    """
    if "Transfer-Encoding" in request.headers or request.content_length is None:
        raise ProblemError(411, "http.length-required", "请写明 Content-Length")
    if request.content_length > most:
        raise ProblemError(413, "http.too-large", f"最多 {most} 字节", f"At most {most} bytes")
    request.max_content_length = most
    data = request.stream.read(request.content_length)
    if len(data) != request.content_length:
        raise ProblemError(
            400, "http.truncated", "内容没有收全，请重发", "The body was cut; send it again"
        )
    return data


def require_type(media_type: str) -> None:
    """Refuse a body of another type. Raises: ProblemError 415."""
    if request.mimetype != media_type:
        raise ProblemError(
            415, "http.media-type", f"内容类型须为 {media_type}", f"Send {media_type}"
        )


def require_digest(data: bytes) -> str:
    """Check `Content-Digest` (RFC 9530, sha-256) against the body; return it in hexadecimal.

    Raises:
        ProblemError: 400 absent or malformed, 422 different.
    """
    found = _DIGEST.fullmatch(request.headers.get("Content-Digest", ""))
    if found is None:
        raise ProblemError(
            400, "http.digest-required", "请写明 Content-Digest: sha-256=:…:", "Send Content-Digest"
        )
    actual = hashlib.sha256(data).digest()
    try:
        declared = base64.b64decode(found.group(1), validate=True)
    except binascii.Error as exc:
        raise ProblemError(400, "http.digest-required", "Content-Digest 不是 base64") from exc
    if declared != actual:
        raise ProblemError(
            422, "http.digest-mismatch", "内容与 Content-Digest 不符，请重发", "Send the body again"
        )
    return actual.hex()


def read_json() -> dict[str, object]:
    """Read a strict JSON object. Raises: ProblemError, BadDocumentError."""
    require_type("application/json")
    value = schema.decode_json(read_body(LARGEST_JSON))
    if not isinstance(value, dict):
        raise ProblemError(422, "http.object-required", "须为 JSON 对象", "Send a JSON object")
    return value


def read_members(body: dict[str, object], **limits: int) -> dict[str, str]:
    """Return the members of an object that must all be text and no others.

    Raises:
        BadDocumentError: everything that is missing, of the wrong type, too long or unknown.
    """
    problems = [
        Problem(f"/{name}", "text", f"须为 1 至 {most} 个字的文字; text of 1 to {most} characters")
        for name, most in limits.items()
        if not _is_text(body.get(name), most)
    ]
    if set(body) - set(limits):
        # A name that nobody knows may be anything: it is not sent back.
        wanted = ", ".join(sorted(limits))
        problems.append(Problem("", "unknown-member", f"只收这几项; only these: {wanted}"))
    if problems:
        raise BadDocumentError(tuple(problems))
    return {name: str(body[name]) for name in limits}


def _is_text(value: object, most: int) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= most:
        return False
    # No zero bytes, which stores refuse, and no halves of surrogate pairs, which are no text.
    return "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def read_field(name: str, most: int) -> str:
    """Return a form's field without what no one types; empty when it is absent or too long."""
    return _typed(request.form.get(name, ""), most)


def read_query(name: str, most: int) -> str:
    """Return a text of the address likewise."""
    return _typed(request.args.get(name, ""), most)


def _typed(text: str, most: int) -> str:
    plain = "".join(c for c in text if c.isprintable())
    return plain if len(plain) <= most else ""


def read_count(name: str, *, default: int, most: int) -> int:
    """Return a query number. Raises: ProblemError naming it."""
    return min(read_digits(request.args.get(name, str(default)), name), most)


def read_digits(text: str, name: str) -> int:
    """Read a whole number below 10^16. Raises: ProblemError naming it."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise ProblemError(400, "http.query", f"{name} 须为整数", f"{name} must be a whole number")
    return int(text)


def as_text(at: datetime) -> str:
    """Return a time as RFC 3339."""
    return at.isoformat(timespec="seconds")
