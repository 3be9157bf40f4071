import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scripts import bench_run
from scripts.benching import machine
from scripts.benching.cases import STEPS, Passage, case_figures
from scripts.benching.figures import Figure, make_figure, percentile, rounded, table
from scripts.stand.processes import StandError

STARTED = datetime(2026, 9, 29, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine of the tests is busy with the tests."""
    monkeypatch.setattr(machine, "busy_share", lambda: 0.0)


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The benchmark ends on these signals; the tests must not go on doing so."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def make_rate(**changes: object) -> Figure:
    fields = {"name": "packages", "unit": "/s", "value": 20.0, "floor": 80.0, "floor_is": "bare"}
    return Figure(**{**fields, **changes})  # type: ignore[arg-type]  # what a test changes


def make_passage(step_s: float) -> Passage:
    reached = {
        step: STARTED + timedelta(seconds=step_s * place) for place, step in enumerate(STEPS, 1)
    }
    return Passage(case_no="C", package=b"", started=STARTED, reached=reached)


@pytest.mark.parametrize("arguments", [["--never"], ["--quick", "now"], ["--out"]])
def test_wrong_usage_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench_run.main(arguments)

    assert ended.value.code == 2


def test_the_results_go_to_the_checkout_wherever_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    out = bench_run._parse([]).out

    assert out == Path(bench_run.__file__).parents[1] / "bench" / "results.json"


def test_a_failure_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()

    status = bench_run.main(["--quick", "--dir", str(tmp_path / "file" / "below")])

    assert status == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_server_that_fails_is_told_in_its_own_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(folder: Path, plan: bench_run.Plan) -> list[Figure]:
        raise StandError("the office's start: nothing after 60 s")

    monkeypatch.setattr(bench_run, "measure", fail)

    assert bench_run.main(["--quick", "--dir", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "the office's start: nothing after 60 s\n"
    assert list(tmp_path.iterdir()) == []


def test_the_results_say_what_was_measured_on_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_run, "measure", lambda folder, plan: [make_rate()])
    out = tmp_path / "results.json"

    status = bench_run.main(["--quick", "--dir", str(tmp_path), "--out", str(out)])

    results = json.loads(out.read_text(encoding="utf-8"))
    assert status == 0
    assert results["mode"] == "quick"
    assert results["figures"][0]["ratio"] == 0.25
    assert results["machine"]["processors"] >= 1
    assert "× 0.25" in capsys.readouterr().out


def test_the_machine_is_described_by_what_figures_depend_on() -> None:
    """Neither its name nor any path: results are published."""
    assert set(machine.describe()) == {
        "processors",
        "processor",
        "memory_gib",
        "system",
        "kernel",
        "python",
        "openssl",
        "sqlite",
    }


def test_results_under_load_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench_run, "measure", lambda folder, plan: [make_rate()])
    shares = iter([0.05, 0.4])
    monkeypatch.setattr(machine, "busy_share", lambda: next(shares))
    out = tmp_path / "results.json"

    bench_run.main(["--quick", "--dir", str(tmp_path), "--out", str(out)])

    told = json.loads(out.read_text(encoding="utf-8"))["under_load"]
    assert told == "other work took up to 40% of the processors"


def test_a_figure_is_the_median_of_its_rounds_beside_the_floors() -> None:
    figure = make_figure("packages", "/s", [10, 30, 20], floors=[100, 40, 80], floor_is="bare")

    assert (figure.value, figure.floor, figure.ratio) == (20, 80, 0.25)
    assert figure.as_json()["spread"] == [10, 30]


def test_a_figure_without_a_floor_has_no_ratio() -> None:
    figure = make_rate(floor=None)

    assert figure.ratio is None
    assert "ratio" not in figure.as_json()


def test_numbers_have_three_digits() -> None:
    assert [rounded(x) for x in (1234.5, 0.012345, 0.0)] == [1230.0, 0.0123, 0.0]


def test_the_table_is_aligned() -> None:
    lines = table([make_rate(), make_rate(name="a longer name 较长", floor=None)]).splitlines()

    assert lines[0].index("measured") == lines[1].index("20 /s") == lines[2].index("20 /s") + 2
    assert lines[2].split()[-1] == "–"


@pytest.mark.parametrize(("percent", "wanted"), [(50, 5), (90, 9), (100, 10), (1, 1)])
def test_percentiles_are_of_the_nearest_rank(percent: float, wanted: float) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], percent) == wanted


def test_the_shares_of_a_case_add_up_to_the_whole() -> None:
    passage = make_passage(0.5)

    assert sum(passage.shares().values()) == passage.seconds == 0.5 * len(STEPS)


def test_a_case_stands_beside_the_sum_of_its_bare_operations() -> None:
    p50, p90 = case_figures([make_passage(0.1), make_passage(0.2)], {"POST": 0.1, "draw": 0.2})

    assert p50.floor == p90.floor == pytest.approx(0.3)
    assert p50.floor_is == "POST + draw"
    assert p90.value == pytest.approx(0.2 * len(STEPS))
