/**
 * How far the board may be believed: the badge, the bars with reasons, and the instant at which timers stand still.
 *
 * Three things can fail apart from each other: the socket to the server (no frames), the worker that speaks to a
 * PBX (`worker_at` in the beats), and its link to the PBX (the link row). Old data is shown as old, and as of the
 * last instant at which it was known to be true. Pure.
 */

import { age, clockTime, instant } from "./format.js";
import { fill, gettext } from "./text.js";

const RECONNECTING = 3_000;
const STALE = 10_000;

/**
 * In: `now` the server's time (ms); `frameAge` ms since the last frame, null before the first; `waited` ms since
 * the page was opened; `links` the link rows; `beat` the last beat frame, or null; `isComplete` whether there
 * is a board.
 *
 * Out: {kind: "live"|"loading"|"reconnecting"|"stale"|"silent"|"lost", badge: text, age: ms or null,
 * bars: [{key, level: "warn"|"bad", text, spoken}], frozenAt: Map from PBX to the instant its timers stop at}.
 * A PBX without an entry in `frozenAt` is live. `spoken` is there when `text` counts on: it says the same and stays.
 */
export function judge({ now, frameAge, waited, links, beat, isComplete }) {
  const frozenAt = new Map();
  const bars = [];
  for (const link of links) {
    const trouble = silentWorker(link, beat, now) ?? lostLink(link, now);
    if (!trouble) continue;
    frozenAt.set(link.pbx, trouble.at);
    bars.push({ key: `${link.pbx} ${trouble.kind}`, ...trouble });
  }
  const page = pageState({ now, frameAge, waited, isComplete });
  if (page.kind === "stale") {
    const at = now - frameAge;
    for (const { pbx } of links) frozenAt.set(pbx, Math.min(at, frozenAt.get(pbx) ?? at));
  }
  if (page.bar) bars.unshift(page.bar);
  if (page.kind !== "stale" && beat && !Object.keys(beat.links).length) bars.push(noPbx());
  const verdict = page.kind === "live" && bars.length ? linkVerdict(links, bars) : page;
  return { kind: verdict.kind, badge: verdict.badge, age: dataAge(frameAge, frozenAt, now), bars, frozenAt };
}

function noPbx() {
  const text = gettext("No PBX yet: name one in AMI_URL and start its worker. The README says how.");
  return { key: "no-pbx", level: "warn", text };
}

function pageState({ now, frameAge, waited, isComplete }) {
  if (frameAge === null) {
    const bar = { key: "server", level: "bad", text: gettext("No answer from the UCM Dash server yet. Still trying.") };
    return { kind: "loading", badge: gettext("Connecting"), bar: waited >= STALE ? bar : null };
  }
  if (frameAge >= STALE) {
    const old = fill(gettext("Data is %(age)s old:"), { age: age(frameAge) });
    const spoken = fill(
      gettext("no word from the UCM Dash server since %(time)s. Timers stand still. Trying again."),
      { time: clockTime(now - frameAge) },
    );
    const bar = { key: "server", level: "bad", text: `${old} ${spoken}`, spoken };
    return { kind: "stale", badge: gettext("Stale"), bar };
  }
  if (frameAge >= RECONNECTING) return { kind: "reconnecting", badge: gettext("Reconnecting"), bar: null };
  if (!isComplete) return { kind: "loading", badge: gettext("Loading"), bar: null };
  return { kind: "live", badge: gettext("Live"), bar: null };
}

/** Judged as of the beat that says so: when beats stop, that is the socket's trouble and no worker's. */
function silentWorker(link, beat, now) {
  const heard = beat?.links[link.pbx];
  if (!heard) return null;
  const workerAt = instant(heard.worker_at);
  if (workerAt !== null && instant(beat.at) - workerAt <= RECONNECTING) return null;
  const at = workerAt ?? instant(heard.heard_at) ?? instant(link.since) ?? now;
  const text = fill(
    gettext("%(pbx)s: not updated since %(time)s. The process that speaks to this PBX does not answer."),
    { pbx: link.pbx, time: clockTime(at) },
  );
  return { kind: "silent", level: "bad", at, text };
}

const LINK_SENTENCES = {
  connecting: ["warn", gettext("%(pbx)s: connecting to the PBX since %(time)s. %(error)s")],
  down: ["bad", gettext("%(pbx)s: connection to the PBX lost since %(time)s. %(error)s")],
  refused: ["bad", gettext("%(pbx)s: the PBX does not let us in since %(time)s. %(error)s")],
};

function lostLink(link, now) {
  if (link.state === "up") return null;
  const at = instant(link.since) ?? now;
  const [level, sentence] = LINK_SENTENCES[link.state] ?? LINK_SENTENCES.down;
  const text = fill(sentence, { pbx: link.pbx, time: clockTime(at), error: link.error }).trim();
  return { kind: link.state, level, at: Math.min(at, now), text };
}

function linkVerdict(links, bars) {
  if (bars.length < links.length) {
    const badge = fill(gettext("%(bad)s of %(all)s PBXs lost"), { bad: bars.length, all: links.length });
    return { kind: "lost", badge };
  }
  if (bars.every((bar) => bar.kind === "silent")) return { kind: "silent", badge: gettext("Not updated") };
  if (bars.every((bar) => bar.kind === "connecting")) return { kind: "lost", badge: gettext("Connecting to PBX") };
  if (bars.every((bar) => bar.kind === "refused")) return { kind: "lost", badge: gettext("PBX refuses login") };
  return { kind: "lost", badge: gettext("PBX lost") };
}

/** Age of the oldest data on the page: of the last frame, or of what has been lost longest. */
function dataAge(frameAge, frozenAt, now) {
  return frameAge === null ? null : Math.max(frameAge, ...[...frozenAt.values()].map((at) => now - at));
}
