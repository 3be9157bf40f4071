"""The package's content: applications and the bytes of their materials, as named parts."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from registration.application import Application, Material
from registration.errors import BadPackageError
from registration.schema import (
    LARGEST_DOCUMENT,
    MEDIA_TYPE,
    canonical,
    decode_json,
    format_application,
    parse_application,
)

# Package content, version 1: "package.json" is first and lists every other part, in order:
# {"applications": [names], "materials": [names], "version": 1}. Applications are
# "applications/1.json", "applications/2.json" …; a material is "materials/" and the SHA-256 of
# its bytes, and stands once however many applications name it. Nothing is added within version 1.
VERSION: Final = 1
LIST_NAME: Final = "package.json"
MOST_APPLICATIONS: Final = 16
_LARGEST_LIST: Final = 64 * 1024
_MATERIAL: Final = re.compile(r"materials/([0-9a-f]{64})", re.ASCII)
_MEMBERS: Final = {"applications", "materials", "version"}


@dataclass(frozen=True, slots=True)
class PackagePart:
    """One named part of a package."""

    name: str
    media_type: str
    data: bytes

    def __repr__(self) -> str:
        # Parts hold personal data, and tracebacks print reprs.
        return f"PackagePart({len(self.data)} bytes)"


class PartLike(Protocol):
    """A part however it was carried."""

    @property
    def name(self) -> str:
        """Return the part's name."""
        ...

    @property
    def media_type(self) -> str:
        """Return what kind of bytes it has."""
        ...

    @property
    def data(self) -> bytes:
        """Return its bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Package:
    """What a package holds."""

    applications: tuple[Application, ...]
    contents: Mapping[str, bytes]
    """The materials' bytes by SHA-256, lower-case hex."""

    def __repr__(self) -> str:
        return f"Package({len(self.applications)} applications, {len(self.contents)} materials)"


def pack(
    applications: Sequence[Application], contents: Mapping[str, bytes]
) -> tuple[PackagePart, ...]:
    """Return the parts of a package: the list, the applications, each material once.

    `contents` may hold more than the applications name; only what they name is taken.

    Raises:
        BadPackageError: a material's bytes are missing or not as the application says, or an
            application is larger than `unpack` takes.
        BadDocumentError: an application cannot be written.
    """
    _require_applications(applications)
    named = _named(applications)
    missing = named.keys() - contents.keys()
    if missing:
        raise BadPackageError("a material's bytes are missing")
    written = tuple(
        PackagePart(_application_name(number), MEDIA_TYPE, _written(found))
        for number, found in enumerate(applications, start=1)
    )
    materials = tuple(
        PackagePart(f"materials/{digest}", material.media_type, contents[digest])
        for digest, material in named.items()
    )
    for part in materials:
        _require_material(part, named)
    listed = {
        "applications": [part.name for part in written],
        "materials": [part.name for part in materials],
        "version": VERSION,
    }
    return (PackagePart(LIST_NAME, MEDIA_TYPE, canonical(listed)), *written, *materials)


def unpack(parts: Sequence[PartLike]) -> Package:
    """Return what the parts of an opened package hold, once everything fits together.

    Raises:
        BadPackageError: a part too many, too few, twice, or not what an application says of it.
        BadDocumentError: the list or an application breaks its schema.
    """
    by_name = {part.name: part for part in parts}
    if len(by_name) != len(parts):
        raise BadPackageError("a part stands twice")
    names = _read_list(by_name.pop(LIST_NAME, None))
    if set(names) != set(by_name):
        raise BadPackageError("the parts are not those of the list")
    applications = tuple(
        parse_application(decode_json(_json(by_name.pop(name)).data))
        for name in names
        if not _MATERIAL.fullmatch(name)
    )
    _require_applications(applications)
    named = _named(applications)
    if {f"materials/{digest}" for digest in named} != set(by_name):
        raise BadPackageError("the materials are not those that the applications name")
    return Package(
        applications=applications,
        contents={_require_material(part, named): part.data for part in by_name.values()},
    )


def _read_list(part: PartLike | None) -> tuple[str, ...]:
    """Return the names that the package's own list gives, applications first."""
    if part is None:
        raise BadPackageError("package.json is missing")
    value = decode_json(_json(part).data, largest=_LARGEST_LIST)
    if not isinstance(value, dict) or set(value) != _MEMBERS or not _is_version(value["version"]):
        raise BadPackageError("package.json is not of version 1")
    applications, materials = value["applications"], value["materials"]
    if not _is_numbered(applications) or not _is_materials(materials):
        raise BadPackageError("package.json lists other names than version 1 has")
    if len(set(materials)) != len(materials):
        raise BadPackageError("package.json lists a part twice")
    return (*applications, *materials)


def _is_version(value: Any) -> bool:
    # In Python true equals 1.
    return type(value) is int and value == VERSION


def _is_numbered(names: Any) -> bool:
    return isinstance(names, list) and names == [
        _application_name(number) for number in range(1, len(names) + 1)
    ]


def _is_materials(names: Any) -> bool:
    return isinstance(names, list) and all(
        isinstance(name, str) and _MATERIAL.fullmatch(name) for name in names
    )


def _written(application: Application) -> bytes:
    data = canonical(format_application(application))
    if len(data) > LARGEST_DOCUMENT:
        # Found here, not after it was sealed and sent: the ink must be written again.
        raise BadPackageError("an application is too large; let the longest signatures be shorter")
    return data


def _application_name(number: int) -> str:
    return f"applications/{number}.json"


def _json(part: PartLike) -> PartLike:
    if part.media_type != MEDIA_TYPE:
        raise BadPackageError("a part is of another media type than version 1 has")
    return part


def _require_applications(applications: Sequence[Application]) -> None:
    if not 1 <= len(applications) <= MOST_APPLICATIONS:
        raise BadPackageError(f"a package holds 1 to {MOST_APPLICATIONS} applications")
    if len({found.application_id for found in applications}) != len(applications):
        raise BadPackageError("an application stands twice")


def _named(applications: Iterable[Application]) -> dict[str, Material]:
    """Return every material that applications name, by digest, in order."""
    named: dict[str, Material] = {}
    for material in (m for found in applications for m in found.materials):
        known = named.setdefault(material.sha256, material)
        if (known.size, known.media_type) != (material.size, material.media_type):
            raise BadPackageError("two applications describe the same material differently")
    return named


def _require_material(part: PartLike, named: Mapping[str, Material]) -> str:
    """Return the digest of a material's part whose bytes are what its application says."""
    digest = hashlib.sha256(part.data).hexdigest()
    if part.name != f"materials/{digest}":
        raise BadPackageError("a material's bytes do not have its digest")
    if part.media_type != named[digest].media_type or len(part.data) != named[digest].size:
        raise BadPackageError("a material is not of the size or media type that is said of it")
    return digest
