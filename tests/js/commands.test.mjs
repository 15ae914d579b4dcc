import assert from "node:assert/strict";
import { test } from "node:test";

import * as asks from "../../static/js/asks.js";
import { Commands } from "../../static/js/commands.js";
import { FakeTime, settle } from "./support.mjs";

const AGENT = { id: 7, name: "Ada" };

/** A server that answers what `replies` say, by "METHOD path"; unknown ones cannot be reached. */
function server(replies) {
  const asked = [];
  const time = new FakeTime();
  const fetch = async (url, { method = "GET", body, headers } = {}) => {
    asked.push({ url, method, body: body && JSON.parse(body), headers });
    const reply = replies[`${method} ${url}`];
    if (!reply) throw new TypeError("network");
    const [status, json] = typeof reply === "function" ? reply() : reply;
    return { ok: status < 400, status, json: async () => json };
  };
  const commands = new Commands("/api/", () => "token", { fetch, later: time.later, now: () => time.now });
  const steps = [];
  commands.onChange = (request) => steps.push([request.state, request.message]);
  const pass = async (span) => {
    time.pass(span);
    await settle();
  };
  return { commands, asked, steps, pass };
}

const ACCEPTED = [202, { id: 5, state: "queued" }];
const DONE = { type: "command", id: 5, kind: "pause", state: "done", message: "Ada is paused." };

test("a pause asks for one queue or all, with the reason and the CSRF token", async () => {
  const { commands, asked } = server({ "POST /api/agents/7/pause": ACCEPTED });
  commands.give(asks.pause(AGENT, [], { queue: "6500", reason: "Lunch", minutes: 15 }));
  commands.give(asks.pause(AGENT, [], {}));
  await settle();
  assert.deepEqual(asked.map((one) => one.body), [
    { queue: "6500", reason: "Lunch", minutes: 15 },
    { queue: null, reason: "", minutes: null },
  ]);
  assert.equal(asked[0].headers["X-CSRFToken"], "token");
});

test("nothing is done until the server says so", async () => {
  const { commands, steps } = server({ "POST /api/agents/7/pause": ACCEPTED });
  commands.give(asks.pause(AGENT, [], {}));
  await settle();
  assert.deepEqual(steps, [["sending", ""], ["queued", ""]]);
  commands.heard({ ...DONE, state: "sent", message: "" });
  commands.heard(DONE);
  assert.deepEqual(steps.slice(2), [["sent", ""], ["done", "Ada is paused."]]);
});

test("an answer by the socket that overtakes the request's own is not lost", async () => {
  const { commands, steps } = server({ "POST /api/agents/7/pause": ACCEPTED });
  commands.give(asks.pause(AGENT, [], {}));
  commands.heard(DONE);
  await settle();
  assert.deepEqual(steps, [["sending", ""], ["done", "Ada is paused."]]);
});

test("when the socket is late the server is asked after 2 s, until the answer is final", async () => {
  const states = ["queued", "sent", "refused"];
  const { commands, steps, pass } = server({
    "POST /api/agents/7/pause": ACCEPTED,
    "GET /api/commands/5": () => [200, { id: 5, state: states.shift(), message: "" }],
  });
  commands.give(asks.pause(AGENT, [], {}));
  await settle();
  for (let round = 0; round < 5; round += 1) await pass(2_000);
  assert.deepEqual(steps.map(([state]) => state), ["sending", "queued", "queued", "sent", "refused"]);
  assert.equal(states.length, 0);
});

test("a refusal is told in the server's words", async () => {
  const { commands, steps } = server({ "POST /api/calls/originate": [422, { detail: "A number has digits only." }] });
  commands.give(asks.dial(AGENT, "abc"));
  await settle();
  assert.deepEqual(steps.at(-1), ["failed", "A number has digits only."]);
});

test("a refusal without words still says that it is one", async () => {
  const { commands, steps } = server({ "POST /api/calls/hangup": [502, null] });
  commands.hangUp("main", "1.1", "Eve");
  await settle();
  assert.deepEqual(steps.at(-1), ["failed", "The server refused this (502)."]);
});

test("a server that cannot be reached leaves open whether it was done, and nothing is sent again", async () => {
  const { commands, asked, steps, pass } = server({});
  commands.give(asks.dial(AGENT, "1001"));
  await settle();
  await pass(60_000);
  assert.equal(steps.at(-1)[0], "failed");
  assert.equal(asked.length, 1);
});

test("a result that never comes is given up after a minute", async () => {
  const { commands, steps, pass } = server({
    "POST /api/agents/7/unpause": ACCEPTED,
    "GET /api/commands/5": [200, { id: 5, state: "sent", message: "" }],
  });
  commands.give(asks.unpause(AGENT));
  await settle();
  for (let round = 0; round < 35; round += 1) await pass(2_000);
  assert.equal(steps.at(-1)[0], "unknown");
  const told = steps.length;
  commands.heard(DONE);
  assert.equal(steps.length, told, "what is final stays");
});

