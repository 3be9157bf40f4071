"""The rule book while the office works: rulings, the switch, samples, and past cases run again."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from backend.cli import main
from backend.office.case import Stage
from registration.mortgage import Money
from registration.outcomes import AcceptanceReceipt, CertificateIssued, Registered
from tests.journey.filing import Desk, contract, make_filing, only, open_desk
from tests.journey.office import BANK
from tests.rulings import write_ruling

pytestmark = pytest.mark.journey


def run(folder: Path, *words: str | Path) -> Result:
    """Run `mortgage-backend` on a desk's office."""
    config = folder / "backend.toml"
    config.write_text(
        f'data_dir = "data"\nauthority_dir = "authority"\nbanks = ["{BANK}"]\n', encoding="utf-8"
    )
    return CliRunner().invoke(main, ["--config", str(config), *map(str, words)])


def adopt(folder: Path, version: str, **changes: str) -> Result:
    """Write, sign and adopt a ruling, as an operator does."""
    written, signed = folder / f"{version}.toml", folder / f"{version}.jws"
    written.write_text(write_ruling(version, **changes), encoding="utf-8")
    done = run(folder, "rules", "sign", written, "--out", signed)
    assert done.exit_code == 0, done.output
    return run(folder, "rules", "adopt", signed)


def file_flat(desk: Desk) -> str:
    """File a clean mortgage of 860,000 yuan on a flat of its own; return its case."""
    return desk.file(desk.ready(make_filing(desk.new_flat(), **contract())))[0].case_no


def test_a_ruling_is_in_force_without_a_restart_and_old_cases_are_run_again(
    tmp_path: Path,
) -> None:
    with open_desk(tmp_path) as desk:
        before = file_flat(desk)
        assert desk.case(before).stage is Stage.CERTIFIED

        done = adopt(tmp_path, "2026-1", limit_yuan="100000", sample_percent="100")
        assert done.exit_code == 0, done.output
        after = file_flat(desk)
        assert desk.case(after).stage is Stage.IN_REVIEW
        small = contract(amount=Money(5_000_000), amount_words="伍万元整")
        answers = desk.file(desk.ready(make_filing(desk.new_flat(), **small)))
        only(answers, CertificateIssued)

        # Each case comes out the same by its own book.
        for case_no in (before, after):
            again = run(tmp_path, "replay", case_no, "--json")
            assert again.exit_code == 0, again.output
            (told,) = json.loads(again.stdout)
            assert told["is_same"]
            assert told["differences"] == []
        assert run(tmp_path, "replay").exit_code == 0

        # The ruling would have sent the first case to people, and only that one.
        table = tmp_path / "flips.csv"
        signed = tmp_path / "2026-1.toml"
        flips = run(tmp_path, "replay", "--rules", signed, "--csv", table)
        assert flips.exit_code == 0, flips.output
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [(r["case_no"], r["was"], r["now"]) for r in rows] == [
            (before, "approved", "manual")
        ]

        # With a share of a hundred every automatic entry is drawn, the first one by chance.
        with desk.stand.wall.works.reading() as work:
            assert work.samples.find(answers[0].case_no) is not None


def test_unsigned_and_changed_rulings_are_refused_with_the_reason(tmp_path: Path) -> None:
    with open_desk(tmp_path):
        written = tmp_path / "r.toml"
        written.write_text(write_ruling(), encoding="utf-8")
        unsigned = run(tmp_path, "rules", "adopt", written)
        signed = tmp_path / "r.jws"
        assert run(tmp_path, "rules", "sign", written, "--out", signed).exit_code == 0
        head, body, mark = signed.read_text("ascii").split(".")
        middle = len(body) // 2
        other = "A" if body[middle] != "A" else "B"
        signed.write_text(f"{head}.{body[:middle]}{other}{body[middle + 1 :]}.{mark}", "ascii")
        forged = run(tmp_path, "rules", "check", signed)
        written.write_text(write_ruling(rules='"R01.block" = "off"'), encoding="utf-8")
        unlawful = run(tmp_path, "rules", "sign", written, "--out", signed)

        assert (unsigned.exit_code, forged.exit_code, unlawful.exit_code) == (1, 1, 1)
        assert "certs.statement" in unsigned.stderr
        assert "certs.statement" in forged.stderr
        assert "/rules/R01.block" in unlawful.stderr
        assert json.loads(run(tmp_path, "rules", "history", "--json").stdout) == []


def test_what_is_stopped_goes_to_people_even_before_its_entry(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        flat = desk.new_flat()
        stand = desk.stand
        package = stand.seal(desk.branch, desk.ready(make_filing(flat, **contract())))
        stand.receive(desk.branch, package)
        assert stand.rounds.step()  # opened, examined and approved by the rule book
        with stand.wall.works.reading() as work:
            (case,), _ = work.cases.search(stages=(Stage.APPROVED,))

        done = run(tmp_path, "rules", "stop", "--reason", "登记簿数据异常")
        assert done.exit_code == 0, done.output
        stand.work_off()
        later = file_flat(desk)

        assert desk.ranks(flat) == []
        for case_no in (case.case_no, later):
            found = desk.case(case_no)
            assert (found.stage, found.is_automatic) == (Stage.IN_REVIEW, False)
            assert "POLICY" in [f.rule for f in found.findings]
        answers = desk.approve(case.case_no)
        assert only(answers, Registered).rank == 1

        assert run(tmp_path, "rules", "resume", "--reason", "已核对").exit_code == 0
        last = desk.file(desk.ready(make_filing(desk.new_flat(), **contract())))
        assert [type(a) for a in last] == [AcceptanceReceipt, Registered, CertificateIssued]
