"""For operators and verifiers: health, metrics, the trust bundle."""

from collections import Counter

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from backend.web.callers import office

bp = Blueprint("public", __name__)


@bp.get("/")
def home() -> ResponseReturnValue:
    """Lead people to the check page."""
    return Response(status=302, headers={"Location": "/verify"})


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process is alive."""
    return jsonify({"status": "ok"})


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether the office can take work; 503 names what is wrong."""
    faults = dict(office().health())
    return jsonify({"status": "not ready" if faults else "ok", "faults": faults}), (
        503 if faults else 200
    )


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Give the counters as Prometheus text."""
    counts: Counter[tuple[str, int]] = current_app.extensions["requests_served"]
    lines = ["# TYPE mortgage_backend_requests_total counter"]
    lines += [
        f'mortgage_backend_requests_total{{endpoint="{endpoint}",status="{status}"}} {n}'
        for (endpoint, status), n in sorted(counts.items())
    ]
    alarm = office().alarms.look()
    for name, count in (
        ("cases_overdue", alarm.overdue),
        ("cases_due_soon", alarm.soon),
        ("packages_unanswered", alarm.unanswered),
    ):
        lines += [f"# TYPE mortgage_backend_{name} gauge", f"mortgage_backend_{name} {count}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


@bp.get("/.well-known/mortgage-registration/trust.json")
def trust() -> ResponseReturnValue:
    """Give all that an offline check needs."""
    return Response(office().trust(), content_type="application/json")


def register_counters(app: Flask) -> None:
    """Count every answered request by endpoint and status; no paths, no names."""
    app.extensions["requests_served"] = Counter()
    app.after_request(_count)


def _count(response: Response) -> Response:
    key = (request.endpoint or "none", response.status_code)
    current_app.extensions["requests_served"][key] += 1
    return response
