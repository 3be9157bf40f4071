"""Time stamps after RFC 3161: the office's own, and an authority's over HTTP."""

import asyncio
import hashlib
import secrets
from datetime import UTC, datetime
from typing import Final

import requests
from asn1crypto import cms, parser, tsp, x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.sign import signers
from pyhanko.sign.general import as_signing_certificate_v2
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certs.errors import TimestampError
from certs.ports import Clock, Signer
from certs.queries import QUERY, REPLY

Timestamper = TimeStamper
"""Whatever gives time stamps: LocalTimestamper or HTTPTimestamper."""

# Under the arc of certs.identity: "stamped by the office itself, by its own clock". Never changes.
POLICY: Final = "2.25.262055492116064435162943748850969784196.6"

_SIZES: Final = {"sha256": 32, "sha384": 48, "sha512": 64}
_LARGEST_ANSWER: Final = 64 * 1024
# What asn1crypto and pyHanko raise on an answer that is not what it should be.
_MALFORMED: Final = (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError)


class CMSSigner(signers.Signer):
    """A `certs.ports.Signer` as pyHanko wants it; the key is never parsed again.

    pyHanko's own signer for keys in memory reads the key twice for every signature, which for
    RSA costs more than the signature itself.
    """

    def __init__(self, signer: Signer) -> None:
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        store.register_multiple(to_asn1(one) for one in signer.chain)
        self.certificate = to_asn1(signer.certificate)
        super().__init__(signing_cert=self.certificate, cert_registry=store, embed_roots=False)
        self._signer = signer
        key = signer.certificate.public_key()
        self._size = key.key_size // 8 if isinstance(key, rsa.RSAPublicKey) else 72

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign; a dry run only tells the size."""
        if digest_algorithm != "sha256":
            raise TimestampError("only SHA-256")
        return bytes(self._size) if dry_run else self._signer.sign(data)


class LocalTimestamper(TimeStamper):
    """Stamps with a key of our own, by the given clock; good as far as that clock is believed."""

    def __init__(self, signer: Signer, clock: Clock | None = None) -> None:
        """Stamp with a certificate of the role TIMESTAMP; without `clock`, by this machine's."""
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        self._cms = CMSSigner(signer)
        self._clock = clock or _now

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Answer a request without any wire.

        Raises:
            TimestampError: a weak digest or a wish that is not granted; `reason` names it as
                RFC 3161 section 2.4.2 does.
        """
        fault = _fault(req)
        if fault:
            raise TimestampError(fault)
        info = self._token_info(req).dump()
        attributes = cms.CMSAttributes(
            [
                _attribute("content_type", "tst_info"),
                _attribute("message_digest", hashlib.sha256(info).digest()),
                _attribute(
                    "signing_certificate_v2", as_signing_certificate_v2(self._cms.certificate)
                ),
            ]
        )
        token = await self._cms.async_sign_prescribed_attributes(
            "sha256",
            attributes,
            cms_version="v3",
            encap_content_info=cms.EncapsulatedContentInfo(
                {"content_type": "tst_info", "content": cms.ParsableOctetString(info)}
            ),
        )
        granted = tsp.PKIStatusInfo({"status": tsp.PKIStatus("granted")})
        return tsp.TimeStampResp({"status": granted, "time_stamp_token": token})

    def answer(self, query: bytes) -> bytes:
        """Answer a DER query with a DER reply, for those who serve it; certificates come along.

        A query that cannot be read gets a refusal, as RFC 3161 section 2.4.2 has it.
        """
        try:
            request = tsp.TimeStampReq.load(query, strict=True)
            request.native  # noqa: B018  # asn1crypto parses only what is looked at
            return bytes(asyncio.run(self.async_request_tsa_response(request)).dump())
        except TimestampError as exc:
            return _refusal(exc.reason)
        except _MALFORMED:
            return _refusal("bad_data_format")

    def _token_info(self, request: tsp.TimeStampReq) -> tsp.TSTInfo:
        facts = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": secrets.randbits(63),
            "gen_time": self._clock().astimezone(UTC).replace(microsecond=0),
            "accuracy": tsp.Accuracy({"seconds": 1}),
            "tsa": x509.GeneralName(name="directory_name", value=self._cms.certificate.subject),
        }
        if request["nonce"].native is not None:
            facts["nonce"] = request["nonce"]
        return tsp.TSTInfo(facts)


class HTTPTimestamper(TimeStamper):
    """Asks a time-stamp authority. Source: RFC 3161 section 3.4."""

    def __init__(self, url: str, *, timeout_s: float = 10.0) -> None:
        """Ask at this address, waiting at most `timeout_s` for each part of the answer."""
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
        self._url = url
        self._timeout_s = timeout_s

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Send a request and read the answer.

        Raises:
            TimestampError: no answer, or none that can be read.
        """
        body = await asyncio.to_thread(self._post, req.dump())
        try:
            return tsp.TimeStampResp.load(body, strict=True)
        except _MALFORMED as exc:
            raise TimestampError("unreadable answer") from exc

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Get a token over a digest.

        Raises:
            TimestampError: refused, unreachable, or the token is over something else.
        """
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            stamped = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
            is_ours = stamped["hashed_message"].native == message_digest
        except _MALFORMED as exc:
            raise TimestampError("refused or malformed") from exc
        if not is_ours:
            raise TimestampError("stamped something else")
        return token

    def _post(self, query: bytes) -> bytes:
        try:
            with requests.Session() as session:
                # No proxy and no .netrc from the environment: the address is what was set.
                session.trust_env = False
                with session.post(
                    self._url,
                    data=query,
                    headers={"Content-Type": QUERY, "Accept": REPLY},
                    timeout=self._timeout_s,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return _body(response)
        except requests.RequestException as exc:
            raise TimestampError("unreachable") from exc


def _body(response: requests.Response) -> bytes:
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if response.status_code != 200 or kind != REPLY:
        raise TimestampError("not a time-stamp answer")
    body = b""
    for piece in response.iter_content(8192):
        body += piece
        if len(body) > _LARGEST_ANSWER:
            raise TimestampError("answer too large")
    return body


def _fault(request: tsp.TimeStampReq) -> str:
    imprint = request["message_imprint"]
    size = _SIZES.get(imprint["hash_algorithm"]["algorithm"].native)
    if size is None:
        return "bad_alg"
    if len(imprint["hashed_message"].native) != size:
        return "bad_data_format"
    if request["req_policy"].native not in {None, POLICY}:
        return "unaccepted_policy"
    return "unaccepted_extension" if request["extensions"].native else ""


def _refusal(fault: str) -> bytes:
    # By hand, since asn1crypto holds the token of an answer for mandatory.
    status = tsp.PKIStatusInfo(
        {"status": tsp.PKIStatus("rejection"), "fail_info": tsp.PKIFailureInfo({fault})}
    )
    return bytes(parser.emit(0, 1, 16, status.dump()))


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": cms.CMSAttributeType(kind), "values": (value,)})


def to_asn1(certificate: Certificate) -> x509.Certificate:
    """Give a certificate in the form that pyHanko works with."""
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _now() -> datetime:
    return datetime.now(UTC)
