/** The words and the order of what the board knows. Keys are the words on the wire (`agents/states.py`). */

import { gettext } from "./text.js";

/** Agent states in the order of the page: along the way of a call, then who cannot take one. */
export const AGENT_STATES = {
  available: gettext("Free"),
  ringing: gettext("Ringing"),
  on_call: gettext("On a call"),
  other_call: gettext("Other call"),
  wrap_up: gettext("Wrap-up"),
  paused: gettext("Paused"),
  unreachable: gettext("No phone"),
  logged_out: gettext("Logged out"),
};

/** What a PBX does not let us see or do, by the codes of a link row's `limitations`. */
export const LIMITATIONS = {
  no_queue_events: gettext("does not announce what happens in its queues, so the board follows every few seconds only"),
  no_channels: gettext("does not show its calls, so calls outside of queues are unknown"),
  no_gsagents: gettext("does not list its agents by themselves"),
  no_call_control: gettext("does not let us touch calls"),
  no_pause: gettext("does not let us pause agents"),
  no_originate: gettext("does not let us dial"),
  no_hangup: gettext("does not let us hang up"),
};

/** What is unsafe, by the codes of a link row's `warnings`. */
const WARNINGS = {
  tls_unverified: gettext(
    "the connection is encrypted, but nobody checks whether it is really your PBX (verify=no). Use its CA file.",
  ),
};

/** Sentences about one link: [{key, level, text}], warnings first. A code unknown to this page is shown as it is. */
export function noticesOf(link) {
  const say = (code, words, level) => ({
    key: `${link.pbx} ${code}`,
    level,
    text: `${link.pbx}${level === "warn" ? ": " : " "}${words[code] ?? code}`,
  });
  return [
    ...link.warnings.map((code) => say(code, WARNINGS, "warn")),
    ...link.limitations.map((code) => say(code, LIMITATIONS, "info")),
  ];
}
