"""Benchmark: the Live page of a large floor, in a real Chromium.

1,000 agents, 500 callers and 50 queues, told by the product's own server four times a second with 100 changed rows
each. Measured in the page: how long until all agents are painted, main-thread CPU and layouts per push, tasks of
more than 50 ms, what a minute leaves behind in memory, and what scripts and styles weigh on the wire. CPU is the main
thread's own time. Tasks are told twice: by the clock on the wall, as the reader feels them, which counts the time in
which other programs had the core; and by the CPU time of the main thread in each, which is the page's alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.bench.figures import Row, starved_seconds
from tests.bench.site import ROOT, environment, prepare

AIM_TASK_MS = 50
AIM_LAYOUTS = 1.2
AIM_GROWTH_MB = 5.0
AIM_SCRIPT_KB = 60
AIM_STYLE_KB = 20
#: More or less nodes than this share of them is growth; callers and states come and go.
AIM_NODES = 0.02
PER_SECOND = 4.0
#: Opened, laid out, compiled: what is measured is a page that has been open for a while.
WARM_UP_SECONDS = 10.0
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
_PASSWORD = "a password for benchmarks"
_LOGIN = f"""
person = User.objects.get(username="bench")
person.set_password({_PASSWORD!r})
person.save()
"""
#: The browser's own account of the tasks of each thread.
_TASKS = "toplevel"
_TASK = "ThreadControllerImpl::RunTask"
#: Notes pushes, and when the agents are all there and painted.
_WATCH = """
window.bench = { pushes: 0, painted: null };
window.WebSocket = class extends WebSocket {
  constructor(...address) {
    super(...address);
    this.addEventListener("message", ({ data }) => (bench.pushes += data.startsWith('{"type":"delta"')));
  }
};
const look = () => {
  if (document.querySelectorAll(".tile").length < AGENTS) return requestAnimationFrame(look);
  requestAnimationFrame(() => setTimeout(() => (bench.painted = performance.now())));
};
if (location.pathname === "/") look();
"""
#: What was asked for by then: all that the page ever loads, and until it was painted what it starts with.
_WEIGHT = """([kind, until]) => performance.getEntriesByType("resource")
  .filter(({ startTime }) => startTime <= until)
  .filter(({ name }) => (kind === "css" ? /\\.css$/ : /\\.js$|jsi18n/).test(new URL(name).pathname))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""


@dataclass(frozen=True, slots=True)
class Moment:
    """The renderer's own counts so far, after a collection of garbage: milliseconds of the main thread's CPU, layouts,
    DOM nodes, MB of JavaScript's heap; pushes the page was told."""

    cpu_ms: float
    layouts: int
    nodes: int
    heap_mb: float
    pushes: int


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the main thread: milliseconds by the clock on the wall, and of the thread's own CPU."""

    wall_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Pages:
    """One run. `painted_ms` from the navigation; `starved` the share of the time in which the renderer waited for a
    core that others had; weights in bytes as they travelled, `first_bytes` of the scripts before all was painted."""

    floor: str
    painted_ms: float
    tasks: tuple[Task, ...]
    before: Moment
    after: Moment
    seconds: float
    starved: float
    first_bytes: int
    script_bytes: int
    style_bytes: int

    @property
    def pushes(self) -> int:
        return self.after.pushes - self.before.pushes

    def rows(self) -> list[Row]:
        cpu = (self.after.cpu_ms - self.before.cpu_ms) / self.pushes
        layouts = (self.after.layouts - self.before.layouts) / self.pushes
        nodes, heap = self.after.nodes - self.before.nodes, self.after.heap_mb - self.before.heap_mb
        starved = f"{self.starved:.0%} of {self.seconds:.0f} s without a core"
        return [
            Row(f"Live page of {self.floor}: navigation → all painted", f"{self.painted_ms:,.0f} ms"),
            _long("of its own CPU", [task.cpu_ms for task in self.tasks], f"{self.pushes} pushes"),
            _long("by the clock, with what others took", [task.wall_ms for task in self.tasks], starved),
            Row("its main thread's CPU per push, timers of the page included", f"{cpu:.1f} ms"),
            Row("its layouts per push", f"{layouts:.2f}", "", f"≤ {AIM_LAYOUTS}", layouts <= AIM_LAYOUTS),
            Row(
                f"its growth in {self.seconds:.0f} s: DOM nodes, JavaScript's heap",
                f"{nodes:+,} of {self.before.nodes:,}; {heap:+.1f} MB",
                "",
                f"nodes stable, < {AIM_GROWTH_MB:g} MB",
                abs(nodes) <= self.before.nodes * AIM_NODES and heap < AIM_GROWTH_MB,
            ),
            _weight(
                "scripts", self.script_bytes, AIM_SCRIPT_KB, f"{self.first_bytes / 1000:.1f} kB until all is painted"
            ),
            _weight("styles", self.style_bytes, AIM_STYLE_KB),
        ]


