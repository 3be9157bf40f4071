"""Check the office's public log with nothing of the office's: Python and `cryptography` alone.

    python3 check_log.py trust.json --root DIGEST proof FILE.tlog-proof [--paper FILE.pdf]
    python3 check_log.py trust.json --root DIGEST log https://OFFICE [--seen HEAD]...

`proof`: one record stands in the log; with --paper, that it is the record of this very file.
`log`: fetches every hash, builds the whole tree anew, and finds each head that somebody kept
(--seen: a head, or a proof, from a counter, a court file, another office) in that same tree.
DIGEST is the SHA-256 of the root certificate, hexadecimal, from a source that you trust: the office's
wall, its gazette. Exit status 0: all of it holds. It copies nothing from the project's code; what
is checked stands in docs/formats.md, section 13.
"""

import argparse
import base64
import hashlib
import json
import re
import ssl
import sys
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG_PURPOSE = "2.25.262055492116064435162943748850969784196.4"
BLOCK = 256


def sha256(data):
    return hashlib.sha256(data).digest()


# --- whose key it is


def find_root(bundle, digest):
    for der in map(base64.b64decode, bundle["roots"]):
        if sha256(der).hex() == digest:
            return der
    sys.exit("FALSE: the bundle has another root")


def log_keys(bundle, root):
    """Return the log keys that the pinned root answers for, and no list takes back."""
    issuers = [x509.load_der_x509_certificate(root)]
    for text in bundle["intermediates"]:
        certificate = x509.load_der_x509_certificate(base64.b64decode(text))
        issuers += [certificate] if is_issued(certificate, issuers[:1]) else []
    lists = [x509.load_der_x509_crl(base64.b64decode(text)) for text in bundle["crls"]]
    lists = [one for one in lists if any(is_signed(one, issuer) for issuer in issuers)]
    keys = []
    for text in bundle["certificates"].get("log", []):
        one = x509.load_der_x509_certificate(base64.b64decode(text))
        purposes = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        serial, is_log = one.serial_number, LOG_PURPOSE in {p.dotted_string for p in purposes}
        if any(crl.get_revoked_certificate_by_serial_number(serial) for crl in lists):
            continue
        if is_log and is_issued(one, issuers) and isinstance(one.public_key(), Ed25519PublicKey):
            keys.append(one.public_key())
    return keys


def is_issued(certificate, issuers):
    for issuer in issuers:
        try:
            certificate.verify_directly_issued_by(issuer)
        except Exception:  # noqa: BLE001, S112  # whatever is wrong with it, it is not issued
            continue
        return True
    return False


def is_signed(crl, issuer):
    try:
        return crl.issuer == issuer.subject and crl.is_signature_valid(issuer.public_key())
    except Exception:  # noqa: BLE001  # a key that cannot sign lists signed none
        return False


# --- heads: C2SP signed notes


def open_head(note, origin, keys):
    """Return size and root of a head that a log key signed."""
    text, _, signatures = note.partition("\n\n")
    name, size, root = (text + "\n").split("\n")[:3]
    # Another log of the same office has a number behind the name.
    if not re.fullmatch(re.escape(origin) + r"(/[0-9]+)?", name):
        sys.exit(f"FALSE: a head of another log: {name}")
    for line in signatures.splitlines():
        if not line.startswith(f"— {name} "):
            continue
        raw = base64.b64decode(line.rpartition(" ")[2])
        for key in keys:
            named = name.encode() + b"\n\x01" + key.public_bytes_raw()
            if raw[:4] == sha256(named)[:4] and verifies(key, raw[4:], text.encode() + b"\n"):
                return int(size), base64.b64decode(root)
    sys.exit("FALSE: no log key of this office signed the head")


def verifies(key, signature, data):
    try:
        key.verify(signature, data)
    except Exception:  # noqa: BLE001  # whatever is wrong with it, it does not hold
        return False
    return True


# --- trees: RFC 9162 section 2.1


def node(left, right):
    return sha256(b"\x01" + left + right)


