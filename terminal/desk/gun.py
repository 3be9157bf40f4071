"""What a scan gun reads from a title or a certificate: the number that it leads to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from registration.errors import RegistrationError
from registration.identifiers import parse_certificate_no, parse_unit_no
from terminal.desk.draft import Draft, FieldSource
from terminal.desk.fields import fields_of
from terminal.desk.intake import Intake

_UNIT: Final = re.compile(r"(?<![0-9A-Z])[0-9]{12}[A-Z]{2}[0-9]{5}[A-Z][0-9]{8}(?![0-9A-Z])")
"""A unit number somewhere in a text (GB/T 37346); cities' codes on titles hold it among others."""
_LINK: Final = re.compile(r"https?://[!-~]+?/verify/([!-~]+?)(?:\?.*)?", re.IGNORECASE)
"""What the codes of older certificates hold."""


@dataclass(frozen=True, slots=True)
class Gun:
    """Brings what was scanned into a draft.

    Raises: NotFoundError, DraftClosedError, ConflictError (read again), BoxError.
    """

    intake: Intake
    number_of_code: Callable[[str], str]
    """Returns the certificate's number that a genuine code of the office names; else nothing."""

    def take(self, draft_id: str, text: str) -> tuple[Draft, str]:
        """Write the number that a text holds; return the draft and the field that it went to.

        No field where the text holds no number, or none that this form asks for.
        """
        draft = self.intake.get(draft_id)
        number, names = self._number(text)
        on_form = {kind.name for kind in fields_of(draft)}
        name = next((name for name in names if name in on_form), "")
        if name:
            texts = {name: number}
            draft = self.intake.set_fields(draft_id, texts, source=FieldSource.CODE).draft
        return draft, name

    def _number(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Return the number in a text, and the fields that may take it, the fitting one first."""
        text = text.strip()
        link = _LINK.fullmatch(text)
        for found in (self.number_of_code(text), unquote(link[1]) if link else text):
            try:
                number = parse_certificate_no(found)
            except RegistrationError:
                continue
            is_title = "不动产权" in number.text
            return number.text, ("title_no",) if is_title else ("certificate_no", "notice_no")
        unit = _UNIT.search(text.upper()) or _UNIT.search("".join(text.upper().split()))
        try:
            return parse_unit_no(unit[0] if unit else "").text, ("unit_no",)
        except RegistrationError:
            return "", ()
