"""The checker that strangers are given: it knows nothing of ours, and finds what is false."""

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.independent.vectors import BUNDLE, VECTORS, load

CHECKER: Final = Path(__file__).parents[2] / "docs" / "check_log.py"
TRUST: Final = VECTORS / "trust.json"
ROOT: Final = hashlib.sha256(base64.b64decode(BUNDLE["roots"][0])).hexdigest()
PROOF: Final = str(load("log.json")["proof"])


def check(folder: Path, proof: str, trust: Path = TRUST, root: str = ROOT) -> tuple[int, str]:
    """Run it away from our code: isolated, no folder of ours on its path."""
    path = folder / "record.tlog-proof"
    path.write_text(proof, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", CHECKER, trust, "--root", root, "proof", path],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_true_proof(tmp_path: Path) -> None:
    package = "0bc07ce6502c44e4c507512afd9011265dbf7a472cbc18faafa758113c3a91f9"
    words = f"TRUE: record 2 of 300: received {package} 2026-09-29T02:12:00.000000Z \n"
    assert check(tmp_path, PROOF) == (0, words)


def change_entry(proof: str) -> str:
    extra = proof.split("\n")[1].removeprefix("extra ")
    entry = base64.b64decode(extra).replace(b"received", b"receivex")
    return proof.replace(extra, base64.b64encode(entry).decode())


def drop_hash(proof: str) -> str:
    lines = proof.split("\n")
    return "\n".join(lines[:3] + lines[4:])


def repeat_hash(proof: str) -> str:
    lines = proof.split("\n")
    return "\n".join([*lines[:4], *lines[3:]])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (change_entry, "does not stand"),
        (drop_hash, "does not stand"),
        (repeat_hash, "does not stand"),
        (lambda p: p.replace("index 1\n", "index 0\n"), "does not stand"),
        (lambda p: p.replace("\n300\n", "\n301\n"), "no log key"),
        (lambda p: p.replace("registration.example:8443/log", "other.example/log"), "another log"),
        (lambda p: "\n".join(x for x in p.split("\n") if "8443/log qno" not in x), "no log key"),
        (lambda p: p.replace("extra ", "other "), "no proof"),
    ],
)
def test_a_false_proof(tmp_path: Path, change: Callable[[str], str], words: str) -> None:
    changed = change(PROOF)
    assert changed != PROOF

    code, told = check(tmp_path, changed)

    assert code == 1
    assert told.startswith("FALSE: ")
    assert words in told


def test_a_root_that_nobody_pinned(tmp_path: Path) -> None:
    assert check(tmp_path, PROOF, root="00" * 32) == (1, "FALSE: the bundle has another root\n")


def test_another_role_s_key_signs_no_heads(tmp_path: Path) -> None:
    """Whoever takes the office's other keys cannot speak for the log."""
    bundle = json.loads(TRUST.read_bytes())
    bundle["certificates"]["log"] = bundle["certificates"]["office"]
    trust = tmp_path / "trust.json"
    trust.write_text(json.dumps(bundle), encoding="utf-8")

    code, told = check(tmp_path, PROOF, trust)

    assert (code, told) == (1, "FALSE: no log key of this office signed the head\n")
