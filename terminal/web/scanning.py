"""Scanners and the scanner's folder: what there is, runs page by page, files taken in."""

from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from terminal.desk.scanners import Scanner
from terminal.scanner_errors import ScannerError
from terminal.web.asked import ArrivalAsked, ScanAsked, read
from terminal.web.guard import counter
from terminal.web.pages import answer
from terminal.web.problems import describe

bp: Final = Blueprint("scanning", __name__, url_prefix="/ui/api")


@bp.get("/scanners")
def scanners() -> ResponseReturnValue:
    """Return the scanners, what each can do and what is wrong with it."""
    known = counter().scanning.shelf.known()
    return jsonify({"scanners": [_scanner(name, device) for name, device in known.items()]})


@bp.post("/scanners/look")
def look() -> ResponseReturnValue:
    """Look for more scanners on the network, then return them all."""
    counter().scanning.shelf.look_around()
    return scanners()


@bp.post("/drafts/<draft_id>/scans")
def start(draft_id: str) -> ResponseReturnValue:
    """Begin a run."""
    asked = read(ScanAsked)
    scanning = counter().scanning
    run_id = scanning.start(asked.scanner, asked.as_settings(), asked.as_place(draft_id))
    return jsonify({"run": run_id}), 201


@bp.post("/scans/<run_id>/next")
def next_page(run_id: str) -> ResponseReturnValue:
    """Keep the next page of a run and return the draft; 204 when the run is over."""
    draft = counter().scanning.next(run_id)
    return ("", 204) if draft is None else answer(draft)


@bp.delete("/scans/<run_id>")
def cancel(run_id: str) -> ResponseReturnValue:
    """End a run; the pages so far stay."""
    counter().scanning.cancel(run_id)
    return "", 204


@bp.get("/folder")
def folder() -> ResponseReturnValue:
    """Return the files that lie in the scanner's folder."""
    scanning = counter().scanning
    is_watched = scanning.folder is not None
    try:
        found = [asdict(arrival) for arrival in scanning.arrivals()]
    except ScannerError as exc:
        return jsonify({"is_watched": is_watched, "arrivals": [], "trouble": _trouble(exc)})
    return jsonify({"is_watched": is_watched, "arrivals": found, "trouble": None})


@bp.post("/drafts/<draft_id>/folder")
def take(draft_id: str) -> ResponseReturnValue:
    """Take a file of the scanner's folder in."""
    asked = read(ArrivalAsked)
    return answer(counter().scanning.take(asked.key, asked.as_place(draft_id))), 201


def _scanner(name: str, device: Scanner) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": name, "trouble": None, "info": None, "has_paper": False}
    try:
        info = device.info()
        shown["info"] = {
            "name": info.name,
            "sources": [source.value for source in info.sources],
            "tones": [tone.value for tone in info.tones],
            "dpi": list(info.dpi),
            "is_simulated": info.is_simulated,
        }
        shown["has_paper"] = device.probe()
    except ScannerError as exc:
        shown["trouble"] = _trouble(exc)
    return shown


def _trouble(error: ScannerError) -> dict[str, str]:
    problem = describe(error)
    return {
        "code": problem.code,
        "zh": f"{problem.title[0]}：{problem.remedy[0]}",
        "en": f"{problem.title[1]}. {problem.remedy[1]}",
    }
