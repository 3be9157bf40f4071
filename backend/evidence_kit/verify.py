"""核对证据包: check an evidence package with Python's standard library alone (3.10 or later).

    python3 -I -S verify.py [PACKAGE.zip | FOLDER] [--root DIGEST]

Without a place, the folder in which this file lies. DIGEST is the SHA-256 of the office's root
certificate, hexadecimal, from a source that you trust (the office's wall, its gazette): without it
everything is checked but whose office it is. Prints each finding; the last line is TRUE (exit status
0), FALSE (1), or INCOMPLETE (2) where something could not be checked. It copies nothing from the
office's programs; what it checks stands in docs/formats.md. Signatures are computed here in plain
numbers: on public data, where nothing can leak.
"""

import base64
import hashlib
import json
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backend.evidence_kit.arithmetic import FalseError, OpenError, ed25519, require, sm3
    from backend.evidence_kit.seal import check_seal
    from backend.evidence_kit.signatures import Trust, kind_of, moment, open_jws, open_statement
else:
    # Python's isolated mode does not look beside the program; and nothing is written to the stick.
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from arithmetic import FalseError, OpenError, ed25519, require, sm3
    from seal import check_seal
    from signatures import Trust, kind_of, moment, open_jws, open_statement

# --- the parts of the package


Files = dict[str, bytes]


def sha256(data: bytes) -> str:
    """Return the SHA-256, lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def check_manifest(files: Files, trust: Trust) -> str:
    """See that the files are those of the office's signed list."""
    claims = open_statement(files["manifest.jws"], "evidence/1", trust)
    listed = {one["name"]: one["sha256"] for one in claims["files"]}
    here = set(files) - {"manifest.jws"}
    require(here == set(listed), f"missing or added: {sorted(here ^ set(listed))}")
    changed = [name for name in sorted(here) if sha256(files[name]) != listed[name]]
    require(not changed, f"changed: {changed}")
    return f"{len(listed)} files as the office signed them for case {claims['case_no']}"


def rounds(files: Files) -> dict[int, Files]:
    """Return the files of each round, by its number and their names within its folder."""
    found: dict[int, Files] = {}
    for path, data in files.items():
        folder, _, name = path.partition("/")
        number = folder.removeprefix("round-")
        if number != folder and number.isdecimal() and folder == f"round-{int(number)}":
            found.setdefault(int(number), {})[name] = data
    return dict(sorted(found.items()))


def check_rounds(files: Files, _: Trust) -> str:
    """Check that the rounds here are all those of the case, by what the log says of it."""
    case, sent = json.loads(files["case.json"]), rounds(files)
    require(list(sent) == list(range(1, case["round"] + 1)), f"{case['round']} rounds, no others")
    digests = [sha256(one["package.bin"]) for one in sent.values()]
    records = sorted(json.loads(files["journal.json"]), key=lambda record: record["seq"])
    filed = [r for r in records if (r["act"], r["ref"]) == ("filed", case["case_no"])]
    told = [record["body_sha256"] for record in filed]
    require([sha256(one.encode()) for one in digests] == told, "what the log says was filed")
    require(digests[-1] == case["package_sha256"], "the case's own package")
    received = {(r["seq"], r["ref"]) for r in records if r["act"] == "received"}
    for (number, one), digest in zip(sent.items(), digests, strict=True):
        receipt, _signer = open_jws(one["receipt.jws"].decode("ascii"), "receipt/1")
        record = receipt["claims"]["journal_seq"], digest
        require(record in received, f"round {number}: the record that its receipt names")
        papers = [json.loads(d) for n, d in one.items() if n.startswith("parts/applications/")]
        ours = [p["round"] for p in papers if p["application_id"] == case["application_id"]]
        require(ours == [number], f"round {number}: its application")
    return f"{len(sent)} of {case['round']}, each as the log says it was received and filed"


def check_receipt(files: Files, trust: Trust) -> str:
    """See that the office's receipt is for this package."""
    claims = open_statement(files["receipt.jws"], "receipt/1", trust)
    require(claims["package_sha256"] == sha256(files["package.bin"]), "the receipt's package")
    return f"receipt {claims['receipt_no']} of {claims['received_at']} is for this package"


def is_digest(data: bytes, told: dict[str, Any], prefix: str) -> bool:
    """Say whether the digest is that of data: SM3 in packages of suite 2, SHA-256 in others."""
    if f"{prefix}sm3" in told:
        return bool(sm3(data).hex() == told[f"{prefix}sm3"])
    return bool(sha256(data) == told[f"{prefix}sha256"])


ROUTE = ("version", "suite", "office", "recipient", "terminal", "sequence", "sealed_at")


