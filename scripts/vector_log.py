"""The vectors of journal and public log: records, head, tile, proof, a witness's signature."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from backend.office.rows import JournalRecord
from backend.store.chain import FIRST_PREVIOUS, entry_of, link
from certs.checkpoints import Checkpoint, Growth, LogProof, sign_checkpoint
from certs.logkeys import open_log_signer, open_witness
from certs.merkle import tree_hash
from certs.notes import Note, cosign, parse_note
from certs.statements import sign_statement
from certs.tiles import TileTree
from registration.outcomes import Receipt
from registration.schema import format_receipt
from scripts.vector_keys import AT, SEQUENCE, TERMINAL, Ring, scalar

ORIGIN: Final = "registration.example:8443/log"
WITNESS: Final = f"registration.example:8443/witness/{TERMINAL}"
_SIZE: Final = 300
"""So that there is a full tile, a partial one, and one above them."""


def make_receipt(ring: Ring, package: bytes) -> tuple[str, list[dict[str, Any]]]:
    """Receive the package: the receipt over the second record, and the first two records."""
    records = _records(package, 2)
    receipt = Receipt(
        receipt_no=f"R{records[-1].seq:010d}",
        package_sha256=hashlib.sha256(package).hexdigest(),
        terminal=TERMINAL,
        sequence=SEQUENCE,
        received_at=AT,
        journal_seq=records[-1].seq,
        journal_hash=records[-1].hash,
        log_origin=ORIGIN,
        log_within_s=86_400,
    )
    statement = sign_statement("receipt/1", format_receipt(receipt), ring.signer("office"), AT)
    return statement, [_describe(record) for record in records]


def make_log(ring: Ring, package: bytes) -> dict[str, Any]:
    """Return a log of 300 records, its head with a witness, and what is proven against it."""
    records = _records(package, _SIZE)
    leaves = [bytes.fromhex(record.hash) for record in records]
    signer = open_log_signer(ring.signer("log"), ORIGIN)
    witness = open_witness(WITNESS, scalar("witness").to_bytes(32, "big"))
    tree = TileTree(
        lambda tile: b"".join(
            tree_hash(leaves[n * 256**tile.level : (n + 1) * 256**tile.level])
            for n in range(tile.number * 256, tile.number * 256 + tile.width)
        ),
        _SIZE,
    )
    head = sign_checkpoint(Checkpoint(origin=ORIGIN, size=_SIZE, root=tree.root()), signer)
    note = parse_note(head)
    cosigned = Note(note.text, (*note.signatures, cosign(note, witness, AT))).format()
    proof = LogProof(
        index=1, path=tree.prove_inclusion(1), checkpoint=cosigned, entry=entry_of(records[1])
    )
    growth = Growth(old_size=200, path=tree.prove_consistency(200), checkpoint=head)
    return {
        "origin": ORIGIN,
        "log_key": signer.key.text,
        "witness_key": witness.key.text,
        "leaves": [leaf.hex() for leaf in leaves],
        "old_root": tree_hash(leaves[:200]).hex(),
        "tile/1/000.p/1": tree_hash(leaves[:256]).hex(),
        "checkpoint": cosigned,
        "proof": proof.format(),
        "growth": growth.format(),
    }


def _records(package: bytes, count: int) -> Sequence[JournalRecord]:
    cover = package[10 : 10 + int.from_bytes(package[6:10], "big")]
    digest = hashlib.sha256(package).hexdigest()
    acts = [
        ("operator:example", "terminal invited", TERMINAL, b"KF-LT"),
        (f"terminal:{TERMINAL}", "received", digest, cover),
        *(("auto", "made up", f"record {n}", b"") for n in range(3, count + 1)),
    ]
    records: list[JournalRecord] = []
    for seq, (actor, act, ref, body) in enumerate(acts[:count], start=1):
        record = link(
            seq=seq,
            at=AT,
            actor=actor,
            act=act,
            ref=ref,
            body=body,
            previous_hash=records[-1].hash if records else FIRST_PREVIOUS,
            salt=hashlib.sha256(f"public salt {seq}".encode()).hexdigest()[:32],
        )
        records.append(record)
    return records


def _describe(record: JournalRecord) -> dict[str, Any]:
    return {
        "seq": record.seq,
        "at": record.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "actor": record.actor,
        "act": record.act,
        "ref": record.ref,
        "body_sha256": record.body_sha256,
        "salt": record.salt,
        "previous_hash": record.previous_hash,
        "hash": record.hash,
    }
