"""docs/formats.md says what the code does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from certs.bundle import PINNED
from certs.chunks import CHUNK_SIZE
from certs.cover import LARGEST_COVER, LARGEST_PACKAGE, LARGEST_PART, MOST_PARTS
from certs.identity import PROFILES, KeyKind, Role, identity_uri
from certs.tokens import LARGEST_TOKEN
from registration.schema import ANSWER_KINDS

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs/formats.md").read_text("utf-8")


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_row(role: Role) -> None:
    row = re.search(
        rf"^\| `{role.value}` \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", TEXT, re.MULTILINE
    )
    assert row is not None
    key, _, purposes, lives = row.groups()
    profile = PROFILES[role]
    kinds = {
        KeyKind.P256: "P-256",
        KeyKind.P384: "P-384",
        KeyKind.RSA3072: "RSA 3072",
        KeyKind.ED25519: "Ed25519",
    }

    assert key.startswith(kinds[profile.key_kind])
    assert len(purposes.split(", ")) >= len(profile.purposes)
    number, unit = lives.split()
    assert timedelta(**{unit: int(number)}) == profile.lifetime


def test_the_arc_and_the_name_are_the_code_s() -> None:
    purpose = PROFILES[Role.PACKAGE].purpose
    assert purpose is not None
    assert f"`{purpose.dotted_string.removesuffix('.1')}`" in TEXT
    assert identity_uri(Role.SEAL, "NAME").replace("seal", "ROLE") in TEXT


def test_the_limits_are_the_code_s() -> None:
    mib = 1024 * 1024
    for words in (
        f"{LARGEST_PACKAGE // mib} MiB; at most {MOST_PARTS} parts",
        f"a part at most {LARGEST_PART // mib} MiB",
        f"the cover at most {LARGEST_COVER // 1024} KiB",
        f"pieces of {CHUNK_SIZE:,} bytes",
        f"{LARGEST_TOKEN:,} characters",
    ):
        assert words in " ".join(TEXT.split())


def test_every_kind_of_answer_is_described() -> None:
    assert [kind for kind in ANSWER_KINDS if f"| `{kind}`" not in TEXT] == []


def test_every_pinned_role_is_described() -> None:
    members = TEXT[TEXT.index("the office's own, by role") :].splitlines()[0]
    assert [role for role in PINNED if f"`{role.value}`" not in members] == []


def test_every_link_within_leads_somewhere() -> None:
    anchors = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    targets = re.findall(r"\]\(([^)]+)\)", TEXT)

    assert {one[1:] for one in targets if one.startswith("#")} <= anchors
    for target in (one for one in targets if not one.startswith("#")):
        assert (ROOT / "docs" / target.partition("#")[0]).exists(), target
