"""The binder: what is done to the pages of a draft, each act saved before it returns."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from quarantine.errors import ForeignFileError
from quarantine.values import Edit, FileReport
from registration.application import Capture, Material, PageOrigin
from registration.materials import CATALOGUE
from registration.signatures import PAPERS
from terminal.desk.draft import Draft, DraftState
from terminal.desk.pages import (
    MOST_STEPS,
    Page,
    bound_materials,
    developed,
    inserted,
    next_page_ids,
    of_code,
    place_in_material,
    replaced,
    require_together,
    require_whole,
    step_back,
    taken_back,
    undeveloped,
)
from terminal.desk.ports import Binding, Box, Clock, FileRoom, PagePart
from terminal.desk.quality import to_be_kept
from terminal.desk.typed import file_label
from terminal.errors import BadMaterialError, ConflictError, DraftClosedError, NotFoundError

LARGEST_FILE: Final = 40 * 1024 * 1024
"""Bytes of one file as it comes; what travels is a small part of it."""
MOST_PAGES: Final = 300
"""Pages of one draft."""
_TRIES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A file on its way into a draft."""

    code: str
    name: str
    data: bytes
    capture: Capture = Capture.FILE
    is_simulated: bool = False
    after: str = ""
    """The page behind which its pages go; empty for the end of the material."""
    replaces: str = ""
    """The page in whose place its pages go."""
    arrival: str = ""
    """Of a file from the scanner's folder: what it is known by there."""


