"""A signed paper as it looks with the ink on its lines; what was signed stays the file itself."""

from backend.errors import NotFoundError
from registration.application import Application
from registration.errors import PaperError
from registration.papers.drawing import draw_finished
from registration.signatures import is_signed_paper


def finished_paper(application: Application, sha256: str) -> bytes:
    """Draw the paper of a digest with the signatures that were given on it.

    Raises:
        NotFoundError: nobody signs this paper, or it cannot be drawn here.
    """
    for material in application.materials:
        if material.sha256 == sha256 and material.is_drawn and is_signed_paper(material):
            try:
                return draw_finished(application, material.code, sha256)
            except (PaperError, ValueError) as exc:
                raise NotFoundError("finished paper") from exc
    raise NotFoundError("finished paper")
