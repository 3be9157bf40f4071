"""Pages of the papers that customers bring: each with where it came from and what was done to it.

The file that a page came in stays as it is until the application is sealed; turning and cutting
are written down beside it, so that each can be taken back.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from quarantine.values import CleanPage, Edit, Figures
from registration.application import Material, PageOrigin
from registration.materials import CATALOGUE
from terminal.errors import BadMaterialError

MOST_STEPS = 20
"""So many acts on pages can be taken back."""
_PDF = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page as it travels; its bytes lie in the box."""

    sha256: str
    size: int
    media_type: str
    """image/jpeg, or image/x-ccitt-g4 for black and white."""
    width: int
    height: int
    dots_per_inch: int
    components: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of one material."""

    page_id: str
    code: str
    """The material that it belongs to."""
    file: str
    """SHA-256 of the bytes in the box that the page is drawn from."""
    number: int
    """In that file, from 1."""
    file_name: str
    origin: PageOrigin
    edit: Edit = field(default_factory=Edit)
    picture: Picture | None = None
    """None while the page was not made ready since its last edit, and for bound pages."""
    figures: Figures | None = None
    """What was measured on it; None likewise."""
    offer: tuple[int, ...] = ()
    """A cut that would make it straight, or leave the table out."""
    kept: tuple[str, ...] = ()
    """Remarks that the teller saw and let stand."""
    trouble: str = ""
    """Why the page cannot be drawn, though its file can be opened."""
    is_bound: bool = False
    """Of a document with a digital signature: it travels byte for byte, or not at all."""

    @property
    def is_waiting(self) -> bool:
        """Whether the page is still to be made ready."""
        return self.figures is None and not self.trouble

    @property
    def changes(self) -> tuple[str, ...]:
        """What was done to the page since it came, in this round and before."""
        now = [name for name, done in (("cut", self.edit.cut), ("turned", self.edit.turn)) if done]
        return tuple(dict.fromkeys((*self.origin.changes, *now)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How the pages were before an act: their order, and those that were otherwise."""

    act: str
    """ "added", "removed", "arranged", "edited", "kept"."""
    order: tuple[str, ...]
    pages: tuple[Page, ...]


def step_back(act: str, before: Sequence[Page], after: Sequence[Page]) -> Step:
    """Return what takes an act back."""
    now = {page.page_id: page for page in after}
    other = tuple(page for page in before if now.get(page.page_id) != page)
    return Step(act=act, order=tuple(page.page_id for page in before), pages=other)


