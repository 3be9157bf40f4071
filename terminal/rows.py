"""The box's own JSON: values of the desk to bytes and back, each with its version in front."""

from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from terminal.desk.draft import Draft
from terminal.desk.hosted import Hosted
from terminal.desk.items import CertificateItem, Doubt, InboxItem, OutboxItem
from terminal.desk.lists import KeptList
from terminal.desk.watch import Watch
from terminal.errors import BoxDamagedError

T = TypeVar("T")

# Rows in the box, version 1: the name and version, a line break, JSON of one list with one value.
# Members may be added with a default; none is removed or re-meant within a version.
_CONFIG: Final = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


class RowCodec(Generic[T]):
    """Turns one kind of value into bytes and back."""

    def __init__(self, name: str, kind: Any) -> None:
        self._head = f"{name}\n".encode()
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[tuple[T]]:
        # Built when first used. A dataclass inside a tuple takes the adapter's configuration;
        # alone it would refuse it.
        return TypeAdapter(tuple[self._kind], config=_CONFIG)  # type: ignore[name-defined]  # a value, not a type

    def encode(self, value: T) -> bytes:
        """Write a value."""
        return self._head + self._adapter.dump_json((value,))

    def decode(self, data: bytes) -> T:
        """Read what `encode` wrote.

        Raises:
            BoxDamagedError: another version, or not a value of this kind.
        """
        if not data.startswith(self._head):
            raise BoxDamagedError("a row of another version")
        try:
            return self._adapter.validate_json(data[len(self._head) :])[0]
        except ValidationError:
            # Its message would hold the value.
            raise BoxDamagedError("a row that cannot be read") from None


DRAFT: Final[RowCodec[Draft]] = RowCodec("draft/1", Draft)
OUTBOX: Final[RowCodec[OutboxItem]] = RowCodec("outbox/1", OutboxItem)
INBOX: Final[RowCodec[InboxItem]] = RowCodec("inbox/1", InboxItem)
DOUBT: Final[RowCodec[Doubt]] = RowCodec("doubt/1", Doubt)
CERTIFICATE: Final[RowCodec[CertificateItem]] = RowCodec("certificate/1", CertificateItem)
VISIT: Final[RowCodec[Hosted]] = RowCodec("visit/1", Hosted)
WATCH: Final[RowCodec[Watch]] = RowCodec("watch/1", Watch)
LIST: Final[RowCodec[KeptList]] = RowCodec("list/1", KeptList)
