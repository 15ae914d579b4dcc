"""The import rule of our own: it lets through what is named, the standard library and itself, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

CONFIG = """
[importlinter]
root_packages =
    core
    friend
include_external_packages = True
contract_types =
    only: tests.support.import_contracts.OnlyContract

[importlinter:contract:1]
name = core is plain
type = only
modules =
    core
allowed =
    orjson
    friend.deep
"""


def _lint(folder: Path, statement: str) -> tuple[bool, str]:
    """Whether a `core.inner` with this statement keeps the rule, and what is said of it."""
    for package in ("core", "friend", "friend/deep"):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    (folder / "core" / "inner.py").write_text(statement)
    (folder / "rules.ini").write_text(CONFIG)
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(
        [*command, "--config", "rules.ini", "--no-cache", "--no-logo"],
        cwd=folder,
        env={"PYTHONPATH": f"{folder}:{ROOT}", "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "statement", ["import collections.abc", "import core", "import orjson", "from friend import deep"]
)
def test_the_standard_library_itself_and_what_is_named_may_be_imported(tmp_path: Path, statement: str):
    is_kept, said = _lint(tmp_path, statement)
    assert is_kept, said


@pytest.mark.parametrize(
    ("statement", "imported"),
    [("import django", "django"), ("import friend", "friend"), ("import corelike", "corelike")],
)
def test_anything_else_is_an_offence_even_deep_inside(tmp_path: Path, statement: str, imported: str):
    is_kept, said = _lint(tmp_path, statement)
    assert not is_kept
    assert f"core.inner imports {imported}" in said
