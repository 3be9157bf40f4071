"""Whether the authority's keys are there, closed, matching and good for a while."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from backend.doctor import Line, Words, fine, odd, wrong
from backend.examination.root_lists import check_root_lists
from backend.settings import Settings
from certs.authority import TRUST
from certs.bundle import PINNED, TrustBundle, load_bundle
from certs.errors import CertsError, KeyFileOpenError
from certs.identity import Role, SuiteName, find_profile
from certs.keys import fingerprint, load_certificates, load_key, public_key_of
from certs.places import certificate_path, generations, key_path, pair, suite_folder
from certs.trust import crl_number

_NO_NATIONAL: Final = (
    "设置里开放了国密套件，但没有国密证书机构",
    "The national suite is open in the settings, and has no authority here",
)
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
    home = settings.authority_dir
    if _is_clock_slow(home, now):
        # Every key would say so; one line is enough.
        yield wrong("keys", _TOO_EARLY, _SET_CLOCK)
        return
    suites = [suite for suite in SuiteName if _is_in_use(settings, suite)]
    for suite in suites:
        folder = suite_folder(home, suite)
        if suite is SuiteName.NATIONAL and not folder.exists():
            yield wrong("suite.national", _NO_NATIONAL, (f"mortgage-certs add-suite {home}",) * 2)
            continue
        for role in _titles(suite):
            yield _check_pair(folder, role, suite, now)
        yield from _check_older(folder)
        yield _check_root(folder, suite)
    try:
        bundle = load_bundle(home / TRUST)
    except CertsError as exc:
        yield wrong(
            "trust",
            ("信任文件 trust.json 读不出来", f"trust.json {exc}"),
            ("从备份取回证书机构文件夹", "Take the authority's folder back from a backup"),
        )
        return
    yield _check_bundle(home, suites, bundle)
    yield from _check_roots(bundle, now, home)
    yield from _check_lists(bundle, now)
    yield from check_root_lists(bundle, now, home)


_TOO_EARLY: Final[Words] = (
    "本机时间早于证书机构成立之时",
    "This clock is before the authority was founded",
)
_SET_CLOCK: Final[Words] = ("打开本机的自动对时（NTP）", "Turn on time synchronisation (NTP)")


def _is_clock_slow(home: Path, now: datetime) -> bool:
    """Say whether this machine's clock lies before the first issuing certificate."""
    try:
        first = load_certificates(pair(generations(home, Role.ISSUING)[-1])[1])[0]
    except (CertsError, IndexError):
        return False
    return now < first.not_valid_before_utc


def _is_in_use(settings: Settings, suite: SuiteName) -> bool:
    """Say whether a suite has keys here, or is open; TLS needs the international one always."""
    is_there = suite_folder(settings.authority_dir, suite).exists()
    return suite is SuiteName.INTERNATIONAL or suite in settings.open_suites or is_there


def _titles(suite: SuiteName) -> dict[Role, Words]:
    if suite is SuiteName.INTERNATIONAL:
        return _TITLES
    own = {role: words for role, words in _TITLES.items() if find_profile(role, suite)}
    return {role: (f"国密{zh}", f"{en}, national suite,") for role, (zh, en) in own.items()}


def _name(role: Role, suite: SuiteName) -> str:
    return f"key.{role.value}" if suite is SuiteName.INTERNATIONAL else f"key.{suite}-{role.value}"


def _check_pair(folder: Path, role: Role, suite: SuiteName, now: datetime) -> Line:
    name, title = _name(role, suite), _titles(suite)[role]
    zh, en = title
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
    if key.public_key() != public_key_of(certificate):
        words = f"{zh}与密钥不是一对", f"{en} and its key do not belong together"
        return wrong(name, words, back)
    return check_life(name, certificate, now, title=title, folder=folder)


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
    zh, en = title
    suite, _, role = name.removeprefix("key.").rpartition("-")
    starts, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    until = f"{ends.astimezone():%Y-%m-%d}"
    if now < starts:
        words = f"{zh}还没有生效", f"{en} is not valid yet"
        return wrong(name, words, ("校准本机时间", "Set this machine's clock"))
    more = " --root-key FILE" if role == Role.ISSUING.value else ""
    home, chosen = (folder.parent, f" --suite {suite}") if suite else (folder, "")
    remedy = (f"mortgage-certs renew {home} {role}{chosen}{more}",) * 2
    if now > ends:
        return wrong(name, (f"{zh}已于 {until} 过期", f"{en} ended {until}"), remedy)
    words = f"{zh}有效至 {until}", f"{en} is good until {until}"
    return odd(name, words, remedy) if ends - now < SOON else fine(name, words)


def _check_root(folder: Path, suite: SuiteName) -> Line:
    path, name = key_path(folder, Role.ROOT), _name(Role.ROOT, suite)
    if not path.exists():
        return fine(name, ("根密钥不在本机", "The root's key is not on this machine"))
    return odd(
        name,
        ("根密钥还在本机", "The root's key is still on this machine"),
        (f"把 {path} 移到离线介质，锁进保险柜", f"Move {path} to a medium that is locked away"),
    )


def _check_bundle(home: Path, suites: Sequence[SuiteName], bundle: TrustBundle) -> Line:
    """Say whether everybody who takes trust.json knows the certificates in force."""
    for suite, role in ((s, r) for s in suites for r in PINNED if find_profile(r, s)):
        try:
            path = certificate_path(suite_folder(home, suite), role)
            own = fingerprint(load_certificates(path)[0])
        except (CertsError, IndexError):
            continue
        if own not in {fingerprint(one) for one in bundle.certificates(role)}:
            zh, en = _titles(suite)[role]
            return wrong(
                "trust",
                (f"trust.json 里没有在用的{zh}", f"trust.json lacks: {en}"),
                (f"mortgage-certs renew {home} {role.value} --suite {suite}",) * 2,
            )
    return fine("trust", ("信任文件齐全", "The trust bundle is whole"))


def _check_roots(bundle: TrustBundle, now: datetime, folder: Path) -> Iterator[Line]:
    for root in bundle.roots:
        line = check_life("root", root, now, title=("根证书", "The root"), folder=folder)
        if line.level != "ok" and now > root.not_valid_before_utc:
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
