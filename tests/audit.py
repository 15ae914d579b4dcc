"""`python -m tests.audit`: what the vulnerability database says of our pinned packages, by pip-audit.

A known weakness fails. A database that cannot be asked, or that does not know a package, is said and passes: no
build may depend on it being there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

COMMAND = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner=off", "--format=json"]
PINNED = ["requirements.txt", "tests/requirements.txt"]
SECONDS = 120


def verdict(told: str) -> tuple[int, str]:
    """Exit status and what to say of pip-audit's output, which is no JSON when it could not do its work."""
    try:
        packages: list[dict[str, Any]] = json.loads(told)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, "skipped: the vulnerability database cannot be reached"
    weak = [
        f"{package['name']} {package['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'none'}"
        for package in packages
        for found in package.get("vulns", ())
    ]
    if weak:
        return 1, "\n".join(weak)
    unknown = sorted(package["name"] for package in packages if "skip_reason" in package)
    if unknown:
        return 0, f"skipped: {len(unknown)} of {len(packages)} packages, which the database here does not know"
    return 0, ""


def main() -> int:
    requirements = [f"--requirement={name}" for name in PINNED]
    try:
        done = subprocess.run([*COMMAND, *requirements], capture_output=True, text=True, timeout=SECONDS, check=False)
        told = done.stdout
    except subprocess.TimeoutExpired:
        told = ""
    status, said = verdict(told)
    if said:
        sys.stdout.write(said + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