const HELD = "POST /api/calls/hangup";
const UNDO = "POST /api/commands/undo";
const undone = (...results) => [200, { results }];
const hangUp = (commands) => commands.ask("calls/hangup", { pbx: "main" }, "Hang up", { undo: 5 });

test("what can be taken back says so to the server, and can for as long as it said", async () => {
  const { commands, asked, pass } = server({ [HELD]: ACCEPTED });
  const request = hangUp(commands);
  await settle();
  assert.deepEqual(asked[0].body, { pbx: "main", undo_seconds: 5 });
  assert.equal(commands.undoLeft(request), 5_000);
  assert.equal(commands.lastUndoable, request);
  await pass(4_999);
  assert.equal(commands.undoLeft(request), 1);
  await pass(1);
  assert.equal(commands.undoLeft(request), 0);
  assert.equal(commands.lastUndoable, undefined);
});

test("taking back waits for the request's number, and is done when the server says so", async () => {
  const { commands, asked, steps } = server({ [HELD]: ACCEPTED, [UNDO]: undone({ id: 5, state: "undone" }) });
  const request = hangUp(commands);
  await commands.undo(request);
  assert.deepEqual(asked.map((one) => one.url), ["/api/calls/hangup", "/api/commands/undo"]);
  assert.deepEqual(asked[1].body, { ids: [5] });
  assert.equal(steps.at(-1)[0], "undone");
  assert.equal(commands.lastUndoable, undefined);
  await commands.undo(request);
  assert.equal(asked.length, 2, "once is enough");
});

test("what was sent already is told in the server's words and goes on", async () => {
  const late = undone({ id: 5, detail: "It has already been sent." });
  const { commands, steps } = server({ [HELD]: ACCEPTED, [UNDO]: late });
  const request = hangUp(commands);
  await settle();
  await commands.undo(request);
  assert.deepEqual(steps.at(-1), ["queued", "It has already been sent."]);
  commands.heard(DONE);
  assert.equal(request.state, "done");
});

test("an undo that is refused as a whole is told in the server's words", async () => {
  const { commands, steps } = server({ [HELD]: ACCEPTED, [UNDO]: [401, { detail: "Log in." }] });
  const request = hangUp(commands);
  await settle();
  await commands.undo(request);
  assert.deepEqual(steps.at(-1), ["queued", "Log in."]);
});

test("an undo that does not reach the server leaves open whether it did", async () => {
  const { commands, steps } = server({ [HELD]: ACCEPTED });
  const request = hangUp(commands);
  await settle();
  await commands.undo(request);
  assert.match(steps.at(-1)[1], /Whether it was undone is not known/);
});

test("a pause takes effect at once and is undone by its inverse", async () => {
  const { commands, asked, pass } = server({
    "POST /api/agents/7/pause": ACCEPTED,
    "POST /api/agents/7/unpause": [202, { id: 6, state: "queued" }],
  });
  const request = commands.give(asks.pause(AGENT, [{ queue: "6500", paused: false }], { reason: "Lunch" }));
  await settle();
  assert.equal(commands.undoLeft(request), 0, "nothing is done yet");
  commands.heard(DONE);
  assert.equal(commands.lastUndoable, request);
  await commands.undo(request);
  assert.equal(asked.at(-1).url, "/api/agents/7/unpause");
  assert.equal(commands.lastUndoable, undefined);
  await pass(8_000);
  assert.equal(asked.length, 3 - 1);
});

test("a pause that follows another cannot be undone: the first one's beginning is lost", () => {
  assert.equal(asks.pause(AGENT, [{ queue: "6500", paused: true }], {}).inverse, null);
  assert.equal(asks.pause(AGENT, [{ queue: "1", paused: true }, { queue: "2" }], { queue: "2" }).inverse.body.queue, "2");
});

test("a penalty is undone by the one before", () => {
  const members = [{ queue: "6500", penalty: 2 }];
  const ask = asks.penalty(AGENT, members, { queue: "6500", queueName: "Sales", penalty: 5 });
  assert.deepEqual([ask.body.penalty, ask.inverse.body.penalty], [5, 2]);
  assert.equal(ask.label, "Penalty 5 for Ada in Sales");
  assert.equal(asks.penalty(AGENT, members, { penalty: 5 }).inverse, null);
});

const PEOPLE = [{ id: 7, name: "Ada" }, { id: 8, name: "Bob" }, { id: 9, name: "Cid" }];
const RESULTS = [202, { results: [
  { agent: 7, id: 5, state: "queued" },
  { agent: 9, id: 6, state: "queued" },
  { agent: 8, detail: "Bob is in no queue." },
] }];

