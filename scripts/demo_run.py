"""The demonstration: a made-up mortgage from the ID card to the sealed certificate.

python -m scripts.demo_run [--once] [--port-backend N] [--port-terminal N] [--dir DIR]
                           [--suite international|national]
"""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from registration.mortgage import Money
from scripts.stand.case import Filing, Flat, first_papers, open_filing, write_estates
from scripts.stand.counter import JSON, PIN, TELLER, Counter, Reader, Teller
from scripts.stand.office import STAFF, Office
from scripts.stand.processes import StandError, require_free, run

_AMOUNT = Money(86_000_000)
_SIGN_AFTER_S = 2.0
_ROOT = Path(__file__).resolve().parents[1]
_ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Steps:
    """Prints each step with its time and remembers it."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, text: str) -> Iterator[None]:
        """Time one step; a sign of life appears when it takes long."""
        print(f"  {len(self.seconds) + 1:2d}  {text} …", end="", flush=True)
        done = threading.Event()
        watcher = threading.Thread(target=_give_signs, args=(done,), daemon=True)
        watcher.start()
        started = time.monotonic()
        try:
            yield
        except BaseException:
            print()
            raise
        finally:
            done.set()
            watcher.join()
        self.seconds[name] = round(time.monotonic() - started, 3)
        print(f" {self.seconds[name]:.2f} s", flush=True)


def _give_signs(done: threading.Event) -> None:
    while not done.wait(_SIGN_AFTER_S):
        print(".", end="", flush=True)


@dataclass(frozen=True, slots=True)
class Show:
    """Everything that the demonstration set up."""

    folder: Path
    office: Office
    counter: Counter
    passwords: dict[str, str]
    teller: Teller
    reader: Reader


def _lock(folder: Path) -> int:
    """Keep the folder for this demonstration until the descriptor is closed.

    Raises:
        StandError: another demonstration runs there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise StandError(
            f"another demonstration runs in {folder}; choose another place with --dir"
        ) from None
    return descriptor


def _set_up(options: argparse.Namespace, steps: Steps, stack: ExitStack) -> Show:
    folder: Path = options.dir.resolve()
    office = Office(folder / "office", options.port_backend)
    counter = Counter(folder / "counter", options.port_terminal)
    for port in (office.port, counter.port):
        require_free(port)
    stack.callback(os.close, _lock(folder))
    with steps.step("found", "登记中心：证书机构、数据库、示例登记簿 · authority, register"):
        # The national authority is there in any case: it seals the OFD beside the PDF.
        office.found(suite=options.suite, authority="national")
    with steps.step("hire", "审核人员账号 · staff"):
        passwords = office.hire()
    with steps.step("start_office", f"启动登记中心 {office.url} · office"):
        server = office.start()
        stack.callback(server.end)
    with steps.step("reader", "接上虚拟读卡器（模拟） · virtual card reader, simulated"):
        counter.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        reader = Reader(counter.folder)
        stack.callback(reader.server.end)
        counter.furnish(reader.port)
    with steps.step("enrol", "网点终端用一次性码入网 · the counter joins with a one-time code"):
        counter.join(office)
    with steps.step("start_counter", f"启动网点终端 http://127.0.0.1:{counter.port} · counter"):
        terminal, launch_url = counter.start()
        stack.callback(terminal.end)
    show = Show(folder, office, counter, passwords, Teller(launch_url), reader)
    _file_case(show, steps)
    return show


def _next_flat(show: Show) -> Flat:
    """Return a flat that no earlier run has mortgaged, and put it on the register."""
    kept = show.folder / "runs"
    count = int(kept.read_text(encoding="ascii")) if kept.exists() else 0
    kept.write_text(str(count + 1), encoding="ascii")
    if count == 0:
        return Flat(12)
    flat = Flat(500 + count)
    estates = show.folder / "estate.json"
    write_estates(estates, [flat])
    show.office.run("register", "import", estates)
    return flat


