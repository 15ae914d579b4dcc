#!/usr/bin/env python3
"""Runs UCM Dash's commands. `demo` has settings of its own, so it is announced before they are read."""

import os
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ucmdash.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ["UCMDASH_DEMO"] = "true"
    try:
        # Read first: Django would hide what is wrong with the settings behind "Unknown command".
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Wrong settings: {error}")


if __name__ == "__main__":
    main()
