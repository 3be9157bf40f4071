"""Authorities that are none: they know made-up people and papers, and say that they are simulated.

Answers and faults are set by knobs, comma separated: SERVICE=WORD for all of a service, or
SERVICE:SUBJECT=WORD for one number; SERVICE may be "*". A WORD is an answer of the service or a fault.
"""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from backend.errors import MisconfiguredError, NoAnswerError
from backend.office.enquiries import Service
from backend.sharing.envelope import BASE, IDENTITY
from backend.sharing.simulated import find_code
from backend.sharing.sources import SOURCES

FAULTS: Final = frozenset({"slow", "wrong", "malformed", "down", "timeout", "repeated"})
SLOW_S: Final = 2.0
_WORDS: Final[Mapping[Service, frozenset[str]]] = {
    Service.MARRIAGE: frozenset({"married", "single", "divorced"}),
    Service.SEIZURES: frozenset({"clear", "seized"}),
    Service.DEED_TAX: frozenset({"paid", "unpaid", "differs", "nothing"}),
    Service.SALE_CONTRACT: frozenset({"filed", "signed", "unfiled", "differs", "nothing"}),
    Service.BUSINESS_LICENCE: frozenset({"good", "ended", "differs", "nothing"}),
    Service.FINANCIAL_LICENCE: frozenset({"good", "differs", "nothing"}),
}
_USUAL: Final[Mapping[Service, str]] = {
    Service.MARRIAGE: "single",
    Service.SEIZURES: "clear",
    Service.DEED_TAX: "paid",
    Service.SALE_CONTRACT: "filed",
    Service.BUSINESS_LICENCE: "good",
    Service.FINANCIAL_LICENCE: "good",
}
_SUBJECTS: Final[Mapping[Service, str]] = {
    Service.IDENTITY: "gmsfhm",
    Service.MARRIAGE: "cert_num",
    Service.SEIZURES: "bdcdyh",
    Service.DEED_TAX: "spmh",
    Service.SALE_CONTRACT: "htbh",
    Service.BUSINESS_LICENCE: "uniscid",
    Service.FINANCIAL_LICENCE: "certCode",
}
"""The parameter that names what is asked about."""
_QUERIES: Final = {source.query: service for service, source in SOURCES.items()} | {
    IDENTITY: Service.IDENTITY,
    BASE: Service.IDENTITY,
}


@dataclass(frozen=True, slots=True)
class Staged:
    """What comes back, and how."""

    body: bytes
    status: int = 200
    wait_s: float | None = 0.0
    """None: never."""