def _file_case(show: Show, steps: Steps) -> None:
    flat = _next_flat(show)
    contract = f"2026-{flat.number:06d}"
    filing = open_filing(show.teller, show.reader, "mortgage.first_registration")
    with steps.step("read_cards", "读两张身份证（SAM 协议） · read two ID cards"):
        filing.read_cards()
    with steps.step("fill", "填写不动产与抵押，登记簿自动带出 · estate and mortgage, precheck"):
        filing.fill_first(flat, contract, yuan=_AMOUNT.fen // 100, words=_AMOUNT.capital)
        filing.answer_inquiry()
    with steps.step("scan", "扫描材料 · papers"):
        filing.scan(first_papers(contract, _AMOUNT.fen // 100))
    with steps.step("sign", "手写签名（模拟笔迹） · signatures, simulated ink"):
        filing.sign()
    with steps.step("submit", "核对、封装、签名加密、送达 · check, seal, deliver"):
        item = filing.submit()
        receipt = filing.receipt()["receipt"]
    with steps.step("register", "审查、登簿 · examination, entry"):
        registered = filing.answer("registered")
    with steps.step("certificate", "缮证、盖章、取回、验章 · certificate, seal, collect, check"):
        certificate = filing.certificate()
    out = _write_out(show, filing, item, receipt, certificate)
    with steps.step("verify", "独立核验 · independent checks"):
        verdicts = _verify(show, out, certificate)
    summary = {
        "case_no": registered["case_no"],
        "certificate_no": certificate["certificate_no"],
        "unit_no": flat.unit_no,
        "verify_url": certificate["verify_url"],
        "seconds": steps.seconds,
        "verdicts": verdicts,
    }
    text = json.dumps(summary, ensure_ascii=False, indent=2)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")
    _print_case(summary, out)


def _write_out(show: Show, filing: Filing, item: JSON, receipt: JSON, certificate: JSON) -> Path:
    out = show.folder / "out"
    out.mkdir(exist_ok=True)
    case_no, sequence = certificate["case_no"], item["sequence"]
    (out / "certificate.pdf").write_bytes(filing.teller.download(f"/certificates/{case_no}/pdf"))
    if certificate["has_ofd"]:
        ofd = filing.teller.download(f"/certificates/{case_no}/ofd")
        (out / "certificate.ofd").write_bytes(ofd)
    (out / "package.bin").write_bytes(filing.teller.download(f"/outbox/{sequence}/package"))
    (out / "receipt.json").write_text(
        json.dumps(receipt, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    return out


def _verify(show: Show, out: Path, certificate: JSON) -> dict[str, str]:
    """Check the certificate in three ways that know nothing of each other."""
    paper = out / "certificate.pdf"
    trust = ("--trust", show.office.trust)
    verdicts = {"mortgage-certs": run("certs", "verify", paper, *trust).split("\n")[0]}
    if certificate["has_ofd"]:
        told = run("certs", "verify", out / "certificate.ofd", *trust)
        verdicts["mortgage-certs, OFD"] = told.split("\n")[0]
    code = certificate["verify_url"].rpartition("?c=")[2]
    verdicts["check page"] = show.office.verify(certificate["certificate_no"], code)["verdict"]
    pdfsig = shutil.which("pdfsig")
    if pdfsig:
        # poppler's own reader and cryptography; it does not know the demonstration's root.
        told = subprocess.run(
            [pdfsig, "-nocert", str(paper)], capture_output=True, text=True, check=False
        ).stdout
        is_good = "Signature is Valid" in told and "Total document signed" in told
        verdicts["pdfsig (poppler)"] = "Signature is Valid" if is_good else "not valid"
    return verdicts


def _print_case(summary: JSON, out: Path) -> None:
    took = sum(summary["seconds"][k] for k in ("submit", "register", "certificate"))
    print()
    print(f"  业务号 case         {summary['case_no']}")
    print(f"  证明号 certificate  {summary['certificate_no']}")
    print(f"  核验 check          {summary['verify_url']}")
    for name, verdict in summary["verdicts"].items():
        print(f"                      {name}: {verdict}")
    print(f"  提交到出证 submit to certificate: {took:.2f} s")
    print(f"  文件 files          {out}")


def _print_places(show: Show) -> None:
    print()
    print(f"  柜员页面 teller     {show.teller.open_window()}")
    print("     两分钟内打开，只能开一次；再要一个：输入 w 回车")
    print("     opens once, within two minutes; w and Enter gives another")
    print(f"     {TELLER} / PIN {PIN}")
    print(f"  审核页面 reviewer   {show.office.url}/desk")
    for staff_id, name, roles in STAFF:
        print(f"     {staff_id} / {show.passwords[staff_id]}  {name} {', '.join(roles)}")
    print(f"  公开核验 check page {show.office.url}/verify")
    print(f"  浏览器须信任 trust this root in your browser: {show.office.root}")
    print("  放卡 lay a card on the reader: type its name and Enter, a bare Enter takes it away")
    print(f"     {show.reader.say('cards').removeprefix('ok ')}")
    print("  Ctrl-C 结束 ends", flush=True)


def _wait(show: Show) -> None:
    """Do what the keyboard asks for, until a signal ends it."""
    while line := _read_line():
        print(f"  {_obey(line.strip(), show)}", flush=True)
    threading.Event().wait()


def _obey(words: str, show: Show) -> str:
    """Open a window for the teller with `w`; lay a card on the reader by its name, or take it."""
    if words == "w":
        return show.teller.open_window()
    return show.reader.say(f"put {words}" if words else "remove")


def _read_line() -> str:
    """Return one line of the keyboard; empty where there is none."""
    try:
        return sys.stdin.readline() if sys.stdin else ""
    except (OSError, UnicodeDecodeError):  # a shell's background has no keyboard
        return ""


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the certificate")
    parser.add_argument("--port-backend", type=_port, default=8443, metavar="N")
    parser.add_argument("--port-terminal", type=_port, default=8090, metavar="N")
    parser.add_argument("--dir", type=Path, metavar="DIR")
    parser.add_argument("--suite", choices=["international", "national"], default="international")
    options = parser.parse_args(arguments)
    # One office speaks one suite; another one stands in a folder of its own.
    name = "demo" if options.suite == "international" else f"demo-{options.suite}"
    options.dir = options.dir or _ROOT / "var" / name
    if options.port_backend == options.port_terminal:
        parser.error("--port-backend and --port-terminal must differ")
    return options


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text} is no port")
    return int(text)


def main(arguments: list[str]) -> int:
    """Run the demonstration; 0 when the certificate is there, 1 with one sentence otherwise."""
    options = _parse(arguments)
    # A closed window or a supervisor ends it like Ctrl-C: with everything that it started.
    for number in _ENDS:
        signal.signal(number, signal.default_int_handler)
    signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    with ExitStack() as stack:
        status = _run(options, stack)
        # A second signal must not cut short the ending of the servers.
        for number in _ENDS:
            signal.signal(number, signal.SIG_IGN)
    return status


def _run(options: argparse.Namespace, stack: ExitStack) -> int:
    try:
        show = _set_up(options, Steps(), stack)
        if not options.once:
            _print_places(show)
            with contextlib.suppress(KeyboardInterrupt):
                _wait(show)
    except StandError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
