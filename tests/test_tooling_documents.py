"""What the documents promise is what the program does: settings, commands, files, version."""

import re
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")

#: Set by programs for programs, not by people.
INTERNAL_SETTINGS = {"UCMDASH_DEMO"}


def _table(heading: str) -> list[list[str]]:
    """The body of the first table below this heading, cell by cell."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def _settings_read() -> set[str]:
    text = (ROOT / "ucmdash" / "settings.py").read_text("utf-8")
    return set(re.findall(r'\benv(?:iron)?\.\w+\(\s*"([A-Z_]+)"', text)) - INTERNAL_SETTINGS


def test_the_settings_table_names_exactly_the_settings_that_are_read():
    named = [name.strip("`") for name, *_ in _table("Settings")]
    assert len(named) == len(set(named))
    assert set(named) == _settings_read()


def test_every_command_of_ours_is_in_the_commands_table():
    ours = {name for name, app in get_commands().items() if app in ("agents", "queues")}
    assert ours <= {re.split(r"[ `]", row[0].strip("`"))[0] for row in _table("Commands")}


def test_every_option_in_the_commands_table_exists():
    apps = get_commands()
    for usage, *_ in _table("Commands"):
        if name := re.match(r"`(\w+) .*--", usage):
            parser = load_command_class(apps[name[1]], name[1]).create_parser("manage.py", name[1])
            for option in re.findall(r"--[a-z-]+", usage):
                assert option in parser.format_help(), f"{name[1]} has no {option}"


def test_every_file_the_readme_sends_people_to_exists():
    section = README.split("\n## How it works\n", 1)[1].split("\n### Tests\n", 1)[0]
    folder = ROOT
    for name in re.findall(r"`([\w/]+(?:\.\w+|/))`", "".join(line for line in section.splitlines() if "|" in line)):
        # A bare name is in the folder of the one before it.
        path = ROOT / name if "/" in name else folder / name
        assert path.exists(), f"README.md names {name}"
        folder = path.parent


def test_the_version_is_the_first_of_the_changelog():
    found = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert found
    assert found[1] == settings.VERSION
    assert "version =" not in (ROOT / "pyproject.toml").read_text("utf-8").split("[tool.", 1)[0]