test("many agents are one request, which ends when all have ended", async () => {
  const { commands, asked } = server({ "POST /api/agents/bulk": RESULTS });
  const request = commands.askAll(PEOPLE, "pause", { reason: "Lunch" }, "Pause 3 agents", { undo: 5 });
  await settle();
  const body = { action: "pause", reason: "Lunch", undo_seconds: 5, agents: [7, 8, 9] };
  assert.deepEqual(asked[0].body, body);
  commands.heard(DONE);
  assert.deepEqual([request.state, request.message], ["sent", "2 of 3…"]);
  commands.heard({ ...DONE, id: 6, message: "" });
  assert.deepEqual([request.state, request.message], ["failed", "2 done; 1 refused: Bob (Bob is in no queue)."]);
});

test("more agents than the server takes at a time are asked for one lot after the other", async () => {
  const many = Array.from({ length: 201 }, (_, id) => ({ id, name: `A${id}` }));
  const { commands, asked } = server({ "POST /api/agents/bulk": [202, { results: [] }] });
  const request = commands.askAll(many, "unpause", {}, "Unpause", { undo: 5 });
  await request.accepted;
  assert.deepEqual(asked.map((one) => one.body.agents.length), [200, 1]);
});

test("taking back many takes back each that has not gone out", async () => {
  const undos = undone({ id: 5, state: "undone" }, { id: 6, detail: "Sent." });
  const { commands, asked } = server({ "POST /api/agents/bulk": RESULTS, [UNDO]: undos });
  const request = commands.askAll(PEOPLE, "hangup", {}, "Hang up", { undo: 5 });
  await commands.undo(request);
  commands.heard({ ...DONE, id: 6 });
  assert.deepEqual(asked.map((one) => one.url), ["/api/agents/bulk", "/api/commands/undo"]);
  assert.deepEqual(asked[1].body, { ids: [5, 6] });
  assert.equal(request.message, "1 done; 1 undone; 1 refused: Bob (Bob is in no queue).");
});

test("more requests than the server takes back at a time are told one lot after the other", async () => {
  const many = Array.from({ length: 201 }, (_, id) => ({ id, name: `A${id}` }));
  const results = many.map(({ id }) => ({ agent: id, id: 1000 + id, state: "queued" }));
  const { commands, asked } = server({ "POST /api/agents/bulk": [202, { results }], [UNDO]: undone() });
  await commands.undo(commands.askAll(many, "hangup", {}, "Hang up", { undo: 5 }));
  assert.deepEqual(asked.slice(2).map((one) => one.body.ids.length), [200, 1]);
});

test("pause reasons that cannot be had are none", async () => {
  const { commands } = server({ "GET /api/pause-reasons": [200, [{ name: "Lunch" }]] });
  assert.deepEqual(await commands.pauseReasons(), ["Lunch"]);
  assert.deepEqual(await server({}).commands.pauseReasons(), []);
});

test("how far a call has got is told while it is placed and after it was", async () => {
  const { commands } = server({ "POST /api/calls/originate": [202, { id: 7, state: "queued" }] });
  const steps = [];
  commands.onChange = ({ state, progress }) => steps.push(`${state} ${progress}`.trim());
  commands.ask("calls/originate", { agent: 1, number: "1001" }, "Call 1001");
  await settle();
  commands.heard({ id: 7, state: "sent", message: "", progress: "own_phone" });
  commands.heard({ id: 7, state: "done", message: "", progress: "theirs" });
  commands.heard({ id: 7, state: "done", message: "", progress: "theirs" });
  commands.heard({ id: 7, state: "done", message: "", progress: "ended" });
  assert.deepEqual(steps, ["sending", "queued", "sent own_phone", "done theirs", "done ended"]);
});

test("what needs no PBX is answered at once, or refused with the server's sentence", async () => {
  const { commands } = server({
    "POST /api/notes": [201, { id: 3 }],
    "DELETE /api/tokens/3": [404, { detail: "No such token." }],
  });
  assert.deepEqual(await commands.tell("POST", "notes", {}), { answer: { id: 3 } });
  assert.deepEqual(await commands.tell("DELETE", "tokens/3"), { error: "No such token." });
  assert.match((await commands.tell("POST", "nowhere")).error, /could not be reached/);
});

test("the number of a refusal is kept, for those that can be answered otherwise", async () => {
  const { commands } = server({ "POST /api/agents/1/pause": [409, { detail: "Lunch is full." }] });
  const request = commands.ask("agents/1/pause", {}, "Pause");
  await settle();
  assert.deepEqual([request.state, request.status, request.message], ["failed", 409, "Lunch is full."]);
});
