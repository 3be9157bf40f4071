from registration.nations import NATIONS, nation_name


def test_there_are_fifty_six_nations() -> None:
    assert sorted(NATIONS) == [f"{n:02d}" for n in range(1, 57)]


def test_a_known_code_is_named() -> None:
    assert nation_name("05") == "维吾尔"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert nation_name("97") == "97"
