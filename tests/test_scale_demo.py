"""`make scale-demo`: all of it comes up, says where it is, and leaves nothing behind."""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
STOP_SECONDS = 20


def test_it_says_where_it_is_and_ends_cleanly(servers):
    command = [sys.executable, "-W", "error", "-m", "tests.scale_demo", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as demo:
        try:
            said = "".join(_until_the_last_line(demo.stdout))
            addresses = re.findall(r"http://\S+/", said)
            assert len(addresses) == 2, said
            for address in addresses:
                ready = json.loads(urllib.request.urlopen(address + "readyz", timeout=30).read())
                assert ready == {"database": True, "layer": True, "links": True}
            pids = re.findall(r"(?:web process|worker) (\d+)", said)
            assert len(pids) == 4, said
            demo.terminate()
            _rest, errors = demo.communicate(timeout=STOP_SECONDS)
        finally:
            demo.kill()
    assert (demo.returncode, errors) == (0, "")
    assert not any(Path("/proc", pid).exists() for pid in pids)


def _until_the_last_line(words):
    for line in words:
        yield line
        if line.startswith("Ctrl-C"):
            return