@dataclass(slots=True)
class Stage:
    """All simulated authorities; the knobs can be turned while it runs."""

    knobs: Mapping[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Query and request number of each question, in order; no people."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, data: bytes) -> Staged:
        """Answer one question in the envelope."""
        try:
            question = json.loads(data)
            head, told = question["head"], question["data"]
            query, number, parameters = told["cxywlb"], head["cxqqdh"], told["cxywcs"][0]
            service = _QUERIES[query]
        except (ValueError, KeyError, TypeError, IndexError):
            return Staged(b'{"head":{"status":"0404","simulated":true}}', status=400)
        with self._lock:
            self.asked.append((query, number))
        subject = _find(parameters, _SUBJECTS[service]) or _find(parameters, "sfzh")
        word = self._word(service, subject)
        body = _body(service, query, number, parameters, word)
        return _spoil(body, word)

    def _word(self, service: Service, subject: str) -> str:
        keys = (f"{service.value}:{subject.upper()}", service.value, "*")
        return next((self.knobs[key] for key in keys if key in self.knobs), "")


@dataclass(frozen=True, slots=True)
class StageLine:
    """A way to the stage inside this process."""

    stage: Stage

    def exchange(self, data: bytes) -> bytes:
        """Send one question and return the raw answer. Raises: NoAnswerError."""
        staged = self.stage.answer(data)
        if staged.wait_s is None:
            raise NoAnswerError("timeout")
        time.sleep(staged.wait_s)
        if staged.status != 200:
            raise NoAnswerError("unreachable", f"HTTP {staged.status}")
        return staged.body


def _spoil(body: dict[str, Any], word: str) -> Staged:
    if word == "wrong":
        body["head"]["cxqqdh"] = "19700101000000000000"
    if word == "repeated":
        body = {"head": body["head"] | {"status": "0405"}, "data": {}}
    data = json.dumps(body, ensure_ascii=False).encode()
    if word == "malformed":
        return Staged(data[: len(data) // 2])
    if word == "down":
        return Staged(b"", status=503)
    return Staged(data, wait_s=None if word == "timeout" else SLOW_S if word == "slow" else 0.0)


def _body(service: Service, query: str, number: str, parameters: Any, word: str) -> dict[str, Any]:
    head = {"cxqqdh": number, "simulated": True}
    if service is Service.IDENTITY:
        return {"head": head | {"status": "0200"}, "data": _police(query, parameters, word)}
    status = min(SOURCES[service].is_good)
    if service is Service.MARRIAGE and not word and not find_code(_find(parameters, "cert_num")):
        # Somebody who could be real: nothing made up is said of him.
        return {"head": head | {"status": "0404"}, "data": {}}
    meant = _USUAL[service] if word in FAULTS or not word else word
    records = (
        [] if meant in {"single", "clear", "nothing"} else [_record(service, parameters, meant)]
    )
    return {"head": head | {"status": status}, "data": {"cxjg": records}}


def _police(query: str, parameters: Any, word: str) -> dict[str, Any]:
    number = _find(parameters, "gmsfhm") or _find(parameters, "sfzh")
    code = "" if word in FAULTS else word
    if query == BASE:
        mark = "1" if code == "death" else "0"
        return {"result": [{"xm": _find(parameters, "xm"), "gmsfzh": number, "swbs": mark}]}
    return {"ReturnInfos": [{"CheckCode": "000" if code == "death" else code or find_code(number)}]}


def _record(service: Service, parameters: Any, meant: str) -> dict[str, Any]:
    asked = {key: _find(parameters, key) for key in ("cert_num", "bdcdyh", "spmh", "htbh", "bah")}
    if service is Service.MARRIAGE:
        kind = "IB" if meant == "divorced" else "IA"
        numbers = {"certNumMan": asked["cert_num"], "certNumWoman": ""}
        return {"certNo": "J410202-SIM-1", "opType": kind, "opDate": "2015-05-20", **numbers}
    if service is Service.SEIZURES:
        court = {"cfjg": "示例市龙亭区人民法院", "cfwh": "（2026）示0202执991号", "cflx": "1"}
        return {"bdcdyh": asked["bdcdyh"], **court, "cfkssj": "2026-09-01", "cfjssj": "2029-08-31"}
    if service is Service.DEED_TAX:
        contract = "另一合同" if meant == "differs" else asked["htbh"]
        paid = "0" if meant == "unpaid" else "1"
        return {"spmh": asked["spmh"], "htbh": contract, "wszt": paid, "jkrq": "2026-09-20"}
    if service is Service.SALE_CONTRACT:
        state = {"signed": "3", "unfiled": "2"}.get(meant, "4")
        unit = {"bdcdyh": "410202009009GB00099F00990099"} if meant == "differs" else {}
        return {"htbh": asked["htbh"], "bah": asked["bah"], "htzt": state, **unit}
    if service is Service.BUSINESS_LICENCE:
        named = "另一家示例公司" if meant == "differs" else _find(parameters, "entname")
        standing = {"regstate": "2" if meant == "ended" else "1"}
        words = {"regstate_cn": "吊销" if meant == "ended" else "存续"}
        return {"uniscid": _find(parameters, "uniscid"), "entname": named, **standing, **words}
    other = {"fullName": "另一家示例银行"} if meant == "differs" else {}
    return {"certCode": _find(parameters, "certCode"), "setDate": "2005-01-01", **other}


def _find(parameters: Any, key: str) -> str:
    """Return a parameter wherever it stands in the question."""
    if isinstance(parameters, dict):
        if isinstance(parameters.get(key), str):
            return str(parameters[key])
        return next((found for v in parameters.values() if (found := _find(v, key))), "")
    if isinstance(parameters, list):
        return next((found for v in parameters if (found := _find(v, key))), "")
    return ""


def parse_knobs(text: str) -> dict[str, str]:
    """Read knobs, as the module says.

    Raises:
        MisconfiguredError: a knob is not of that form.
    """
    services = {service.value: service for service in Service}
    knobs = {}
    for knob in filter(None, (part.strip() for part in text.split(","))):
        key, _, word = knob.partition("=")
        name, _, subject = key.partition(":")
        service = services.get(name)
        is_police = service is Service.IDENTITY and (word == "death" or word.isdigit())
        is_known = word in FAULTS or is_police or (service and word in _WORDS.get(service, ()))
        if not is_known or (service is None and key != "*"):
            raise MisconfiguredError("authorities: simulated:SERVICE[:NUMBER]=WORD,… is wanted")
        knobs[f"{name}:{subject.upper()}" if subject else name] = word
    return knobs
