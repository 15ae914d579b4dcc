/** Names as people type them: without accents, in any case, by their beginnings. Pure. */

import { nameOf } from "./names.js";
import { byName } from "./sorting.js";

/** What NFD leaves whole. */
const LETTERS = { ß: "ss", ø: "o", ł: "l", đ: "d", ı: "i", æ: "ae", œ: "oe", þ: "th", ð: "d" };

/** Lower case, without accents. */
export function plain(text) {
  const bare = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return bare.replace(/[ßøłđıæœþð]/g, (letter) => LETTERS[letter]);
}

export const wordsOf = (text) => text.trim().split(/\s+/).filter(Boolean);

const parts = (text) => plain(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/**
 * How well `words` name something with this name and number: 3 the number or the whole name, 2 whole words of it, 1
 * beginnings of its words, 0 not at all.
 */
export function rankOf(words, name, number) {
  const wanted = words.map(plain);
  const all = wanted.join(" ");
  if (number && all === plain(number)) return 3;
  if (all === plain(name)) return 3;
  const left = parts(name);
  let isWhole = true;
  for (const word of wanted.flatMap((one) => parts(one))) {
    const at = left.indexOf(word) >= 0 ? left.indexOf(word) : left.findIndex((part) => part.startsWith(word));
    if (at < 0) return isPrefix(all, number) ? 1 : 0;
    isWhole &&= left[at] === word;
    left.splice(at, 1);
  }
  return wanted.some((one) => parts(one).length) ? (isWhole ? 2 : 1) : 0;
}

const isPrefix = (text, number) => Boolean(number) && text.length > 1 && plain(number).startsWith(text);

/** Agent rows that `words` may mean, [{row, rank}], best first. */
export const findAgents = (rows, words) => found(rows, words, (row) => [nameOf(row).name, row.extension]);

/** Queue rows that `words` may mean, [{row, rank}], best first. */
export const findQueues = (rows, words) => found(rows, words, (row) => [row.name || row.number, row.number]);

function found(rows, words, namesOf) {
  return rows
    .map((row) => ({ row, rank: rankOf(words, ...namesOf(row)) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank || byName(namesOf(a.row)[0], namesOf(b.row)[0]));
}