def check_package(files: Files, trust: Trust) -> str:
    """See that a counter signed the package, and that its parts are whole."""
    data = files["package.bin"]
    require(data[:4] == b"MRK1", "a sealed package")
    size = int.from_bytes(data[6:10], "big")
    cover, one = open_jws(data[10 : 10 + size].decode("ascii"), "mrk-cover+jws")
    body = data[10 + size :]
    require(is_digest(body, cover, "body_") and len(body) == cover["body_size"], "its body")
    manifest, other = open_jws(files["package-manifest.jws"].decode(), "mrk-manifest+jws")
    require(other.der == one.der, "cover and manifest have two signers")
    require(all(cover[name] == manifest[name] for name in ROUTE), "cover and manifest differ")
    receipt, _ = open_jws(files["receipt.jws"].decode("ascii"), "receipt/1")
    trust.require_good(one, "package", moment(receipt["claims"]["received_at"]))
    listed = {part["name"]: part for part in manifest["parts"]}
    here = {name.removeprefix("parts/") for name in files if name.startswith("parts/")}
    require(here == set(listed) and len(listed) == cover["parts"], "the parts are not all here")
    for name, part in listed.items():
        found = files[f"parts/{name}"]
        require(is_digest(found, part, "") and len(found) == part["size"], f"part {name}")
    return (
        f"{len(listed)} parts are what terminal {cover['terminal']} signed at {cover['sealed_at']}"
    )


def check_ink(files: Files, _: Trust) -> str:
    """Recompute each signature's digest (section 7); twice the same is a copy."""
    digests, papers = [], set()
    for name in sorted(n for n in files if n.startswith("parts/applications/")):
        for ink in json.loads(files[name]).get("inks", []):
            lines = [" ".join(",".join(map(str, p)) for p in s["points"]) for s in ink["strokes"]]
            digests.append(sha256("\n".join(lines).encode()))
            papers.add(ink["paper_sha256"])
            require(sum(len(s["points"]) for s in ink["strokes"]) >= 12, "ink of too few points")
    require(len(set(digests)) == len(digests), "the same ink twice")
    return f"{len(digests)} signatures in ink, bound to {len(papers)} papers, each written once"


def check_decisions(files: Files, trust: Trust) -> str:
    """See who decided, and that each signed decision is the office's."""
    told = []
    case_no = json.loads(files["case.json"])["case_no"]
    opinions = json.loads(files["decisions.json"])
    for entry in opinions:
        if entry["stage"] == "automatic":
            told.append(f"automatic: {entry['verdict']} by the rule book, signed by no person")
            continue
        if not entry["statement"]:
            raise OpenError("a decision of before decisions were signed")
        claims = open_statement(files[entry["statement"]], "decision/1", trust)
        require(claims["case_no"] == case_no, "a decision of another case")
        require(claims["opinion_sha256"] == sha256(entry["opinion"].encode()), "an opinion")
        require(all(claims[k] == entry[k] for k in ("stage", "verdict", "reviewer")), "a decision")
        told.append(f"{claims['stage']}: {claims['verdict']} by {claims['reviewer']}")
    return "; ".join(told) or "no decision by a person"


def check_answers(files: Files, trust: Trust) -> str:
    """See that each answer is the office's."""
    case_no, told = json.loads(files["case.json"])["case_no"], []
    for name in sorted(n for n in files if n.startswith("answers/")):
        kind = kind_of(files[name])
        claims = open_statement(files[name], kind, trust)
        require(claims["case_no"] == case_no, "an answer of another case")
        if kind == "certificate-issued/1":
            require(claims["pdf_sha256"] == sha256(files["certificate.pdf"]), "the certificate")
            ofd = claims.get("ofd_sha256") or ""
            require(not ofd or ofd == sha256(files["certificate.ofd"]), "the OFD")
        told.append(kind)
    return ", ".join(told) or "no answer yet"


# --- the public log (C2SP checkpoints, RFC 9162)


