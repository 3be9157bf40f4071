"""A teller whose counter is killed again and again, and who misses nothing that was acknowledged."""

import random
import threading
from dataclasses import dataclass, field
from typing import Any

import requests

from scripts.stand.counter import JSON, Reader, Teller
from tests.journey.counters import serve_counter
from tests.journey.lives import KILLED, Life
from tests.journey.premises import Premises

_LONGEST_S = 0.12
"""A killing comes at most this long after a request went out: before, within or after its work."""


_CUT = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
"""Before an answer came, or in the midst of one."""


class LaidReader(Reader):
    """A card reader that remembers which card was laid on it last."""

    laid = ""

    def say(self, words: str) -> str:
        if words.startswith("put"):
            self.laid = words
        return super().say(words)

    def lay_again(self) -> None:
        """Lift the card and lay it down again: a card is read once while it lies there."""
        if self.laid:
            self.say("remove")
            self.say(self.laid)


@dataclass
class Killer:
    """A counter's process that dies at random moments, a given number of times."""

    premises: Premises
    reader: LaidReader
    chance: random.Random
    kills: int
    done: int = 0
    token: str = ""
    cut: int = 0
    """How many of the killings cut a request off from its answer."""
    life: Life = field(init=False)
    teller: Teller = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start the counter, and let the teller in."""
        self.life, self.teller = serve_counter(self.premises)
        # The windows that are open go on: their token is that of the next process too.
        assert self.token in {"", self.teller.token}
        self.token = self.teller.token

    def aim(self) -> threading.Timer | None:
        """Let the process die in a moment; None when it lives on this time."""
        if self.done >= self.kills or self.chance.random() < 0.3:
            return None
        timer = threading.Timer(self.chance.uniform(0, _LONGEST_S), self.life.kill)
        timer.start()
        self.done += 1
        return timer

    def end(self) -> None:
        """End the counter that lives now."""
        self.life.end()

    def start_again(self) -> None:
        """Wait for the end of the one that was killed, and start the next."""
        assert self.life.wait(20) == KILLED
        self.start()


class StubbornTeller(Teller):
    """Does every act until it is acknowledged; after each killing looks whether all is there."""

    def __init__(self, killer: Killer) -> None:
        # It speaks through whichever counter lives now; there is nothing of its own to open.
        self._killer = killer
        self._draft_id = ""
        self._kept: dict[str, Any] = {}

    def _json(self, method: str, path: str, **options: Any) -> JSON:
        killer = self._killer
        timer = killer.aim() if method != "GET" else None
        told: JSON | None = None
        try:
            told = killer.teller._json(method, path, **options)  # its own kind
            self._keep(told)
        except _CUT:
            killer.cut += 1
        if timer is not None:
            timer.join()
            killer.start_again()
            killer.reader.lay_again()
            touched = _touched(path, options)
            draft = self._require_everything(touched)
            if told is None and draft is not None and _content(draft) != self._kept:
                # The act was done, and its answer lost: the page shows so, as a teller sees it.
                self._keep(draft)
                told = draft if method == "POST" and not path.endswith("/submit") else None
        return told if told is not None else self._json(method, path, **options)

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        return self._killer.teller._ask(method, path, **options)  # its own kind

    def _keep(self, told: JSON) -> None:
        if "fields" in told and "slots" in told:
            self._draft_id = told["draft_id"]
            self._kept = _content(told)
        elif "papers" in told:
            # Signing answers with the papers alone. Not kept, an ink of before would look like the
            # one whose answer a killing cut off, which then would never be given.
            signers = [signer for paper in told["papers"] for signer in paper["signers"]]
            signed = sum(signer["is_signed"] for signer in signers)
            self._kept |= {f"ink {n}": True for n in range(signed)}

    def _require_everything(self, touched: set[str]) -> JSON | None:
        teller = self._killer.teller
        there = [d["draft_id"] for d in teller.get("/tray")["drafts"]]
        if not self._draft_id:
            # Made, and its answer lost: a teller finds it among his drafts and makes no second.
            self._draft_id = there[0] if there else ""
        if not self._draft_id:
            return None
        assert there == [self._draft_id]
        draft = teller.get(f"/drafts/{self._draft_id}")
        found = _content(draft)
        lost = {k: v for k, v in self._kept.items() if found.get(k) != v and k not in touched}
        assert lost == {}
        return draft


def _content(draft: JSON) -> dict[str, Any]:
    """Return everything that a teller put into a draft, by name."""
    found: dict[str, Any] = {f"field {k}": v["text"] for k, v in draft["fields"].items()}
    for slot in draft["slots"]:
        names = ("role", "display_name", "phone", "relation")
        found |= {f"{slot['slot_id']} {name}": slot[name] for name in names}
    found |= {f"answer {k}": v for k, v in draft["inquiry"].items()}
    found |= {f"page {p['page_id']}": (p["code"], p["number"]) for p in draft["pages"]}
    ready = [p for p in draft["pages"] if not p["is_waiting"]]
    found |= {f"ready {p['page_id']}": p["key"] for p in ready}
    return found | {f"ink {n}": True for n in range(draft["signed"])}


def _touched(path: str, options: dict[str, Any]) -> set[str]:
    """Return the names of what an act may have changed."""
    texts = (options.get("json") or {}).get("texts", {})
    slot = path.split("/slots/")[1].split("/", maxsplit=1)[0] if "/slots/" in path else ""
    names = {f"field {k}" for k in texts} | {f"answer {k}" for k in texts}
    return names | {f"{slot} {k}" for k in (*texts, "display_name")}
