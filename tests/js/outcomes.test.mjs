import assert from "node:assert/strict";
import { test } from "node:test";

import { combine, outcomeOf, sentenceOf } from "../../static/js/outcomes.js";

const part = (name, state, message = "") => ({ name, state, message });

test("a request is pending until its state is final, and undone is no failure", () => {
  const outcomes = ["sending", "queued", "sent", "done", "undone", "refused", "failed", "expired"].map((state) =>
    outcomeOf({ state }),
  );
  assert.deepEqual(outcomes, [...Array(3).fill("pending"), "done", "undone", ...Array(3).fill("failed")]);
});

test("the server's words come before ours", () => {
  assert.equal(sentenceOf({ state: "done", message: "Ada is paused." }), "Ada is paused.");
  assert.equal(sentenceOf({ state: "done", message: "" }), "Done.");
  assert.equal(sentenceOf({ state: "queued", message: "", isUndoing: true }), "Undoing…");
});

test("many requests wait until the first is sent, then count", () => {
  assert.deepEqual(combine([part("A", "queued"), part("B", "sending")]), { state: "queued", message: "" });
  assert.deepEqual(combine([part("A", "sent"), part("B", "queued")]), { state: "sent", message: "0 of 2…" });
});

test("the same reason is told once, with the names it is of, and long lists are cut", () => {
  const parts = ["A", "B", "C", "D"].map((name) => part(name, "failed", "No such queue."));
  assert.deepEqual(combine([part("E", "done"), ...parts]), {
    state: "failed",
    message: "1 done; 4 refused: A, B, C +1 (No such queue).",
  });
});

test("all done is done, with some undone it is undone", () => {
  assert.deepEqual(combine([part("A", "done"), part("B", "done")]), { state: "done", message: "2 done." });
  assert.equal(combine([part("A", "done"), part("B", "undone")]).state, "undone");
});
