"""Certificates sealed per second, beside bare pyHanko on the same paper with the same key."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from asn1crypto import cms, keys, x509
from pyhanko.keys import load_certs_from_pemder, load_private_key_from_pemder
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from backend.wall import Wall
from certs.documents import VENDOR, DocumentVerdict, Sealer, check_pdf
from certs.identity import Role
from certs.places import certificate_path, key_path
from certs.ports import Signer
from certs.timestamps import LocalTimestamper
from registration.outcomes import RegistrationCertificate
from registration.papers.certificate import CertificatePaper, draw_certificate
from registration.papers.stamp import draw_seal
from registration.schema import parse_certificate
from scripts.benching.figures import Figure, make_figure
from scripts.stand.processes import StandError

_REASON = "benchmark"


class TimedTimestamper(LocalTimestamper):
    """The office's own time-stamper, which also adds up how long it took."""

    def __init__(self, signer: Signer) -> None:
        """Stamp by this machine's clock."""
        super().__init__(signer)
        self.seconds = 0.0

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Give a token over a digest."""
        started = time.perf_counter()
        token = await super().async_timestamp(message_digest, md_algorithm)
        self.seconds += time.perf_counter() - started
        return token


@dataclass(frozen=True, slots=True)
class BareSealer:
    """pyHanko's own way: PdfSigner with its signer for keys in memory; our own time-stamper."""

    signer: signers.PdfSigner

    def seal(self, pdf: bytes) -> bytes:
        """Sign one paper."""
        return bytes(self.signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getvalue())


def load_certificate(wall: Wall, case_no: str) -> RegistrationCertificate:
    """Return what stands on the certificate of a finished case."""
    with wall.works.reading() as work:
        row = work.certificates.find_by_case(case_no)
    if row is None:
        raise StandError(f"no certificate of case {case_no}")
    return parse_certificate(row.facts)


def draw(certificate: RegistrationCertificate) -> CertificatePaper:
    """Draw the certificate as the office does."""
    return draw_certificate(certificate, is_specimen=True, producer=VENDOR)


def open_bare(wall: Wall, paper: CertificatePaper, stamp: Path) -> BareSealer:
    """Make bare pyHanko ready with the office's seal; `stamp` is a PDF of one page."""
    folder = wall.settings.authority_dir
    left, bottom, right, top = map(int, paper.seal_box)
    picture = ImportedPdfPage(str(stamp))  # type: ignore[no-untyped-call]  # pyHanko is typed in part
    seal_chain, seal_key = _key(folder, Role.SEAL)
    return BareSealer(
        signers.PdfSigner(
            signers.PdfSignatureMetadata(
                field_name="Seal",
                md_algorithm="sha256",
                subfilter=SigSeedSubFilter.PADES,
                certify=True,
                docmdp_permissions=MDPPerm.NO_CHANGES,
                reason=_REASON,
            ),
            signers.SimpleSigner(seal_chain[0], seal_key, _store(seal_chain)),
            # pyHanko's own for tests can only do RSA.
            timestamper=LocalTimestamper(wall.signer(Role.TIMESTAMP)()),
            stamp_style=StaticStampStyle(border_width=0, background=picture),
            new_field_spec=SigFieldSpec("Seal", on_page=0, box=(left, bottom, right, top)),
        )
    )


def _key(folder: Path, role: Role) -> tuple[list[x509.Certificate], keys.PrivateKeyInfo]:
    names = [str(certificate_path(folder, role))]
    chain = list(load_certs_from_pemder(names))  # type: ignore[no-untyped-call]  # as above
    return chain, load_private_key_from_pemder(str(key_path(folder, role)), passphrase=None)


def _store(chain: list[x509.Certificate]) -> SimpleCertificateStore:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko is typed in part
    store.register_multiple(chain)
    return store


