"""What is installed is whole: templates, styles, fonts and samples lie in the wheel."""

import json
import subprocess
import sys
from typing import Final

from tests.house.tree import PACKAGES, ROOT

# The builder's own answer, without building: which files beside the modules it would take.
_ASK: Final = """
import json, os
from setuptools import Distribution
told = Distribution({"script_name": "setup.py"})
told.parse_config_files(["setup.cfg"])
build = told.get_command_obj("build_py")
build.ensure_finalized()
taken = [f"{src}/{name}" for _, src, _, names in build.data_files for name in names]
modules = [path for _, _, path in build.find_all_modules()]
print(json.dumps([os.path.normpath(path) for path in taken + modules]))
"""
_NEVER: Final = frozenset({".pyc"})


def test_everything_in_the_packages_is_installed() -> None:
    """Templates in folders without modules were once left behind, and an installed office fell."""
    asked = subprocess.run(
        [sys.executable, "-c", _ASK], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert _here() - set(json.loads(asked.stdout.splitlines()[-1])) == set()


def _here() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix not in _NEVER
    }
