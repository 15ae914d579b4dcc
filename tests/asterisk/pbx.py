"""A real Asterisk on loopback, with SIP phones, for tests: configured, started, killed, restarted, stopped.

    python -m tests.asterisk.pbx [16|22]      runs one until Ctrl-C or SIGTERM and prints its addresses

Everything binds to 127.0.0.1. The configuration is `etc/`, the phones are `sipp/`; who they are is told there.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from tests.asterisk.chroot import RELEASES, Release, Unavailable, provide, reserved
from tests.asterisk.processes import Process
from tests.asterisk.witness import Witness, witness

HERE = Path(__file__).parent

#: Phones that SIPp plays: name -> (extensions, scenario, rings for ms, talks at most ms).
PHONES = {
    "quick": (range(1100, 1104), "phone.xml", 800, 120_000),
    "short": (range(1104, 1106), "phone.xml", 2_000, 6_000),
    "deaf": (range(1106, 1108), "phone.xml", 300_000, 1),
    "busy": (range(1108, 1110), "busy.xml", 0, 0),
    "trunk": (range(0), "phone.xml", 500, 120_000),
}
#: Phones that are configured and switched off.
ABSENT = range(1110, 1112)

#: Device states of AMI: unknown, invalid, unavailable.
UNREACHABLE = {"0", "4", "5"}

#: A busy machine may take this long to start it.
READY_SECONDS = 60


class RealPbx:
    """One running Asterisk and its phones. Made by `running_pbx`, which also takes it down."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.ami_port = release.first_port + 38
        self.tls_port = release.first_port + 39
        self._sip_port = release.first_port + 60
        self._process = Process(release.run, "asterisk")
        self._phones = {name: Process(release.run, f"phone-{name}") for name in PHONES}

    def url(self, user: str, secret: str, *, tls: str | None = None) -> str:
        """The PBX's address as the product's AMI_URL wants it; `tls` is the query of an `amis:` one."""
        who = f"{quote(user, safe='')}:{quote(secret, safe='')}@127.0.0.1"
        return f"ami://{who}:{self.ami_port}" if tls is None else f"amis://{who}:{self.tls_port}?{tls}"

    @property
    def certificate(self) -> Path:
        """The PEM certificate that the TLS port shows (self-signed, for localhost and 127.0.0.1)."""
        return self.release.run / "ami.crt"

    def queue_log(self) -> list[list[str]]:
        """The PBX's own history: `time|uniqueid|queue|agent|event|data…` split at the bars."""
        text = (self.release.root / "var/log/asterisk/queue_log").read_text()
        return [line.split("|") for line in text.splitlines()]

    def start(self) -> None:
        """Starts phones and Asterisk and returns once a caller could be answered. Raises Unavailable."""
        self._write_configuration()
        (self.release.root / "var/log/asterisk/queue_log").unlink(missing_ok=True)
        (self.release.root / "var/lib/asterisk/astdb.sqlite3").unlink(missing_ok=True)
        for index, name in enumerate(PHONES):
            self._start_phone(index, name)
        self.boot()

    def boot(self) -> None:
        """Starts Asterisk alone, as after a crash: configuration, history and phones stay."""
        root = str(self.release.root)
        self._process.start(["chroot", root, "/usr/sbin/asterisk", "-f", "-U", "asterisk", "-G", "asterisk"])
        asyncio.run(self._ready())

    def kill(self) -> None:
        self._process.kill()

    def signal(self, number: signal.Signals) -> None:
        """To Asterisk itself, such as SIGSTOP."""
        self._process.signal(number)

    def console(self, command: str) -> str:
        """What Asterisk's console answers to `command`."""
        done = subprocess.run(
            ["chroot", str(self.release.root), "/usr/sbin/asterisk", "-rx", command], capture_output=True, text=True
        )
        return done.stdout

    def restart(self) -> None:
        """`core restart now`: the process stays and begins anew. Returns once a caller could be answered."""
        before = self._started_at()
        self.console("core restart now")
        asyncio.run(self._ready(is_new=lambda: self._started_at() not in ("", before)))

    def _started_at(self) -> str:
        """When this run of Asterisk began, in its own words; "" while it does not answer."""
        return self.console("core show settings").partition("Startup time:")[2].partition("\n")[0].strip()

    def stop(self) -> None:
        self._process.stop(seconds=10)
        for phone in self._phones.values():
            phone.kill()  # SIPp takes its time over a SIGTERM

    async def _ready(self, is_new: Callable[[], bool] = lambda: True) -> None:
        """Returns when the AMI answers, the queues are loaded, the phones answer SIP and Asterisk knows which ones are
        switched off (those it rings before that), of a run that `is_new`."""
        deadline = time.monotonic() + READY_SECONDS
        while not is_new():
            assert time.monotonic() < deadline, "it has not begun anew"
            await asyncio.sleep(0.1)
        while True:
            try:
                async with witness(self.ami_port) as session:
                    for extension in range(1100, 1110):
                        await session.ask("PJSIPQualify", Endpoint=extension)
                    rows = await session.rows("QueueStatus", Member="PJSIP/1100")
                    # Callers may be quicker than we are, so it need not be free.
                    if any(row.get("Status", "0") not in UNREACHABLE for row in rows) and await self._is_known(session):
                        return
            except (OSError, EOFError, KeyError, AssertionError, PermissionError, TimeoutError):
                pass  # not yet up
            if time.monotonic() > deadline or self._process.pid is None:
                raise Unavailable(f"Asterisk did not come up, see {self._process.log}")
            await asyncio.sleep(0.1)

    async def _is_known(self, session: Witness) -> bool:
        """Whether Asterisk has noticed that nobody is at the absent phones. Their device state tells it too early."""
        about = [await session.rows("PJSIPShowEndpoint", Endpoint=extension) for extension in ABSENT]
        return all(any(row.get("Status") == "Unreachable" for row in rows) for rows in about)

    def _start_phone(self, index: int, name: str) -> None:
        _, scenario, ring, talk = PHONES[name]
        text = (HERE / "sipp" / scenario).read_text().replace("@RING@", str(ring)).replace("@TALK@", str(talk))
        script = self.release.run / f"phone-{name}.xml"
        script.write_text(text)
        port, media = self._phone_port(index), self.release.first_port + 3000 + 20 * index
        command = ["sipp", "-sf", str(script), "-aa", "-nostdin", "-l", "1000", "-i", "127.0.0.1", "-p", str(port)]
        command += ["-mi", "127.0.0.1", "-mp", str(media), "-ci", "127.0.0.1", "-cp", str(port + 20)]
        self._phones[name].start(command, cwd=self.release.run, env={**os.environ, "TERM": "xterm"})

    def _phone_port(self, index: int) -> int:
        return self.release.first_port + 160 + index

    def _write_configuration(self) -> None:
        """A fresh /etc/asterisk from `etc/`, with this release's ports."""
        etc, first = self.release.root / "etc/asterisk", self.release.first_port
        words = {"AMI": self.ami_port, "AMI_TLS": self.tls_port, "SIP": self._sip_port}
        words |= {"RTP_FIRST": first + 1000, "RTP_LAST": first + 2999, "PHONES": self._phone_configuration()}
        shutil.rmtree(etc, ignore_errors=True)
        etc.mkdir()
        for template in (HERE / "etc").glob("*.conf"):
            text = template.read_text()
            for word, value in words.items():
                text = text.replace(f"@{word}@", str(value))
            (etc / template.name).write_text(text)
        self._write_certificate(etc / "ami.pem")
        hold = self.release.root / "var/lib/asterisk/hold"
        hold.mkdir(exist_ok=True)
        (hold / "silence.ulaw").write_bytes(b"\xff" * 16_000)
        # Without it no attended transfer begins.
        prompts = self.release.root / "usr/share/asterisk/sounds"
        prompts.mkdir(parents=True, exist_ok=True)
        (prompts / "pbx-transfer.ulaw").write_bytes(b"\xff" * 800)
        owned = ["/etc/asterisk", "/var/lib/asterisk", "/var/log/asterisk", "/var/spool/asterisk", "/run/asterisk"]
        (self.release.root / "run/asterisk").mkdir(exist_ok=True)
        subprocess.run(["chroot", str(self.release.root), "chown", "-R", "asterisk:asterisk", *owned], check=True)

    def _phone_configuration(self) -> str:
        nobody = self._phone_port(len(PHONES))
        contacts = {
            f"{number}": self._phone_port(i) for i, (numbers, *_) in enumerate(PHONES.values()) for number in numbers
        }
        contacts |= {f"{number}": nobody for number in ABSENT}
        contacts["trunk_1"] = self._phone_port(list(PHONES).index("trunk"))
        return "\n".join(
            f'[{name}](phone)\naors = {name}\ncallerid = "Phone {name}" <{name}>\n'
            f"[{name}](reach)\ncontact = sip:{name}@127.0.0.1:{port}\n"
            for name, port in contacts.items()
        )

    def _write_certificate(self, pem: Path) -> None:
        key = self.release.run / "ami.key"
        if not self.certificate.exists():
            names = "subjectAltName=DNS:localhost,IP:127.0.0.1"
            command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=ucm"]
            command += ["-addext", names, "-keyout", str(key), "-out", str(self.certificate)]
            subprocess.run(command, check=True, capture_output=True)
        pem.write_text(self.certificate.read_text() + key.read_text())
        pem.chmod(0o640)


@contextmanager
def running_pbx(version: str = "16") -> Iterator[RealPbx]:
    """A started PBX that nobody else uses. Raises Unavailable with the reason if there can be none here."""
    release = RELEASES[version]
    with reserved(release):
        provide(release)
        pbx = RealPbx(release)
        try:
            pbx.start()
            yield pbx
        finally:
            pbx.stop()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # unwinds, so that everything started is stopped
    with running_pbx(*sys.argv[1:2]) as pbx:
        sys.stdout.write(f"AMI 127.0.0.1:{pbx.ami_port}, TLS 127.0.0.1:{pbx.tls_port}; users: etc/manager.conf\n")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    main()