@dataclass(frozen=True, slots=True)
class Binder:
    """Puts pages into a draft, in order, straight and small.

    Raises (every act): NotFoundError, DraftClosedError, ConflictError (read again), BoxError.
    """

    box: Box
    files: FileRoom
    bind: Binding
    clock: Clock

    def add(self, draft_id: str, file: Arriving) -> Draft:
        """Keep a file and list its pages; they are made ready one by one afterwards.

        Raises:
            BadMaterialError: the file is not taken; `reason` says why.
            NotFoundError: no such material, or one that the counter makes itself.
        """
        _require_code(file.code)
        if len(file.data) > LARGEST_FILE:
            raise BadMaterialError("size")
        sha256 = hashlib.sha256(file.data).hexdigest()
        report = self._report(sha256, file.data)
        now = self.clock.now()

        def change(draft: Draft) -> tuple[Page, ...]:
            _require_room(draft, sha256, report, file)
            ids = next_page_ids(_all_ids(draft), report.pages)
            first = PageOrigin(
                sha256=sha256,
                page=1,
                capture=file.capture,
                captured_at=now,
                is_simulated=file.is_simulated,
            )
            new = [
                _new_page(page_id, replace(first, page=number), file, is_bound=report.is_signed)
                for number, page_id in enumerate(ids, start=1)
            ]
            pages = inserted(draft.pages, new, after=file.replaces or file.after)
            return tuple(page for page in pages if page.page_id != file.replaces)

        return self._act(draft_id, "added", change, blobs=(file.data,), arrival=file.arrival)

    def develop(self, draft_id: str) -> Draft:
        """Make the next waiting page ready; nothing happens when none waits."""
        draft = self._open(draft_id)
        waiting = next((page for page in draft.pages if page.is_waiting), None)
        if waiting is None:
            return draft
        ready, data = self._developed(draft_id, waiting)
        return self._put(draft_id, waiting, ready, data)

    def retry(self, draft_id: str, page_id: str) -> Draft:
        """Make a page ready once more that was stopped; nothing happens to one that was not.

        Its file lies here yet, so that nothing is scanned again.
        """
        page = _page(self._open(draft_id), page_id)
        if not page.trouble:
            return self._open(draft_id)
        ready, data = self._developed(draft_id, undeveloped(page, page.edit))
        return self._put(draft_id, page, ready, data)

    def edit(self, draft_id: str, page_id: str, edit: Edit) -> Draft:
        """Cut and turn a page otherwise, and make it ready again.

        Raises:
            BadMaterialError: "bound", of a page that travels byte for byte; "small", where too little
            would be left.
        """
        page = _page(self._open(draft_id), page_id)
        if page.is_bound:
            raise BadMaterialError("bound")
        ready, data = self._developed(draft_id, undeveloped(page, edit))
        if ready.trouble:
            raise BadMaterialError(ready.trouble)

        def change(draft: Draft) -> tuple[Page, ...]:
            code = _page(draft, page_id).code
            return replaced(draft.pages, replace(ready, code=code))

        return self._act(draft_id, "edited", change, blobs=data)

    def arrange(self, draft_id: str, order: Sequence[tuple[str, str]]) -> Draft:
        """Put the pages into an order of page ids, each with its material's code.

        Raises:
            ConflictError: it does not name every page once.
            BadMaterialError: "bound", where it parts the pages of a signed document.
        """
        for code in {code for _, code in order}:
            _require_code(code)

        def change(draft: Draft) -> tuple[Page, ...]:
            known = {page.page_id: page for page in draft.pages}
            if sorted(page_id for page_id, _ in order) != sorted(known):
                raise ConflictError("the pages were changed meanwhile")
            pages = [replace(known[page_id], code=code) for page_id, code in order]
            require_together(pages)
            codes = [page.code for page in pages]
            return tuple(sorted(pages, key=lambda page: codes.index(page.code)))

        return self._act(draft_id, "arranged", change)

    def remove(self, draft_id: str, page_ids: Sequence[str]) -> Draft:
        """Take pages out. Raises: BadMaterialError: "bound", for some pages of a signed document."""

        def change(draft: Draft) -> tuple[Page, ...]:
            for page_id in page_ids:
                _page(draft, page_id)
            pages = tuple(page for page in draft.pages if page.page_id not in page_ids)
            require_whole(draft.pages, pages)
            return pages

        return self._act(draft_id, "removed", change)

    def keep(self, draft_id: str, page_id: str) -> Draft:
        """Let a page stand with everything that is remarked upon it; the office is told so."""

        def change(draft: Draft) -> tuple[Page, ...]:
            page = _page(draft, page_id)
            if page.trouble:
                raise BadMaterialError("damaged")
            return replaced(draft.pages, replace(page, kept=to_be_kept(page)))

        return self._act(draft_id, "kept", change)

    def undo(self, draft_id: str) -> Draft:
        """Take the last act on pages back; nothing happens when there is none."""
        for _ in range(_TRIES):
            draft = self._open(draft_id)
            if not draft.steps:
                return draft
            pages = taken_back(draft.steps[-1], draft.pages)
            try:
                return self._save(draft, replace(draft, pages=pages, steps=draft.steps[:-1]))
            except ConflictError:
                continue
        raise ConflictError("the draft is being changed")

    def picture(
        self, draft_id: str, page_id: str, *, width: int, as_it_came: bool = False
    ) -> bytes:
        """Return a page as a JPEG for the screen: as it travels, where it is ready.

        Raises:
            BadMaterialError: it cannot be drawn.
        """
        draft = self.box.get_draft(draft_id)
        page = _page(draft, page_id)
        key, number, edit = page.file, page.number, None if as_it_came else page.edit
        if (
            page.picture
            and not as_it_came
            and (found := place_in_material(page, draft.pages, draft.materials))
        ):
            (key, number), edit = found, None
        try:
            return self.files.draw(key, self._load(draft_id, key), number, width=width, edit=edit)
        except ForeignFileError as exc:
            raise BadMaterialError(exc.reason) from exc

    def material_bytes(self, draft_id: str, sha256: str) -> bytes:
        """Return a material exactly as it travels, or a paper of the draft."""
        if sha256 not in self.box.get_draft(draft_id).blobs:
            raise NotFoundError("no such file")
        return self.box.get_blob(draft_id, sha256)

    # --- inside

    def _open(self, draft_id: str) -> Draft:
        draft = self.box.get_draft(draft_id)
        if draft.state is not DraftState.OPEN:
            raise DraftClosedError(draft.state.value)
        return draft

    def _load(self, draft_id: str, key: str) -> Callable[[], bytes]:
        return lambda: self.box.get_blob(draft_id, key)

    def _report(self, key: str, data: bytes) -> FileReport:
        try:
            report = self.files.report(key, lambda: data)
        except ForeignFileError as exc:
            raise BadMaterialError(exc.reason) from exc
        if report.is_signed:
            # These bytes travel as they are, so that there must be nothing else in them.
            if report.dropped:
                raise BadMaterialError("active")
            if not data.rstrip(b"\r\n\0 ").endswith(b"%%EOF"):
                raise BadMaterialError("damaged")
        return report

    def _developed(self, draft_id: str, page: Page) -> tuple[Page, tuple[bytes, ...]]:
        load = self._load(draft_id, page.file)
        try:
            clean, data = self.files.develop(page.file, load, page.number, page.edit)
        except ForeignFileError as exc:
            return replace(page, trouble=exc.reason), ()
        sha256 = hashlib.sha256(data).hexdigest()
        ready = developed(page, clean, sha256, len(data))
        return ready, () if page.is_bound else (data,)

    def _put(self, draft_id: str, waiting: Page, ready: Page, data: tuple[bytes, ...]) -> Draft:
        """Put a page that was made ready into its place, unless it was changed meanwhile."""
        for _ in range(_TRIES):
            draft = self._open(draft_id)
            now = next((p for p in draft.pages if p.page_id == waiting.page_id), None)
            if now is None or (now.file, now.edit) != (waiting.file, waiting.edit):
                return draft
            pages = replaced(draft.pages, replace(ready, code=now.code))
            try:
                return self._save(draft, replace(draft, pages=pages), blobs=data)
            except ConflictError:
                continue
        raise ConflictError("the draft is being changed")

    def _act(
        self,
        draft_id: str,
        act: str,
        change: Callable[[Draft], tuple[Page, ...]],
        *,
        blobs: tuple[bytes, ...] = (),
        arrival: str = "",
    ) -> Draft:
        """Do what can be taken back; fields that are saved meanwhile do not hold it up."""
        for _ in range(_TRIES):
            draft = self._open(draft_id)
            pages = change(draft)
            step = step_back(act, draft.pages, pages)
            changed = replace(draft, pages=pages, steps=(*draft.steps, step)[-MOST_STEPS:])
            try:
                return self._save(draft, changed, blobs=blobs, arrival=arrival)
            except ConflictError:
                if arrival and self.box.has_arrived(arrival):
                    raise
        raise ConflictError("the draft is being changed")

    def _save(
        self, before: Draft, after: Draft, *, blobs: tuple[bytes, ...] = (), arrival: str = ""
    ) -> Draft:
        fresh = {hashlib.sha256(data).hexdigest(): data for data in blobs}
        materials = self._materials(before, after, fresh)
        changed = replace(after, materials=materials, changed_at=self.clock.now())
        return self.box.save_draft(changed, blobs=tuple(fresh.values()), arrival=arrival)

    def _materials(
        self, before: Draft, after: Draft, fresh: dict[str, bytes]
    ) -> tuple[Material, ...]:
        """Return the materials of the pages; only those whose pages changed are bound anew."""
        codes = tuple(dict.fromkeys(page.code for page in after.pages))
        paged = {page.code for page in (*before.pages, *after.pages)}
        other = tuple(m for m in after.materials if m.code not in paged)
        made: list[Material] = []
        for code in codes:
            if of_code(before.pages, code) == of_code(after.pages, code):
                made += [m for m in after.materials if m.code == code]
                continue

            def bind(pages: Sequence[Page]) -> tuple[str, int]:
                data = self.bind([self._part(after.draft_id, page, fresh) for page in pages])
                sha256 = hashlib.sha256(data).hexdigest()
                fresh[sha256] = data
                return sha256, len(data)

            made += bound_materials(
                after.pages,
                code,
                bind,
                lambda sha256: len(fresh.get(sha256) or self.box.get_blob(after.draft_id, sha256)),
            )
        return (*made, *other)

    def _part(self, draft_id: str, page: Page, fresh: Mapping[str, bytes]) -> PagePart:
        assert page.picture is not None
        sha256 = page.picture.sha256
        return PagePart(
            picture=page.picture, data=fresh.get(sha256) or self.box.get_blob(draft_id, sha256)
        )