def root_of(hashes):
    """Return the root over hashes of one level (2.1.1)."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"")
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node(root_of(hashes[:split]), root_of(hashes[split:]))


def root_by(leaf, index, size, path):
    """Return the root that an inclusion proof leads to (2.1.3.2); None where it cannot lead."""
    last, found, path = size - 1, leaf, list(path)
    while last:
        if index % 2 or index < last:
            if not path:
                return None
            found = node(path.pop(0), found) if index % 2 else node(found, path.pop(0))
        index, last = index // 2, last // 2
    return None if path or index else found


# --- what is asked


def check_proof(text, paper, origin, keys):
    opening, _, note = text.partition("\n\n")
    magic, *lines = opening.split("\n")
    if magic != "c2sp.org/tlog-proof@v1" or not lines[0].startswith("extra "):
        sys.exit("FALSE: no proof with its record")
    entry = base64.b64decode(lines[0].removeprefix("extra "))
    index, path = int(lines[1].removeprefix("index ")), map(base64.b64decode, lines[2:])
    size, root = open_head(note, origin, keys)
    if root_by(sha256(b"\x00" + entry), index, size, path) != root:
        sys.exit("FALSE: the record does not stand in this log")
    told = json.loads(entry[:-32])  # the record before it, 32 bytes, stands behind
    if paper and told["body_sha256"] != sha256(sha256(paper).hex().encode()).hex():
        sys.exit("FALSE: another file's record")
    what = f"record {index + 1} of {size}: {told['act']} {told['ref']} {told['at']}"
    print("TRUE:", what, "and it is of this file" if paper else "")


def check_log(seen, origin, keys, get):
    size, root = open_head(get("checkpoint").decode(), origin, keys)
    leaves = b"".join(get(tile_path(i, size)) for i in range(-(-size // BLOCK)))
    hashes = [leaves[i : i + 32] for i in range(0, len(leaves), 32)]
    if root_of(hashes) != root or len(hashes) != size:
        sys.exit("FALSE: the hashes shown are not those of the head")
    for text in seen:
        note = text.partition("\n\n")[2] if text.startswith("c2sp.org/") else text
        old_size, old_root = open_head(note, origin, keys)
        if old_size > size or root_of(hashes[:old_size]) != old_root:
            sys.exit(f"FALSE: a head of {old_size} records was signed that is not in this tree")
    print(f"TRUE: {size} records, and {len(seen)} heads that were kept stand in their tree")


def tile_path(number, size):
    width, path = min(BLOCK, size - number * BLOCK), f"{number % 1000:03}"
    while number := number // 1000:
        path = f"x{number % 1000:03}/{path}"
    return f"tile/0/{path}" + (f".p/{width}" if width < BLOCK else "")


def fetch(url, path, root):
    if not url.startswith("https://"):
        sys.exit("an office's address begins with https://")
    context = ssl.create_default_context(cadata=root)
    address = f"{url.rstrip('/')}/log/{path}"
    with urllib.request.urlopen(address, timeout=60, context=context) as answer:  # noqa: S310 - https, as given
        return answer.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("trust", type=Path)
    parser.add_argument("--root", required=True)
    acts = parser.add_subparsers(dest="act", required=True)
    proof, log = acts.add_parser("proof"), acts.add_parser("log")
    proof.add_argument("file", type=Path)
    proof.add_argument("--paper", type=Path)
    log.add_argument("url")
    log.add_argument("--seen", type=Path, action="append", default=[])
    asked = parser.parse_args()
    bundle = json.loads(asked.trust.read_bytes())
    root = find_root(bundle, asked.root.lower())
    keys = log_keys(bundle, root)
    origin = bundle["links"]["log"].removeprefix("https://")
    origin = re.sub(r"/log/[0-9]+$", "/log", origin)
    if asked.act == "log":
        seen = [path.read_text("utf-8") for path in asked.seen]
        check_log(seen, origin, keys, lambda path: fetch(asked.url, path, root))
    else:
        paper = asked.paper.read_bytes() if asked.paper else b""
        check_proof(asked.file.read_text("utf-8"), paper, origin, keys)


if __name__ == "__main__":
    main()