def root_by(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Return the root by a leaf and its path (RFC 9162, 2.1.3.2); None where it cannot be."""
    last, found = size - 1, leaf
    while last:
        if index % 2 or index < last:
            if not path:
                return None
            pair = path.pop(0) + found if index % 2 else found + path.pop(0)
            found = hashlib.sha256(b"\x01" + pair).digest()
        index, last = index // 2, last // 2
    return None if path or index else found


def check_proof(text: bytes, trust: Trust) -> dict[str, Any]:
    """Return the record that a proof shows in the log, once the proof holds."""
    opening, _, note = text.decode("utf-8").partition("\n\n")
    magic, extra, index, *hashes = opening.split("\n")
    require(magic == "c2sp.org/tlog-proof@v1" and extra.startswith("extra "), "a log proof")
    body, _, signatures = note.partition("\n\n")
    name, size, root = body.split("\n")[:3]
    require(name == trust.origin or name.startswith(trust.origin + "/"), "another log's head")
    require(is_head_signed(name, body, signatures, trust), "no log key signed the head")
    entry = base64.b64decode(extra[6:])
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    path = [base64.b64decode(one) for one in hashes]
    found = root_by(leaf, int(index[6:]), int(size), path)
    require(found == base64.b64decode(root), "the record is not in the log")
    return dict(json.loads(entry[:-32]))


def is_head_signed(name: str, body: str, signatures: str, trust: Trust) -> bool:
    """Say whether the log's key signed a head."""
    if body + signatures in trust.heads:
        return True
    for line in signatures.splitlines():
        if not line.startswith(f"— {name} "):
            continue
        raw = base64.b64decode(line.rpartition(" ")[2])
        for one in trust.pinned["log"]:
            named = hashlib.sha256(name.encode() + b"\n\x01" + one.raw_key).digest()[:4]
            if raw[:4] == named and ed25519(one.raw_key, raw[4:], f"{body}\n".encode()):
                trust.require_good(one, "log", one.start + timedelta(minutes=5))
                trust.heads.add(body + signatures)
                return True
    return False


def check_journal(files: Files, trust: Trust) -> str:
    """See that each journal record is in the public log."""
    records = json.loads(files["journal.json"])
    for record in records:
        shown = check_proof(files[f"journal/{record['seq']}.tlog-proof"], trust)
        require(shown == record, f"journal record {record['seq']} is another in the log")
    published = [r for r in records if r["act"] == "certificate published"]
    if "certificate.pdf" in files:
        digest = sha256(sha256(files["certificate.pdf"]).encode())
        require(any(r["body_sha256"] == digest for r in published), "the paper is not in the log")
    return f"{len(records)} journal records stand in the public log {trust.origin}"


ROUND_CHECKS = (
    ("回执 receipt", check_receipt),
    ("资料包 package", check_package),
    ("签字 ink", check_ink),
)
"""What is asked of each round, with the files of its folder."""
CHECKS = (
    ("清单 manifest", check_manifest),
    ("轮次 rounds", check_rounds),
    ("决定 decisions", check_decisions),
    ("答复 answers", check_answers),
    ("印章 seal", check_seal),
    ("公开日志 log", check_journal),
)


def check(files: Files, root: str) -> int:
    """Print every finding and the verdict; return the exit status."""
    worst = 0
    trust = Trust(files["trust.json"])
    told = ", ".join(trust.digests())
    if root and root.lower() not in trust.digests():
        print(f"✘ 根证书 root: the bundle has another root: {told}")
        worst = 1
    elif root:
        print(f"✔ 根证书 root: {root.lower()}")
    else:
        print(f"– 根证书 root: compare with the office's own publication: {told}")
    looks = [(name, look, files) for name, look in CHECKS]
    for number, sent in rounds(files).items():
        looks += [(f"round-{number} {name}", look, sent) for name, look in ROUND_CHECKS]
    for name, look, seen in looks:
        status, said = try_check(look, seen, trust)
        print(f"{'✔✘–'[status]} {name}: {said}")
        worst = 1 if 1 in {worst, status} else max(worst, status)
    print(("TRUE", "FALSE", "INCOMPLETE")[worst])
    return worst


def try_check(look: Any, files: Files, trust: Trust) -> tuple[int, str]:
    """Return a check's mark and words, whatever it meets."""
    try:
        return 0, look(files, trust)
    except OpenError as error:
        return 2, f"not checked: {error}"
    except FalseError as error:
        return 1, f"does not hold: {error}"
    except Exception as error:  # noqa: BLE001  # whatever is wrong with what came, it does not hold
        return 1, f"cannot be read: {type(error).__name__} {error}"


def read(place: Path) -> Files:
    """Read the package's files from its folder or ZIP."""
    if place.is_file():
        with zipfile.ZipFile(place) as archive:
            names = archive.namelist()
            require(len(names) == len(set(names)), "a name that stands twice")
            return {name: archive.read(name) for name in names}
    paths = [path for path in sorted(place.rglob("*")) if path.is_file()]
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in paths}


def main() -> int:
    """Read the command line and check."""
    asked = sys.argv[1:]
    root = asked.pop(asked.index("--root") + 1) if "--root" in asked else ""
    asked = [one for one in asked if one != "--root"]
    place = Path(asked[0]) if asked else Path(__file__).resolve().parent
    try:
        return check(read(place), root)
    except Exception as error:  # noqa: BLE001  # as above: nothing of it can be believed
        print(f"FALSE: cannot be read: {type(error).__name__} {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
