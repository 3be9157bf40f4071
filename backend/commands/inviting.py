"""The command that invites counters: one, many of a branch, or all of a table."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import click
from cryptography.hazmat.primitives.serialization import Encoding

from backend.commands.told import Read, Told, as_json_option, operator, said, show, write_time
from backend.commands.wish_table import COLUMNS, free_names, read_table
from backend.errors import NotAllowedError
from backend.office.names import read_label, read_short_name
from backend.office.terminals import TOKEN_LIFE, Invitation, Wish
from backend.settings import Settings
from backend.wall import build_terminal_room, open_wall
from certs.authority import TRUST
from certs.bundle import TrustBundle, load_bundle, to_json
from certs.keys import fingerprint
from registration.identifiers import parse_credit_code

_HOUR: Final = timedelta(hours=1)
_BANK: Final = Read("unified social credit code", lambda text: parse_credit_code(text).text)
_LABEL: Final = Read("name", read_label)
_TERMINAL: Final = Read("counter", read_short_name)


@click.command("add")
@click.argument("branch", required=False, type=_LABEL)
@click.option("--bank", type=_BANK, help="The bank's unified social credit code.")
@click.option("--bank-name", type=_LABEL, help="The branch's full name; up to 64 characters.")
@click.option("--terminal", type=_TERMINAL, help="Name in its certificates; else BRANCH-01 ….")
@click.option("--count", type=click.IntRange(1, 999), help="How many counters of the branch.")
@click.option(
    "--from",
    "table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"CSV in UTF-8 with the columns {', '.join(COLUMNS)}; the last may be empty.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the file that `mortgage-terminal enroll` takes; it must be new.",
)
@click.option(
    "--out-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write such a file for each counter, NAME.json, into a folder closed to others.",
)
@click.option(
    "--hours",
    type=click.IntRange(1, 168),
    default=TOKEN_LIFE // _HOUR,
    show_default=True,
    help="How long the codes are good.",
)
@as_json_option
@click.pass_obj
@said
def add_terminal(told: Told, /, *, hours: int, as_json: bool, **given: Any) -> None:
    """Invite a counter of BRANCH, or many, to join; each gets a one-time code.

    Without --out or --out-dir the code is printed. An invited counter that has not joined may be
    invited again: its earlier code is void then. All are invited, or none.
    """
    _require_usage(given)
    settings = told.settings()
    wall = open_wall(settings)
    room = build_terminal_room(wall)
    wishes = _wishes(given, {row.terminal for row in room.list()})
    out: Path | None = given["out"]
    paths = _paths(wishes, out, given["out_dir"])
    with _written(paths, settings) as write:
        invitations = room.invite_all(wishes, by=operator(), life=hours * _HOUR, hand_out=write)
    _warn_of_banks(wishes, settings)
    _tell(invitations, paths, as_json=as_json)


def _require_usage(given: Mapping[str, Any]) -> None:
    """Refuse options that contradict each other. Raises: UsageError."""
    single = [name for name in ("branch", "bank", "bank_name", "terminal", "count") if given[name]]
    if given["table"]:
        if single or given["out"] or not given["out_dir"]:
            raise click.UsageError("--from FILE goes with --out-dir FOLDER and with nothing else")
        return
    missing = [n for n in ("branch", "bank", "bank_name") if not given[n]]
    if missing:
        names = {"branch": "BRANCH", "bank": "--bank", "bank_name": "--bank-name"}
        raise click.UsageError(f"missing: {', '.join(names[n] for n in missing)}; or give --from")
    if given["out"] and given["out_dir"]:
        raise click.UsageError("--out and --out-dir exclude each other")
    if given["count"] and (given["terminal"] or not given["out_dir"]):
        raise click.UsageError("--count goes with --out-dir FOLDER, and not with --terminal")


def _wishes(given: Mapping[str, Any], taken: set[str]) -> tuple[Wish, ...]:
    if given["table"]:
        return read_table(given["table"], taken)
    facts = {name: given[name] for name in ("branch", "bank", "bank_name")}
    if given["terminal"]:
        return (Wish(terminal=given["terminal"], **facts),)
    names = free_names(given["branch"], taken)
    return tuple(Wish(terminal=next(names), **facts) for _ in range(given["count"] or 1))


# --- the files ---------------------------------------------------------------------------------


def _paths(wishes: Sequence[Wish], out: Path | None, out_dir: Path | None) -> dict[str, Path]:
    """Say where each counter's file goes; none where the codes are printed.

    Raises:
        NotAllowedError: the file is there already, or others may look into the folder.
    """
    if out:
        if out.exists() or out.is_symlink():
            raise NotAllowedError(f"{out} is there already; name a new file")
        if not out.absolute().parent.is_dir():
            raise NotAllowedError(f"there is no folder {out.absolute().parent}")
        return {wishes[0].terminal: out}
    if not out_dir:
        return {}
    try:
        out_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = out_dir.stat().st_mode
    except OSError as exc:
        raise NotAllowedError(f"{out_dir}: {exc.strerror}") from exc
    if mode & 0o077:
        raise NotAllowedError(f"{out_dir} is open to other accounts; chmod 700 it")
    return {wish.terminal: out_dir / f"{wish.terminal}.json" for wish in wishes}


@contextmanager
def _written(
    paths: Mapping[str, Path], settings: Settings
) -> Iterator[Callable[[Sequence[Invitation]], None]]:
    """Give what writes the invitations; they get their names only when the block ends well.

    So the codes count only when all files are on the disk, and a failure leaves none behind.
    """
    drafts = {path: path.with_name(f".{path.name}.{os.getpid()}") for path in paths.values()}

    def write(made: Sequence[Invitation]) -> None:
        trust = load_bundle(settings.authority_dir / TRUST)
        for one in made:
            if one.terminal in paths:
                _write_closed(drafts[paths[one.terminal]], _bundle(one, settings, trust))

    try:
        yield write
        for path, draft in drafts.items():
            # An earlier invitation of the same counter is void now.
            draft.replace(path)
    except OSError as exc:
        raise NotAllowedError(f"{exc.filename}: {exc.strerror}; nothing was handed out") from exc
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _bundle(invitation: Invitation, settings: Settings, trust: TrustBundle) -> bytes:
    value = {
        "version": 1,
        "office_url": settings.public_url,
        "terminal": invitation.terminal,
        "code": invitation.code,
        "expires_at": write_time(invitation.expires_at),
        "root_sha256": fingerprint(trust.roots[0]),
        "root": trust.roots[0].public_bytes(Encoding.PEM).decode("ascii"),
        "suites": list(settings.suites),
        "trust": json.loads(to_json(trust)),
    }
    return json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8")


def _write_closed(path: Path, data: bytes) -> None:
    # The code is a secret until it is used: nobody else may read the file.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _warn_of_banks(wishes: Sequence[Wish], settings: Settings) -> None:
    """Say so when a bank's applications would all be turned away."""
    for bank in sorted({wish.bank for wish in wishes} - set(settings.banks)):
        click.echo(
            f"warning: {bank} is not among `banks` in the settings; what it files will not be"
            " accepted until it is added there and the office is started again",
            err=True,
        )


def _tell(made: Sequence[Invitation], paths: Mapping[str, Path], *, as_json: bool) -> None:
    rows = [
        {"terminal": one.terminal, "expires_at": write_time(one.expires_at)}
        | ({"file": str(paths[one.terminal])} if paths else {"code": one.code})
        for one in made
    ]
    if as_json or len(rows) > 1:
        show(rows, as_json=as_json)
        return
    for name, value in rows[0].items():
        click.echo(f"{name}: {value}")
