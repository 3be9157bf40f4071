"""`mortgage-certs`, as a person types it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from certs.attachments import FACTS_FILE, Attachment
from certs.authority import CRL, TRUST, Authority
from certs.bundle import TrustBundle, save_bundle
from certs.cli import main
from certs.documents import Sealer
from certs.identity import Role
from certs.keys import fingerprint
from certs.places import certificate_path, key_path
from certs.scanned import check_text
from certs.statuslist import Mark, sign_status_list
from certs.tokens import sign_token
from certs.trust import TrustStore
from tests.pki import NOW, PKI, TERMINAL, make_authority, make_pki, office_signer
from tests.sealed import BOX, make_paper, make_sealed, make_stamp, make_timestamper
from tests.unit.certs.packages import make_package

ORGANISATION = "示例市不动产登记中心"
CLAIMS = {"n": "0000001"}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def trust(pki: PKI, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("trust") / "trust.json"
    save_bundle(path, pki.authority.bundle)
    return path


@pytest.fixture(scope="module")
def living_pki(tmp_path_factory: pytest.TempPathFactory) -> PKI:
    """An authority founded now: the command asks the machine's own clock."""
    return make_pki(tmp_path_factory.mktemp("living") / "authority", datetime.now(UTC))


@pytest.fixture(scope="module")
def living(living_pki: PKI) -> Authority:
    return living_pki.authority


# --- init


