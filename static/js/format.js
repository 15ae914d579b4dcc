/** Numbers and times as people read them. Pure: instants are milliseconds since 1970, spans are milliseconds. */

const two = (n) => String(n).padStart(2, "0");

/** A span as m:ss, or h:mm:ss from an hour on; never below 0:00. */
export function duration(span) {
  const seconds = Math.max(0, Math.floor(span / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** The age of data in its largest unit: "4 s", "12 min", "3 h", "2 d". */
export function age(span) {
  const seconds = Math.max(0, Math.floor(span / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** The instant of an ISO 8601 text, or null. */
export function instant(iso) {
  if (!iso) return null;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? null : at;
}

/** Time of day where the reader is, with the date when it was not today. */
export function clockTime(at, today = Date.now()) {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  if (date.toDateString() === new Date(today).toDateString()) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** The same to the minute: "13:05". */
export const timeOfDay = (at) => clockTime(at).slice(0, -3);

/** A share as "87 %" or "87.5 %", "" when not told. */
export function percent(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  return `${Number(value.toFixed(1))} %`;
}
