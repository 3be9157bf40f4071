"""What a rule is: an id, how grave, by which law, and the function that looks."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from registration.application import Application
from registration.findings import Finding, Level

FORM_LAW: Final = "《不动产登记暂行条例》第十七条第一款第三项"
"""The basis of a check of form: what is incomplete or out of form is told once, in writing."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found, in words with the facts filled in."""

    zh: str
    en: str
    pointer: str = ""
    """JSON Pointer into application/1."""


Look = Callable[[Application, date], Iterator[Hit]]
"""Look at an application as of a day and yield everything that the rule minds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the list; several may share the ids MATERIAL, FORMAT, PRINT and KIND."""

    id: str
    level: Level
    basis: str
    """Law and article."""
    look: Look

    @property
    def text(self) -> str:
        """What the rule says, as its function tells it: part of the rule book's digest."""
        return inspect.cleandoc(self.look.__doc__ or "")

    def apply(self, application: Application, today: date) -> Iterator[Finding]:
        """Yield a finding for everything that the rule minds."""
        for hit in self.look(application, today):
            yield Finding(
                rule=self.id,
                level=self.level,
                zh=hit.zh,
                en=hit.en,
                basis=self.basis,
                pointer=hit.pointer,
            )