def test_init_founds_a_national_authority_beside_the_other(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    result = run("init", folder, "--suite", "national")

    assert result.exit_code == 0
    assert result.output.count("root: SHA-256 ") == 2
    assert str(key_path(folder / "national", Role.ROOT)) in result.output
    assert run("show", folder / TRUST).output.count(", national suite") == 6


def test_a_national_authority_can_be_added_once(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    run("init", folder)
    before = run("show", certificate_path(folder, Role.OFFICE)).output
    first, again = run("add-suite", folder), run("add-suite", folder)

    assert (first.exit_code, again.exit_code) == (0, 1)
    assert again.output.startswith("certs.authority-exists")
    assert run("show", certificate_path(folder, Role.OFFICE)).output == before


def test_init_founds_an_authority_once(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    first = run("init", folder, "--organisation", ORGANISATION, "--host", "office.example")
    again = run("init", folder, "--organisation", ORGANISATION)

    assert first.exit_code == 0
    assert "root: SHA-256 " in first.output
    assert key_path(folder, Role.ROOT).stat().st_mode & 0o777 == 0o600
    assert again.exit_code == 1
    assert "certs.authority-exists" in again.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--organisation", "x" * 65),
        ("--organisation", " x"),
        ("--organisation", "x\u202e"),
        ("--office", "两"),
        ("--office", "x" * 41),
        ("--host", "no host!"),
        ("--host", "-x.example"),
    ],
)
def test_init_refuses_a_name_that_cannot_stand_in_a_certificate(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run("init", tmp_path / "authority", *arguments)

    assert result.exit_code == 2
    assert "Error: Invalid value for" in result.output
    assert not (tmp_path / "authority").exists()


def test_init_leaves_other_peoples_files_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    result = run("init", tmp_path)

    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [tmp_path / "thesis.txt"])
    assert "not empty" in result.output


def test_init_says_when_a_founding_was_cut_off(tmp_path: Path) -> None:
    """Killed half-way: what lies there is no authority, and not taken for one."""
    save_bundle(
        tmp_path / TRUST, TrustBundle(organisation=ORGANISATION, roots=(), intermediates=())
    )
    result = run("init", tmp_path)

    assert result.exit_code == 1
    assert f"remove {tmp_path} and begin again" in result.output


# --- renew


def test_renew_makes_new_keys_and_says_until_when(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority", datetime.now(UTC))
    old = key_path(authority.folder, Role.QR)

    result = run("renew", authority.folder, "qr", "server", "--host", "office.example")

    assert result.exit_code == 0
    assert [line.split(":")[0] for line in result.output.splitlines()] == ["qr", "server"]
    assert key_path(authority.folder, Role.QR) != old


def test_renew_issues_the_issuing_key_first(tmp_path: Path) -> None:
    """What it issues then lives as long as it may."""
    authority = make_authority(tmp_path / "authority", datetime.now(UTC))
    root = key_path(authority.folder, Role.ROOT)

    result = run("renew", authority.folder, "seal", "issuing", "--root-key", root)

    assert [line.split(":")[0] for line in result.output.splitlines()] == ["issuing", "seal"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("root",),
        (),
        ("issuing",),
        ("issuing", "--compromised"),
        ("seal", "--root-key", __file__),
        ("seal", "--host", "office.example"),
        ("seal", "--suite", "french"),
    ],
    ids=lambda arguments: " ".join(arguments)[:30] or "nothing",
)
def test_renew_refuses_what_cannot_be_meant(living: Authority, arguments: tuple[str, ...]) -> None:
    result = run("renew", living.folder, *arguments)

    assert result.exit_code == 2
    assert "\nError: " in result.output


def test_renew_with_another_key_than_the_roots_changes_nothing(living: Authority) -> None:
    other = key_path(living.folder, Role.ISSUING)
    result = run("renew", living.folder, "issuing", "--root-key", other)

    assert result.exit_code == 1
    assert "not that of this authority's root" in result.output
    assert certificate_path(living.folder, Role.ISSUING).parent.name == "issuing"


# --- show


def test_show_says_what_a_package_is(pki: PKI, tmp_path: Path) -> None:
    (tmp_path / "package.bin").write_bytes(make_package(pki))
    result = run("show", tmp_path / "package.bin")

    assert result.exit_code == 0
    assert f"from terminal {TERMINAL}, number 7" in result.output
    assert "not checked" in result.output


def test_show_says_that_a_package_is_damaged(pki: PKI, tmp_path: Path) -> None:
    (tmp_path / "package.bin").write_bytes(make_package(pki)[:-1])
    assert "damaged" in run("show", tmp_path / "package.bin").output


def test_show_says_what_certificates_lists_and_bundles_are(pki: PKI, trust: Path) -> None:
    folder = pki.authority.folder
    seal = run("show", certificate_path(folder, Role.SEAL))
    bundle = run("show", trust)
    crl = run("show", folder / CRL)

    assert "urn:mortgage-registration:seal:310000" in seal.output
    assert f"trust bundle of {ORGANISATION}" in bundle.output
    assert fingerprint(pki.authority.bundle.roots[0]) in bundle.output
    assert "revocation list 1" in crl.output
    assert {one.exit_code for one in (seal, bundle, crl)} == {0}


def test_show_reads_der_too(pki: PKI, tmp_path: Path) -> None:
    (tmp_path / "leaf.der").write_bytes(pki.package_signer.certificate.public_bytes(Encoding.DER))
    assert f"package:{TERMINAL}" in run("show", tmp_path / "leaf.der").output


def test_show_lists_what_was_revoked(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    serial = office_signer(authority, Role.QR).certificate.serial_number
    authority.revoke(serial, NOW, x509.ReasonFlags.key_compromise)
    assert f"{serial:x}" in run("show", authority.folder / CRL).output


@pytest.mark.parametrize("data", [b"", b"text", b"\x00" * 50, b"\x30\x82\x01\x00" * 20, b"{}"])
def test_show_says_when_it_knows_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)
    result = run("show", tmp_path / "file")

    assert result.exit_code == 1
    assert "no certificate" in result.output


def test_show_never_shows_a_private_key(pki: PKI) -> None:
    result = run("show", key_path(pki.authority.folder, Role.SEAL))
    assert result.exit_code == 1
    assert "PRIVATE" not in result.output


# --- verify


def test_verify_says_valid_first(living: Authority, living_pki: PKI, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    (tmp_path / "certificate.pdf").write_bytes(make_sealed(living_pki, at=now))
    result = run("verify", tmp_path / "certificate.pdf", "--trust", living.folder / TRUST)

    assert result.output.splitlines()[0] == "VALID"
    assert result.exit_code == 0


def test_verify_says_invalid_of_a_changed_file(
    living: Authority, living_pki: PKI, tmp_path: Path
) -> None:
    pdf = make_sealed(living_pki, at=datetime.now(UTC))
    (tmp_path / "changed.pdf").write_bytes(pdf + b"\n")
    result = run("verify", tmp_path / "changed.pdf", "--trust", living.folder / TRUST)

    assert result.output.splitlines()[0] == "INVALID"
    assert result.exit_code == 1


def test_verify_asks_a_status_list_that_was_kept(
    living: Authority, living_pki: PKI, tmp_path: Path
) -> None:
    now, number = datetime.now(UTC), "豫（2026）开封市不动产证明第0000007号"
    facts = Attachment(
        name=FACTS_FILE,
        media_type="application/json",
        data=json.dumps({"certificate_no": number}).encode(),
    )
    sealer = Sealer(living_pki.office(Role.SEAL), make_timestamper(living_pki, now))
    pdf = sealer.seal(
        make_paper(), box=BOX, stamp_pdf=make_stamp(), reason="r", at=now, attachments=(facts,)
    )
    (tmp_path / "certificate.pdf").write_bytes(pdf)
    signer = office_signer(living, Role.OFFICE)
    text = sign_status_list(
        "https://o.example/status/2026/0", {7: Mark.CANCELLED}, size=9, signer=signer, at=now
    )
    (tmp_path / "list").write_text(text)
    (tmp_path / "bad").write_bytes(b"\xff")
    asked = ("verify", tmp_path / "certificate.pdf", "--trust", living.folder / TRUST, "--status")

    told = run(*asked, tmp_path / "list")
    assert (told.exit_code, told.output.splitlines()[0]) == (1, "REVOKED")
    assert "已注销" in told.output
    assert "0 h 00 min" in told.output
    assert "certs." in run(*asked, tmp_path / "bad").output


def test_one_bad_file_among_good_ones_decides(living: Authority, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text(sign_token(CLAIMS, office_signer(living, Role.QR)))
    bad.write_text("nothing")
    result = run("verify", good, bad, "--trust", living.folder / TRUST)

    assert f"{good}: VALID" in result.output
    assert f"{bad}: INVALID" in result.output
    assert result.exit_code == 1


def test_verify_reads_the_text_of_a_code(living: Authority, tmp_path: Path) -> None:
    path = tmp_path / "code.txt"
    path.write_text(sign_token(CLAIMS, office_signer(living, Role.QR)) + "\n")
    result = run("verify", path, "--trust", living.folder / TRUST)

    assert result.output.splitlines()[0] == "VALID"
    assert '{"n":"0000001"}' in result.output
    assert result.exit_code == 0


def test_an_address_cannot_be_judged_without_its_page(living: Authority, tmp_path: Path) -> None:
    path = tmp_path / "code.txt"
    path.write_text("https://registration.example/verify/1?c=ABC")
    result = run("verify", path, "--trust", living.folder / TRUST)

    assert result.output.splitlines()[0] == "INDETERMINATE"
    assert result.exit_code == 1


def test_verify_needs_a_bundle_that_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = run("verify", tmp_path / "file", "--trust", tmp_path / "file")

    assert result.exit_code == 1
    assert "certs.trust-bundle" in result.output
    assert run("verify", tmp_path / "file").exit_code == 2


# --- the text of a code


def test_a_token_of_a_revoked_key_is_revoked(tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    signer = office_signer(authority, Role.QR)
    text = sign_token(CLAIMS, signer)
    authority.revoke(signer.certificate.serial_number, NOW, x509.ReasonFlags.key_compromise)
    status = check_text(text, trust=TrustStore(authority.bundle), at=NOW)

    assert (status.verdict, status.claims) == ("REVOKED", {})


def test_a_token_past_its_key_s_time_is_left_open(pki: PKI) -> None:
    text = sign_token(CLAIMS, pki.office(Role.QR))
    status = check_text(text, trust=pki.trust, at=NOW + timedelta(days=800))
    assert (status.verdict, status.claims) == ("INDETERMINATE", {})


def test_a_forged_and_a_foreign_token_are_invalid(pki: PKI, living: Authority) -> None:
    text = sign_token(CLAIMS, pki.office(Role.QR))
    head, payload, signature = text.split(".")
    forged = f"{head}.{payload}.{signature[:-4]}AAAA"
    foreign = sign_token(CLAIMS, office_signer(living, Role.QR))

    assert check_text(forged, trust=pki.trust, at=NOW).reason.code == "token-forged"
    assert check_text(foreign, trust=pki.trust, at=NOW).reason.code == "token-foreign"


def test_init_needs_nothing_but_a_folder(tmp_path: Path) -> None:
    assert run("init", tmp_path / "authority").exit_code == 0
