"""Uploads in a dictionary: nothing to make durable, and the same turns."""

from dataclasses import replace
from datetime import datetime

from backend.errors import ConflictError, NotFoundError
from backend.office.rows import Upload


class MemoryUploads:
    """Packages that come in pieces."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], tuple[Upload, bytes]] = {}
        self.turns = 0

    def begin(self, terminal: str, sha256: str, length: int, at: datetime) -> Upload:
        held = self.held.get((terminal, sha256))
        if held is None or held[0].length != length:
            begun = Upload(
                terminal=terminal, sha256=sha256, length=length, offset=0, touched_at=at, turn=0
            )
            self.held[terminal, sha256] = begun, b""
        taken = self.take(terminal, sha256)
        assert taken is not None
        return taken

    def take(self, terminal: str, sha256: str) -> Upload | None:
        if (terminal, sha256) not in self.held:
            return None
        self.turns += 1
        upload, data = self.held[terminal, sha256]
        self.held[terminal, sha256] = replace(upload, turn=self.turns), data
        return self.held[terminal, sha256][0]

    def write(self, upload: Upload, data: bytes, at: datetime) -> Upload:
        held, before = self._of(upload)
        if held.turn != upload.turn:
            raise ConflictError("taken over")
        written = replace(upload, offset=upload.offset + len(data), touched_at=at)
        self.held[upload.terminal, upload.sha256] = written, before[: upload.offset] + data
        return written

    def keep(self, upload: Upload) -> None:
        """Nothing is lost here but with the process."""

    def read(self, upload: Upload, most: int) -> bytes:
        return self._of(upload)[1][:most]

    def remove(self, terminal: str, sha256: str) -> None:
        self.held.pop((terminal, sha256), None)

    def of(self, terminal: str) -> tuple[Upload, ...]:
        mine = (u for u, _ in self.held.values() if u.terminal == terminal)
        return tuple(sorted(mine, key=lambda upload: upload.touched_at))

    def sweep(self, before: datetime) -> int:
        old = [key for key, (u, _) in self.held.items() if u.touched_at < before]
        for key in old:
            del self.held[key]
        return len(old)

    def _of(self, upload: Upload) -> tuple[Upload, bytes]:
        found = self.held.get((upload.terminal, upload.sha256))
        if found is None:
            raise NotFoundError("upload")
        return found