def taken_back(step: Step, pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return the pages as they were before a step."""
    known = {page.page_id: page for page in (*pages, *step.pages)}
    return tuple(known[page_id] for page_id in step.order if page_id in known)


def of_code(pages: Iterable[Page], code: str) -> tuple[Page, ...]:
    """Return a material's pages in order."""
    return tuple(page for page in pages if page.code == code)


def inserted(pages: Sequence[Page], new: Sequence[Page], *, after: str = "") -> tuple[Page, ...]:
    """Return the pages with new ones behind a page, or behind the last of their material."""
    places = [
        at
        for at, page in enumerate(pages, start=1)
        if page.page_id == after or (not after and page.code == new[0].code)
    ]
    at = places[-1] if places else len(pages)
    return (*pages[:at], *new, *pages[at:])


def replaced(pages: Iterable[Page], page: Page) -> tuple[Page, ...]:
    """Return the pages with one put in the place of its older self."""
    return tuple(page if one.page_id == page.page_id else one for one in pages)


def next_page_ids(taken: Iterable[str], count: int) -> Iterator[str]:
    """Return fresh page ids, counting s1, s2 and so on; none is ever used twice in a draft."""
    last = max((int(page_id[1:]) for page_id in taken), default=0)
    return (f"s{number}" for number in range(last + 1, last + 1 + count))


def developed(page: Page, clean: CleanPage, sha256: str, size: int) -> Page:
    """Return a page with its picture and what was measured on it."""
    picture = Picture(
        sha256=sha256,
        size=size,
        media_type=clean.media_type,
        width=clean.width,
        height=clean.height,
        dots_per_inch=clean.dots_per_inch,
        components=clean.components,
    )
    return replace(
        page,
        picture=None if page.is_bound else picture,
        figures=clean.figures,
        offer=() if page.is_bound else clean.offer,
        trouble="",
    )


def undeveloped(page: Page, edit: Edit) -> Page:
    """Return a page with another edit, to be made ready again."""
    return replace(page, edit=edit, picture=None, figures=None, offer=(), kept=(), trouble="")


def bound_materials(
    pages: Sequence[Page],
    code: str,
    bind: Callable[[Sequence[Page]], tuple[str, int]],
    size_of: Callable[[str], int],
) -> tuple[Material, ...]:
    """Return the materials that a code's pages make: one PDF of drawn pages between signed ones.

    `bind` makes a PDF of pages and tells its digest and size; `size_of` tells the size of a file.
    None while a page of the code is still to be made ready or cannot be drawn.
    """
    own = of_code(pages, code)
    if any(page.is_waiting or page.trouble for page in own):
        return ()
    made = []
    for signed_file, run in groupby(own, lambda page: page.file if page.is_bound else ""):
        sheets = tuple(run)
        sha256, size = (signed_file, size_of(signed_file)) if signed_file else bind(sheets)
        name = sheets[0].file_name if signed_file else f"{code}.pdf"
        made.append(_material(code, sheets, name, sha256, size))
    return tuple(made)


def _material(code: str, pages: Sequence[Page], name: str, sha256: str, size: int) -> Material:
    return Material(
        code=code,
        title=CATALOGUE[code].title_zh,
        file_name=name,
        media_type=_PDF,
        sha256=sha256,
        size=size,
        pages=len(pages),
        origins=tuple(
            replace(page.origin, changes=page.changes, remarks=page.kept) for page in pages
        ),
    )


def settled(pages: Sequence[Page], materials: Sequence[Material]) -> tuple[Page, ...]:
    """Return the pages as they stand once the application is sealed.

    From then on a page is a page of what was sent; the file that it came in may be forgotten.
    """
    found: list[Page] = []
    for material in materials:
        own = of_code(pages, material.code)
        start = sum(page.code == material.code for page in found)
        for number, page in enumerate(own[start : start + material.pages], start=1):
            origin = replace(page.origin, changes=page.changes)
            found.append(
                page
                if page.is_bound
                else replace(
                    page,
                    file=material.sha256,
                    number=number,
                    origin=origin,
                    edit=Edit(),
                    offer=(),
                )
            )
    return tuple(found)


def place_in_material(
    page: Page, pages: Sequence[Page], materials: Sequence[Material]
) -> tuple[str, int] | None:
    """Return the digest of the material that a page travels in, and its number there."""
    at = of_code(pages, page.code).index(page)
    for material in materials:
        if material.code != page.code:
            continue
        if at < material.pages:
            return material.sha256, at + 1
        at -= material.pages
    return None


def require_together(pages: Sequence[Page]) -> None:
    """Refuse an order in which a signed document is not whole and in its own order.

    Raises:
        BadMaterialError: "bound".
    """
    for file in {page.file for page in pages if page.is_bound}:
        places = [at for at, page in enumerate(pages) if page.is_bound and page.file == file]
        own = [pages[at] for at in places]
        is_whole = places == list(range(places[0], places[0] + len(places)))
        in_order = [page.number for page in own] == list(range(1, len(own) + 1))
        if not (is_whole and in_order and len({page.code for page in own}) == 1):
            raise BadMaterialError("bound")


def require_whole(before: Sequence[Page], after: Sequence[Page]) -> None:
    """Refuse to take out a part of a signed document. Raises: BadMaterialError, "bound"."""
    for file in {page.file for page in after if page.is_bound}:
        if sum(p.file == file for p in before) != sum(p.file == file for p in after):
            raise BadMaterialError("bound")