def _require_code(code: str) -> None:
    if code not in CATALOGUE or code in PAPERS:
        raise NotFoundError(f"no material {code} to add")


def _require_room(draft: Draft, sha256: str, report: FileReport, file: Arriving) -> None:
    if len(draft.pages) + report.pages > MOST_PAGES:
        raise BadMaterialError("many")
    # Two scans are never equal to the byte; a file that comes again was chosen twice.
    if file.capture is Capture.FILE and any(page.origin.sha256 == sha256 for page in draft.pages):
        raise BadMaterialError("twice")
    for page_id in filter(None, (file.after, file.replaces)):
        page = _page(draft, page_id)
        if page.code != file.code:
            raise NotFoundError("no such page of this material")
        if page.is_bound:
            raise BadMaterialError("bound")


def _all_ids(draft: Draft) -> set[str]:
    return {page.page_id for page in draft.pages} | {
        page_id for step in draft.steps for page_id in (*step.order, *_ids(step.pages))
    }


def _ids(pages: Sequence[Page]) -> tuple[str, ...]:
    return tuple(page.page_id for page in pages)


def _new_page(page_id: str, origin: PageOrigin, file: Arriving, *, is_bound: bool) -> Page:
    return Page(
        page_id=page_id,
        code=file.code,
        file=origin.sha256,
        number=origin.page,
        file_name=file_label(file.name, file.code),
        origin=origin,
        is_bound=is_bound,
    )


def _page(draft: Draft, page_id: str) -> Page:
    found = next((page for page in draft.pages if page.page_id == page_id), None)
    if found is None:
        raise NotFoundError("no such page")
    return found
