"""The audit of packages: a known weakness fails, a database that is not there does not."""

import json
import re
from pathlib import Path

import pytest

from tests.audit import PINNED, verdict

GOOD = {"name": "django", "version": "5.2.19", "vulns": []}
WEAK = {"name": "daphne", "version": "1.0", "vulns": [{"id": "CVE-1", "fix_versions": ["1.1"]}]}
UNKNOWN = {"name": "axes", "skip_reason": "not found"}


def told(*packages: dict) -> str:
    return json.dumps({"dependencies": packages})


def test_a_known_weakness_fails_and_is_named_even_beside_unknown_packages():
    assert verdict(told(GOOD, WEAK, UNKNOWN)) == (1, "daphne 1.0: CVE-1, fixed in 1.1")


def test_nothing_known_passes_in_silence():
    assert verdict(told(GOOD)) == (0, "")


def test_packages_nobody_knows_are_said():
    assert verdict(told(GOOD, UNKNOWN))[1].startswith("skipped: 1 of 2 packages")


@pytest.mark.parametrize("nonsense", ["", "no route to host", "[]", "{}"])
def test_a_database_that_cannot_be_asked_is_said_and_passes(nonsense):
    assert verdict(nonsense) == (0, "skipped: the vulnerability database cannot be reached")


@pytest.mark.parametrize("name", PINNED)
def test_every_package_is_pinned_exactly(name):
    lines = (Path(__file__).parents[1] / name).read_text("utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith(("#", "-r "))]
    assert wanted
    assert [line for line in wanted if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+", line)] == []