def _long(which: str, spans: list[float], beside: str) -> Row:
    many = sum(span > AIM_TASK_MS for span in spans)
    ours = f"{many}, {max(spans, default=0):.0f} ms"
    return Row(f"its tasks over {AIM_TASK_MS} ms {which}; the longest", ours, beside, "none", not many)


def _weight(what: str, size: int, aim_kb: int, beside: str = "") -> Row:
    told = f"{size / 1000:.1f} kB"
    return Row(f"its {what} on the wire", told, beside, f"< {aim_kb} kB", size < aim_kb * 1000)


@dataclass(frozen=True, slots=True)
class Skipped:
    """No Chromium here."""

    def rows(self) -> list[Row]:
        return [Row("Live page in a browser", "skipped", "no Chromium here")]


def run(
    *,
    agents: int = 1000,
    callers: int = 500,
    queues: int = 50,
    seconds: float = 60.0,
    warm_up: float = WARM_UP_SECONDS,
) -> Pages | Skipped:
    if not CHROMIUM:
        return Skipped()
    with (
        tempfile.TemporaryDirectory() as folder,
        _serving(Path(folder), agents, callers, queues) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.add_init_script(_WATCH.replace("AGENTS", str(agents)))
        _log_in(page, url)
        floor = f"{agents:,} agents, {callers} callers, {queues} queues, {PER_SECOND:g} pushes/s of 100 rows"
        return _measure(page, floor, seconds, warm_up)


def _log_in(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Username").fill("bench")
    page.get_by_label("Password", exact=True).fill(_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(url)


def _measure(page: Page, floor: str, seconds: float, warm_up: float) -> Pages:
    renderer = page.context.new_cdp_session(page)
    renderer.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(page.url)  # as a reader comes back: the browser has kept the scripts
    while (painted := page.evaluate("bench.painted")) is None:
        page.wait_for_timeout(100)
    page.wait_for_timeout(warm_up * 1000)
    pid = _renderer_pid(page)
    before, began, starved = _moment(page, renderer), time.monotonic(), starved_seconds(pid)
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=[_TASKS])
    page.wait_for_timeout(seconds * 1000)
    took, starved = time.monotonic() - began, starved_seconds(pid) - starved
    tasks = _tasks(browser.stop_tracing(), pid)
    after = _moment(page, renderer)
    weights = (page.evaluate(_WEIGHT, asked) for asked in (["js", painted], ["js", 1e9], ["css", 1e9]))
    return Pages(floor, painted, tasks, before, after, took, starved / took, *weights)


def _tasks(trace: bytes, pid: int) -> tuple[Task, ...]:
    """Of the thread that runs the page's scripts and lays it out. The trace counts in microseconds."""
    events = json.loads(trace)["traceEvents"]
    is_main = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain" and one["pid"] == pid
    }
    return tuple(
        Task(one["dur"] / 1000, one.get("tdur", 0) / 1000)
        for one in events
        if one["name"] == _TASK and one["ph"] == "X" and (one["pid"], one["tid"]) in is_main
    )


def _moment(page: Page, renderer: CDPSession) -> Moment:
    renderer.send("HeapProfiler.collectGarbage")
    told = {one["name"]: one["value"] for one in renderer.send("Performance.getMetrics")["metrics"]}
    return Moment(
        told["TaskDuration"] * 1000,
        int(told["LayoutCount"]),
        int(told["Nodes"]),
        told["JSHeapUsedSize"] / 1e6,
        page.evaluate("bench.pushes"),
    )


def _renderer_pid(page: Page) -> int:
    """The process that draws the page: the renderer that used the most CPU."""
    browser = page.context.browser
    assert browser is not None
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return int(max((one["cpuTime"], one["id"]) for one in processes if one["type"] == "renderer")[1])


@contextmanager
def _serving(folder: Path, agents: int, callers: int, queues: int) -> Iterator[str]:
    """The address of the pages."""
    settings = environment(folder)
    prepare(settings, _LOGIN)
    command = [sys.executable, "-m", "tests.bench.pages_server", *map(str, (agents, callers, queues, PER_SECOND))]
    with (folder / "pages.log").open("w") as log:
        server = subprocess.Popen(command, env=settings, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout is not None
            if not (url := server.stdout.readline().strip()):
                raise RuntimeError(f"the pages are not served: {(folder / 'pages.log').read_text()}")
            yield url
        finally:
            server.kill()
            server.communicate()
