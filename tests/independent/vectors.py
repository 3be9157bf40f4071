"""The committed vectors, as they stand."""

import base64
import json
from pathlib import Path
from typing import Any, Final

VECTORS: Final = Path(__file__).parents[1] / "data" / "vectors"


def load(name: str) -> dict[str, Any]:
    return dict(json.loads((VECTORS / name).read_text("utf-8")))


KEYS: Final = load("keys.json")
STEPS: Final = load("package.json")
BUNDLE: Final = load("trust.json")
PACKAGE: Final = (VECTORS / "package.bin").read_bytes()


def certificate(name: str) -> bytes:
    return base64.b64decode(KEYS["keys"][name]["certificate"])
