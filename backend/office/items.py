"""The papers of a case as the desk lists them."""

from dataclasses import dataclass

from registration.application import Application, PageOrigin
from registration.signatures import is_signed_paper


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialItem:
    """One paper of a case, its bytes apart."""

    code: str
    title: str
    media_type: str
    pages: int
    sha256: str
    origins: tuple[PageOrigin, ...] = ()
    is_signed: bool = False
    """Whether the counter drew it for people to sign."""


def list_materials(application: Application) -> tuple[MaterialItem, ...]:
    """Return an application's papers in its order."""
    return tuple(
        MaterialItem(
            code=m.code,
            title=m.title,
            media_type=m.media_type,
            pages=m.pages,
            sha256=m.sha256,
            origins=m.origins,
            is_signed=m.is_drawn and is_signed_paper(m),
        )
        for m in application.materials
    )