@dataclass(frozen=True, slots=True, kw_only=True)
class SealTimes:
    """Seconds a certificate."""

    draw: float
    sign: float
    """Without the time stamp."""
    stamp: float
    """The time stamp."""
    check: float
    """The public check before publishing."""
    bare: float
    """Bare pyHanko's signing and time stamp of the same paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealBench:
    """One real certificate, ready to be drawn, sealed and checked over and over."""

    wall: Wall
    certificate: RegistrationCertificate
    paper: CertificatePaper
    stamp: bytes
    bare: BareSealer
    timestamper: TimedTimestamper
    sealer: Sealer

    def seal(self) -> bytes:
        """Seal the paper as the office does."""
        return self.sealer.seal(
            self.paper.pdf,
            box=self.paper.seal_box,
            stamp_pdf=self.stamp,
            reason=_REASON,
            at=datetime.now(UTC),
        )

    def check(self, pdf: bytes) -> None:
        """Check it as the office does before it publishes."""
        verdict = check_pdf(pdf, trust=self.wall.trust(), at=datetime.now(UTC)).verdict
        if verdict is not DocumentVerdict.VALID:
            raise StandError(f"a seal of the benchmark is {verdict.value}")

    def round(self, each: int) -> SealTimes:
        """Do everything some times, in turn with bare pyHanko."""
        self.timestamper.seconds = 0.0
        bare_s = _each(lambda: self.bare.seal(self.paper.pdf), each)
        seal_s = _each(self.seal, each)
        stamp_s, sealed = self.timestamper.seconds / each, self.seal()
        return SealTimes(
            draw=_each(lambda: draw(self.certificate), each),
            sign=seal_s - stamp_s,
            stamp=stamp_s,
            check=_each(lambda: self.check(sealed), each),
            bare=bare_s,
        )


def open_bench(wall: Wall, case_no: str, folder: Path) -> SealBench:
    """Make everything ready with the certificate of a finished case."""
    certificate = load_certificate(wall, case_no)
    paper = draw(certificate)
    stamp = draw_seal(wall.settings.office_name, is_specimen=True)
    (folder / "stamp.pdf").write_bytes(stamp)
    timestamper = TimedTimestamper(wall.signer(Role.TIMESTAMP)())
    return SealBench(
        wall=wall,
        certificate=certificate,
        paper=paper,
        stamp=stamp,
        bare=open_bare(wall, paper, folder / "stamp.pdf"),
        timestamper=timestamper,
        sealer=Sealer(wall.signer(Role.SEAL)(), timestamper),
    )


def measure_sealing(
    wall: Wall, case_no: str, folder: Path, effort: tuple[int, int]
) -> tuple[list[Figure], SealTimes]:
    """Seal one real certificate many times; `effort` is rounds, and certificates a round."""
    bench = open_bench(wall, case_no, folder)
    bench.round(1)
    rounds, each = effort
    found = [bench.round(each) for _ in range(rounds)]
    return _figures(found), _median(found)


def _each(act: Callable[[], object], count: int) -> float:
    started = time.perf_counter()
    for _ in range(count):
        act()
    return (time.perf_counter() - started) / count


def _figures(found: list[SealTimes]) -> list[Figure]:
    typical = _median(found)
    whole = typical.draw + typical.sign + typical.stamp + typical.check
    parts = {"draw": typical.draw, "sign": typical.sign, "stamp": typical.stamp}
    shares = {name: part / whole for name, part in parts.items()} | {"check": typical.check / whole}
    return [
        make_figure(
            "certificates sealed",
            "/s",
            [1 / (one.sign + one.stamp) for one in found],
            floors=[1 / one.bare for one in found],
            floor_is="bare pyHanko PdfSigner, same paper, key, stamp",
        ),
        make_figure(
            "certificates drawn, sealed and checked",
            "/s",
            [1 / (one.draw + one.sign + one.stamp + one.check) for one in found],
            floors=[1 / (one.draw + one.bare) for one in found],
            floor_is="the same drawing + bare pyHanko, unchecked",
            detail={"seconds": parts | {"check": typical.check}, "shares": shares},
        ),
    ]


def _median(found: list[SealTimes]) -> SealTimes:
    return SealTimes(
        **{
            name: statistics.median(getattr(one, name) for one in found)
            for name in ("draw", "sign", "stamp", "check", "bare")
        }
    )
