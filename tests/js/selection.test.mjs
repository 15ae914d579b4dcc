import assert from "node:assert/strict";
import { test } from "node:test";

import { Selection } from "../../static/js/selection.js";

const ORDER = ["a", "b", "c", "d", "e"];

function selection() {
  const made = new Selection();
  made.changes = 0;
  made.onChange = () => {
    made.changes += 1;
  };
  return made;
}

test("one after the other, and away again", () => {
  const made = selection();
  made.toggle("b");
  made.toggle("d");
  made.toggle("b");
  assert.deepEqual([...made.keys], ["d"]);
  assert.equal(made.changes, 3);
});

test("a range goes from what was touched last, in both directions", () => {
  const made = selection();
  made.toggle("c");
  made.extend(ORDER, "e");
  assert.deepEqual([...made.keys], ["c", "d", "e"]);
  made.extend(ORDER, "a");
  assert.deepEqual([...made.keys].sort(), ORDER);
});

test("a range without a beginning starts where the keyboard stood", () => {
  const made = selection();
  made.extend(ORDER, "c", "b");
  assert.deepEqual([...made.keys], ["b", "c"]);
});

test("who is gone is forgotten, and only then something changes", () => {
  const made = selection();
  made.set(["a", "b"]);
  made.keep(() => true);
  assert.equal(made.changes, 1);
  made.keep((key) => key === "b");
  assert.deepEqual([...made.keys], ["b"]);
  made.clear();
  made.clear();
  assert.equal(made.changes, 3);
});
