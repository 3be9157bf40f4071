"""What the case page says of somebody who signed at another counter: where, before whom, by which card."""

from collections.abc import Iterator

import pytest
from flask import Flask

from backend.web.identities import show_identities
from backend.web.signatures import show_signatures
from tests.unit.registration.test_visits import visited


@pytest.fixture(autouse=True)
def page() -> Iterator[None]:
    with Flask("page").test_request_context("/"):
        yield


def test_the_reader_there_stands_in_the_place_of_what_was_known_here() -> None:
    here, there = show_identities(visited())

    assert here.role == "抵押人 1"
    assert (there.role, there.name) == ("在其他网点读卡的人 1", "李示例")
    assert "SAM-OF-THE-SECOND" in there.how[0]


def test_each_of_his_signatures_says_where_and_before_whom() -> None:
    told = {(s.name, s.visit) for s in show_signatures(visited()) if s.visit}

    said = "在 KF-JM 网点（终端 KF-JM-01）当面签署：柜员 T0021 孙示例，09-29 10:05 读证件芯片"
    assert told == {("李示例", said)}
