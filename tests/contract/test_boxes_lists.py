"""A box keeps each teller's last list of discharges, and names nobody in the open."""

import hashlib
from datetime import timedelta
from pathlib import Path

from certs.atrest import Vault
from terminal.box import SQLiteBox
from terminal.desk.lists import KeptList, RowResult, RowState
from tests.factories import CAPTURED_AT, PROOF_NO

KEY = Vault(hashlib.sha256(b"made-up key").digest())


def make_list(teller: str, *, line: int = 2) -> KeptList:
    row = RowResult(line=line, certificate_no=PROOF_NO, label="张*", state=RowState.READY)
    return KeptList(teller=teller, kept_at=CAPTURED_AT, rows=(row,))


def test_each_tellers_last_list_comes_back_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "box.db"
    box = SQLiteBox(path, KEY)
    for kept in (make_list("T0007"), make_list("T0009"), make_list("T0007", line=5)):
        box.keep_list(kept)
    box.close()
    box = SQLiteBox(path, KEY)

    assert box.find_list("T0007") == make_list("T0007", line=5)
    assert box.find_list("T0009") == make_list("T0009")
    assert box.find_list("T0001") is None
    box.close()
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"T0007" not in data
    assert PROOF_NO.encode() not in data


def test_a_list_goes_with_what_is_as_old(tmp_path: Path) -> None:
    box = SQLiteBox(tmp_path / "box.db", KEY)
    box.keep_list(make_list("T0007"))
    box.purge(CAPTURED_AT)
    assert box.find_list("T0007") is not None
    box.purge(CAPTURED_AT + timedelta(seconds=1))

    assert box.find_list("T0007") is None
    box.close()
