"""Commands about the rule book: what it says, what the office has otherwise, and the switch."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from backend.commands.told import (
    Told,
    as_json_option,
    operator,
    said,
    show,
    show_one,
    write_time,
)
from backend.deciding import build_rule_books
from backend.errors import RulingError
from backend.office.rules import RULE_BOOK, BookLine, list_lines
from backend.office.rulings import LINES
from backend.wall import KeptSigner, open_wall
from certs.identity import Role
from registration.ruling import SCHEMA, Ruling, read_ruling

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LARGEST = 1024 * 1024


@click.group()
def rules() -> None:
    """The rule book: its lines, the office's rulings, and deciding alone."""


@rules.command("show")
@click.option("--lines", "is_of_lines", is_flag=True, help="Every line with its law and words.")
@as_json_option
@click.pass_obj
@said
def show_rules(told: Told, *, is_of_lines: bool, as_json: bool) -> None:
    """Show which book is in force, or all its lines."""
    state = build_rule_books(open_wall(told.settings())).state()
    if is_of_lines:
        asked, levels = told.settings().asked_before_entry, state.policy.adjustments
        show([_line(one, levels, asked) for one in list_lines()], as_json=as_json)
        return
    policy = state.policy
    show_one(
        {
            "book": state.book,
            "shipped": RULE_BOOK,
            "ruling": state.ruling.version if state.ruling else "",
            "coming": state.coming.version if state.coming else "",
            "begins_at": write_time(state.coming.begins_at if state.coming else None),
            "straight_through": policy.is_straight_through,
            "stopped_by": state.switch.by if state.switch and state.is_stopped else "",
            "kinds": sorted(kind.value for kind in policy.straight_kinds),
            "limit_yuan": policy.limit_fen // 100,
            "sample_percent": policy.sample_percent,
            "spouse_signs": policy.is_spouse_asked,
            "otherwise": [f"{k} = {v}" for k, v in sorted(policy.adjustments.items())],
        },
        as_json=as_json,
    )


def _line(one: BookLine, adjustments: Mapping[Any, str], asked: Collection[str]) -> dict[str, Any]:
    return {
        "line": str(one.line),
        "level": adjustments.get(one.line, one.line.shipped),
        "may_be": list(one.may_be),
        "moments": [moment.value for moment in one.moments_of(asked)],
        "law": one.bases,
        "zh": one.zh,
        "en": one.en,
    }


@rules.command("sign")
@click.argument("file", type=_FILE)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.pass_obj
@said
def sign(told: Told, *, file: Path, out: Path) -> None:
    """Sign a ruling (TOML, form rules/1) with the office's key for configurations."""
    wall = open_wall(told.settings())
    claims = read_ruling(_read(file), LINES)
    if claims["office"] != wall.settings.office_code:
        raise RulingError(f"it is the ruling of another office ({claims['office']})")
    now = datetime.now(UTC)
    out.write_text(KeptSigner(wall.signer(Role.OFFICE)).sign(SCHEMA, claims, now), "ascii")
    click.echo(f"signed ruling {claims['version']}: {out}")


@rules.command("check")
@click.argument("file", type=_FILE)
@as_json_option
@click.pass_obj
@said
def check(told: Told, *, file: Path, as_json: bool) -> None:
    """Say whether a signed ruling could be adopted, and what it says."""
    ruling = build_rule_books(open_wall(told.settings())).check(_read(file))
    show_one(_told(ruling), as_json=as_json)


@rules.command("adopt")
@click.argument("file", type=_FILE)
@click.pass_obj
@said
def adopt(told: Told, *, file: Path) -> None:
    """Adopt a signed ruling; it begins at the moment that it names, without a restart."""
    row = build_rule_books(open_wall(told.settings())).adopt(_read(file), by=operator())
    click.echo(f"ruling {row.version} begins at {write_time(row.begins_at)}")


@rules.command("history")
@as_json_option
@click.pass_obj
@said
def history(told: Told, *, as_json: bool) -> None:
    """List the rulings that were adopted, each checked again."""
    books = build_rule_books(open_wall(told.settings()))
    rows = [
        {
            "version": row.version,
            "begins_at": write_time(row.begins_at),
            "adopted_at": write_time(row.adopted_at),
            "adopted_by": row.adopted_by,
            "is_whole": dict(books.open_statement(row.statement, row.adopted_at))
            == dict(row.claims),
            "reason": row.claims["reason"],
        }
        for row in books.history()
    ]
    show(rows, as_json=as_json)


@rules.command("stop")
@click.option("--reason", required=True, help="Why; everybody at the desk sees it.")
@click.pass_obj
@said
def stop(told: Told, *, reason: str) -> None:
    """Stop deciding alone at once: everything that is not entered yet goes to people."""
    books = build_rule_books(open_wall(told.settings()))
    books.switch(is_stopped=True, by=operator(), reason=reason)
    click.echo("stopped: people decide everything from now on")


@rules.command("resume")
@click.option("--reason", required=True, help="Why it may go on.")
@click.pass_obj
@said
def resume(told: Told, *, reason: str) -> None:
    """Let the rule book decide clean cases again."""
    books = build_rule_books(open_wall(told.settings()))
    books.switch(is_stopped=False, by=operator(), reason=reason)
    click.echo("the rule book decides clean cases again")


def _read(file: Path) -> str:
    if file.stat().st_size > _LARGEST:
        raise RulingError(f"{file} is too large for a ruling")
    try:
        return file.read_text("utf-8").strip()
    except UnicodeDecodeError as exc:
        raise RulingError(f"{file} is no text") from exc


def read_signed(told: Told, file: Path) -> Ruling:
    """Return what a ruling says, signed or still as people write it (TOML), to try it out."""
    text = _read(file)
    books = build_rule_books(open_wall(told.settings()))
    if text.count(".") == 2 and "\n" not in text:
        return books.check(text)
    return books.try_out(read_ruling(text, LINES))


def _told(ruling: Ruling) -> dict[str, Any]:
    return {
        "version": ruling.version,
        "reason": ruling.reason,
        "begins_at": write_time(ruling.begins_at),
        "straight_through": ruling.is_straight_through,
        "kinds": sorted(kind.value for kind in ruling.straight_kinds),
        "limit_yuan": ruling.limit_fen // 100,
        "sample_percent": ruling.sample_percent,
        "spouse_signs": ruling.is_spouse_asked,
        "chief_limit_yuan": ruling.chief_limit_fen // 100,
        "chief_rules": sorted(ruling.chief_rules),
        "otherwise": [f"{k} = {v}" for k, v in sorted(ruling.adjustments.items())],
    }
