"""Whether the authority's keys are there, closed, matching and good for a while."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from backend.doctor import Line, Words, fine, odd, wrong
from backend.settings import Settings
from certs.authority import TRUST
from certs.bundle import PINNED, TrustBundle, load_bundle
from certs.errors import CertsError, KeyFileOpenError
from certs.identity import Role
from certs.keys import fingerprint, load_certificates, load_key
from certs.places import certificate_path, generations, key_path, pair
from certs.trust import crl_number

SOON: Final = timedelta(days=30)
_TITLES: Final[dict[Role, Words]] = {
    Role.ISSUING: ("签发证书", "The issuing certificate"),
    Role.SERVER: ("服务器证书", "The server's certificate"),
    Role.ENVELOPE: ("收件加密证书", "The envelope certificate"),
    Role.OFFICE: ("回执签名证书", "The office's certificate for receipts"),
    Role.SEAL: ("电子印章证书", "The seal's certificate"),
    Role.TIMESTAMP: ("时间戳证书", "The time-stamp certificate"),
    Role.LOG: ("日志签名证书", "The log's certificate"),
    Role.QR: ("二维码签名证书", "The QR certificate"),
}


def check_keys(settings: Settings, now: datetime) -> Iterator[Line]:
    """Look at each key of the authority, its certificate, the lists and the trust bundle."""
    folder = settings.authority_dir
    for role in _TITLES:
        yield _check_pair(folder, role, now)
    yield from _check_older(folder)
    yield _check_root(folder)
    try:
        bundle = load_bundle(folder / TRUST)
    except CertsError as exc:
        yield wrong(
            "trust",
            ("信任文件 trust.json 读不出来", f"trust.json {exc}"),
            ("从备份取回证书机构文件夹", "Take the authority's folder back from a backup"),
        )
        return
    yield _check_bundle(folder, bundle)
    yield from _check_roots(bundle, now, folder)
    yield from _check_lists(bundle, now)


def _check_pair(folder: Path, role: Role, now: datetime) -> Line:
    name, (zh, en) = f"key.{role.value}", _TITLES[role]
    path = key_path(folder, role)
    back = ("从备份取回证书机构文件夹", "Take the authority's folder back from a backup")
    try:
        key = load_key(path)
        certificate = load_certificates(certificate_path(folder, role))[0]
    except KeyFileOpenError:
        words = f"{path} 对其他账户开放", f"{path} is open to other accounts"
        return wrong(name, words, (f"chmod 600 {path}",) * 2)
    except (CertsError, IndexError) as exc:
        return wrong(name, (f"{zh}或密钥读不出来：{path.parent}", f"{en}: {exc}"), back)
    if key.public_key() != certificate.public_key():
        words = f"{zh}与密钥不是一对", f"{en} and its key do not belong together"
        return wrong(name, words, back)
    return check_life(name, certificate, now, title=_TITLES[role], folder=folder)


def _check_older(folder: Path) -> Iterator[Line]:
    """Say when a package for an older envelope key could not be opened any more."""
    for place in generations(folder, Role.ENVELOPE)[1:]:
        try:
            load_key(pair(place)[0])
        except CertsError as exc:
            yield odd(
                f"key.envelope.{place.name if place.name.isdecimal() else 1}",
                (
                    f"旧的收件加密密钥 {place} 不能用：{exc}",
                    f"An older envelope key, {place}: {exc}",
                ),
                (
                    "发给它的件打不开；确认各网点都已换用新证书",
                    "What is sealed to it cannot be opened; see that every counter has the new one",
                ),
            )


def check_life(
    name: str, certificate: x509.Certificate, now: datetime, *, title: Words, folder: Path
) -> Line:
    """Say how long a certificate is good, and to renew it in time."""
    (zh, en), role = title, name.removeprefix("key.")
    starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    until = f"{ends.astimezone():%Y-%m-%d}"
    if now < starts:
        words = f"{zh}还没有生效", f"{en} is not valid yet"
        return wrong(name, words, ("校准本机时间", "Set this machine's clock"))
    more = " --root-key FILE" if role == Role.ISSUING.value else ""
    remedy = (f"mortgage-certs renew {folder} {role}{more}",) * 2
    if now > ends:
        return wrong(name, (f"{zh}已于 {until} 过期", f"{en} ended {until}"), remedy)
    words = f"{zh}有效至 {until}", f"{en} is good until {until}"
    return odd(name, words, remedy) if ends - now < SOON else fine(name, words)


def _check_root(folder: Path) -> Line:
    path = key_path(folder, Role.ROOT)
    if not path.exists():
        return fine("key.root", ("根密钥不在本机", "The root's key is not on this machine"))
    return odd(
        "key.root",
        ("根密钥还在本机", "The root's key is still on this machine"),
        (f"把 {path} 移到离线介质，锁进保险柜", f"Move {path} to a medium that is locked away"),
    )


def _check_bundle(folder: Path, bundle: TrustBundle) -> Line:
    """Say whether everybody who takes trust.json knows the certificates in force."""
    for role in PINNED:
        try:
            own = fingerprint(load_certificates(certificate_path(folder, role))[0])
        except (CertsError, IndexError):
            continue
        if own not in {fingerprint(one) for one in bundle.certificates(role)}:
            zh, en = _TITLES[role]
            return wrong(
                "trust",
                (f"trust.json 里没有在用的{zh}", f"trust.json lacks: {en}"),
                (f"mortgage-certs renew {folder} {role.value}",) * 2,
            )
    return fine("trust", ("信任文件齐全", "The trust bundle is whole"))


def _check_roots(bundle: TrustBundle, now: datetime, folder: Path) -> Iterator[Line]:
    for root in bundle.roots:
        line = check_life("root", root, now, title=("根证书", "The root"), folder=folder)
        if line.level != "ok":
            remedy = (
                "另立证书机构，各网点重新入网",
                "Found a new authority; every counter joins again",
            )
            yield replace(line, remedy_zh=remedy[0], remedy_en=remedy[1])


def _check_lists(bundle: TrustBundle, now: datetime) -> Iterator[Line]:
    remedy = (
        "启动 mortgage-backend serve，它每小时发布新清单",
        "Start mortgage-backend serve: it publishes a list each hour",
    )
    issuers = {one.subject: one for one in bundle.intermediates}
    lists = {one.issuer: one for one in sorted(bundle.crls, key=crl_number)}
    for subject in issuers:
        found = lists.get(subject)
        # A list on which nobody stands is empty, and yet a list.
        until = found.next_update_utc if found is not None else None
        if until is None or until < now:
            words = "吊销清单过期，各方查不了证书状态", "The revocation list is past its date"
            yield wrong("list", words, remedy)
        elif until - now < timedelta(hours=12):
            words = (
                f"吊销清单 {until.astimezone():%m-%d %H:%M} 到期",
                f"The revocation list ends {until.astimezone():%m-%d %H:%M}",
            )
            yield odd("list", words, remedy)
        else:
            yield fine("list", ("吊销清单是新的", "The revocation list is fresh"))
