"""A Debian chroot with Asterisk in it, built once per release from Debian's own packages and kept in a cache.

In: a `Release`. Out: the path of its chroot. Needs root, apt and a Debian mirror; what is missing is said in one
sentence (`Unavailable`), so that tests can skip with it. Nothing is started here.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: A chroot is half a minute of somebody's mirror: it outlives the checkout.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ucmdash-asterisk"

#: Programs of this machine and the packages that bring them.
HOST_PROGRAMS = {"debootstrap": "debootstrap", "sipp": "sip-tester", "openssl": "openssl"}

BUILD_SECONDS = 600

#: The address of a Debian archive in either format of apt's sources.
_MIRROR = re.compile(r"^(?:URIs:|deb\s(?:\[.*?\]\s)?)\s*(https?://\S*/debian/?)(?:\s|$)", re.MULTILINE)


class Unavailable(Exception):
    """A real Asterisk cannot be had on this machine; the text says why."""


@dataclass(frozen=True)
class Release:
    """One Asterisk: the Debian suite that ships it and the loopback ports it gets (`first_port` upwards).

    All ports lie below the range that Linux hands out to outgoing connections.
    """

    version: str
    suite: str
    first_port: int

    @property
    def home(self) -> Path:
        return CACHE / self.version

    @property
    def root(self) -> Path:
        return self.home / "root"

    @property
    def run(self) -> Path:
        """Logs, pid files, certificate and generated SIPp scenarios; nothing in it is worth keeping."""
        return self.home / "run"


RELEASES = {
    "16": Release("16", "bullseye", 10000),
    "22": Release("22", "sid", 14000),
}


@contextlib.contextmanager
def reserved(release: Release) -> Iterator[None]:
    """Holds the release's chroot and ports for this process. Raises Unavailable if another one has them."""
    release.run.mkdir(parents=True, exist_ok=True)
    with (release.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Unavailable(f"another run uses the Asterisk {release.version} of {release.home}") from error
        yield


def provide(release: Release) -> Path:
    """The path of the release's chroot, built now if it is not there yet (about a minute)."""
    if os.geteuid() != 0:
        raise Unavailable("a chroot with Asterisk needs root")
    _provide_host_programs(release)
    if not release.root.exists():
        _build(release)
    return release.root


def _provide_host_programs(release: Release) -> None:
    missing = [package for program, package in HOST_PROGRAMS.items() if not shutil.which(program)]
    if not missing:
        return
    if not shutil.which("apt-get"):
        raise Unavailable(f"missing {', '.join(missing)}, and there is no apt-get to install them with")
    log = release.run / "apt.log"
    _run_logged(["apt-get", "-qq", "update"], log)
    _run_logged(["apt-get", "-qq", "-y", "install", "--no-install-recommends", *missing], log)


def _build(release: Release) -> None:
    """debootstrap, then Asterisk inside; takes the final name only when complete."""
    mirror = _mirror()
    root = release.home / "root.partial"
    log = release.run / "build.log"
    shutil.rmtree(root, ignore_errors=True)
    log.unlink(missing_ok=True)
    _run_logged(["debootstrap", "--variant=minbase", release.suite, str(root), mirror], log)
    policy = root / "usr/sbin/policy-rc.d"  # packages start no daemons
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    (root / "etc/dpkg/dpkg.cfg.d").mkdir(parents=True, exist_ok=True)
    (root / "etc/dpkg/dpkg.cfg.d/small").write_text("force-unsafe-io\npath-exclude=/usr/share/doc/*\n")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    _run_logged(["chroot", str(root), "apt-get", "-y", "install", "--no-install-recommends", "asterisk"], log)
    # Without a name server Asterisk opens no resolver socket: everything it does stays on loopback.
    (root / "etc/resolv.conf").write_text("")
    _run_logged(["chroot", str(root), "apt-get", "clean"], log)
    root.rename(release.root)


def _mirror() -> str:
    """The Debian mirror this machine is set up with."""
    sources = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in sources:
        if path.is_file() and (found := _MIRROR.search(path.read_text())):
            return found[1]
    raise Unavailable("no Debian mirror in this machine's apt sources (is it Debian?)")


def _run_logged(command: list[str], log: Path) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    with log.open("a") as out:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=quiet, timeout=BUILD_SECONDS
        )
    if done.returncode:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
        raise Unavailable(f"{' '.join(command[:2])} failed, see {log}:\n{last}")
