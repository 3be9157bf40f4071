"""Device libraries that are loaded only when a reader that needs them is asked for."""

import importlib
from types import ModuleType

from terminal.reader_errors import MisconfiguredReaderError


def load_library(module: str, *, package: str) -> ModuleType:
    """Import a device library, so that a counter without it can still use other readers.

    Raises:
        MisconfiguredReaderError: the package is not installed; its name is in the detail.
    """
    try:
        return importlib.import_module(module)
    except ImportError as exc:
        raise MisconfiguredReaderError(f"package {package} is not installed") from exc
