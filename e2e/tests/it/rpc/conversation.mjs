// A client written for the gateway document: WebSocket, JSON-RPC 2.0, nothing else.
// Run with the address and a token in SERVER and TOKEN.

import assert from "node:assert/strict";

const { SERVER, TOKEN } = process.env;

/** A connection: requests with their answers, and everything that was notified, in order. */
class Connection {
  heard = [];
  #open = new Map();
  #waiting = [];
  #nextId = 1;

  static async open() {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const answer = await fetch(`http://${SERVER}/api/auth/ticket`, { method: "POST", headers });
    const { ticket } = await answer.json();
    const connection = new Connection();
    const ws = new WebSocket(`ws://${SERVER}/ws?ticket=${ticket}`);
    connection.ws = ws;
    ws.onmessage = (event) => connection.#hear(JSON.parse(event.data));
    await new Promise((opened, failed) => {
      ws.onopen = opened;
      ws.onerror = failed;
    });
    return connection;
  }

  #hear(said) {
    assert.equal(said.jsonrpc, "2.0");
    if (said.method) {
      this.heard.push(said);
      this.#waiting = this.#waiting.filter((look) => !look());
    } else {
      this.#open.get(JSON.stringify(said.id))(said);
    }
  }

  send(method, params, id = this.#nextId++) {
    const answer = new Promise((answered) => this.#open.set(JSON.stringify(id), answered));
    this.ws.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return answer;
  }

  async call(method, params, id) {
    const answer = await this.send(method, params, id);
    assert.equal(answer.error, undefined, JSON.stringify(answer));
    return answer.result;
  }

  /** The first notification that `wanted` takes, of those that came or will come. */
  async until(wanted) {
    const find = () => this.heard.find(wanted);
    return (
      find() ??
      new Promise((found) => {
        this.#waiting.push(() => {
          const one = find();
          if (one) found(one);
          return one !== undefined;
        });
      })
    );
  }

  events() {
    return this.heard.filter(({ method }) => method === "event").map(({ params }) => params);
  }
}

const isDone = (turn) => (said) =>
  said.method === "event" && said.params.type === "done" && said.params.turn_id === turn;

// What is said at the beginning.
const first = await Connection.open();
const connected = await first.until(({ method }) => method === "connected");
assert.ok(connected.params.session_id && connected.params.server_time);
await first.until(({ method }) => method === "session.snapshot");
assert.deepEqual(
  first.heard.slice(0, 2).map(({ method }) => method),
  ["connected", "session.snapshot"],
);

// Sessions under a name of one's own.
const begun = await first.call("session.init", { session_id: "my-session", agent: "demo" });
assert.deepEqual(Object.keys(begun).sort(), ["agent", "created_at", "last_active", "session_id"]);
const again = await first.call("session.init", { session_id: "my-session" });
assert.equal(again.session_id, begun.session_id);
const session = await first.call("session.get", { session_id: "my-session" });
assert.equal(session.name, "my-session");
assert.equal(await first.call("session.get", { session_id: "nobody" }), null);
assert.ok((await first.call("agents.list")).agents.some(({ name }) => name === "demo"));

// A question and its whole answer.
const asked = await first.call("ask", { session_id: "my-session", content: "/say Hello there" });
assert.equal(asked.content, "Hello there");
assert.deepEqual([asked.session_id, asked.agent], [session.session_id, "demo"]);

// An answer in pieces, heard by three, one of whom leaves in the middle.
const second = await Connection.open();
const third = await Connection.open();
const subscribed = { session_id: session.session_id };
assert.equal((await second.call("session.subscribe", subscribed)).subscribed, true);
await third.call("session.subscribe", subscribed);
const content = "/think hm\n/say One\n/slow 30 20ms\n/say Two";
first.send("ask_stream", { session_id: "my-session", content }, "a string");
const piece = await first.until(({ method }) => method === "stream");
assert.deepEqual([piece.params.id, piece.params.type], ["a string", "content"]);
// The connection answers other requests meanwhile.
assert.ok((await first.call("session.list", {})).sessions.length >= 1);
assert.ok(!first.heard.some(({ params }) => params.type === "done" && params.id === "a string"));
first.ws.close();
const isTwo = ({ method, params }) => method === "event" && params.content?.endsWith("Two");
const two = await second.until(isTwo);
for (const one of [second, third]) {
  await one.until(isDone(two.params.turn_id));
}
const told = (one) => one.events().map(({ seq, type, content }) => [seq, type, content]);
assert.deepEqual(told(second), told(third));
const ofTurn = second.events().filter(({ turn_id }) => turn_id === two.params.turn_id);
const types = ofTurn.map(({ type }) => type);
for (const type of ["thinking_start", "thinking_delta", "thinking_end", "output_delta"]) {
  assert.ok(types.includes(type), `${type} in ${types}`);
}
assert.deepEqual(types.slice(-2), ["output_final", "done"]);
assert.ok(ofTurn.every(({ version, id }) => version === "v1" && id === two.params.turn_id));
const deltas = ofTurn.filter(({ type }) => type === "output_delta");
assert.equal(ofTurn.at(-2).content, deltas.map(({ content }) => content).join(""));

// Whoever comes late goes on from where they are, without loss or doubles.
const late = await Connection.open();
const after = ofTurn[1].seq;
await late.call("session.subscribe", { ...subscribed, after });
await late.until(isDone(two.params.turn_id));
assert.deepEqual(told(late), told(second).filter(([seq]) => seq > after));

// A tool call.
await late.call("ask", { ...subscribed, content: "/read notes.txt" });
await late.until(({ params }) => params.type === "tool_end");
const tool = late.events().filter(({ type }) => type.startsWith("tool_"));
assert.equal(tool[0].type, "tool_start");
assert.ok(tool[0].name);

// A running answer can be cancelled, and the connection goes on.
const hanging = late.send("ask_stream", { ...subscribed, content: "/say wait\n/hang" }, 77);
await late.until(({ method, params }) => method === "stream" && params.id === 77);
await late.call("ask.cancel", { id: 77 });
const cancelled = await hanging;
assert.equal(cancelled.error.code, -32603);
assert.match(cancelled.error.message, /^Agent error: /);
assert.equal(cancelled.error.data.code, "cancelled");
const slow = late.send("ask", { ...subscribed, content: "/hang", timeout: 1 }, 78);
assert.equal((await slow).error.data.code, "timed_out");

// Commands where a prompt is expected.
const fresh = await late.call("ask", { session_id: "my-session", content: "/new" });
assert.notEqual(fresh.session_id, session.session_id);
const named = await late.call("session.get", { session_id: "my-session" });
assert.equal(named.session_id, fresh.session_id);
const agent = await late.call("ask", { session_id: "my-session", content: "/agent demo" });
assert.deepEqual([agent.agent, typeof agent.message], ["demo", "string"]);

// Written down.
const markdown = await late.call("session.export", { ...subscribed, format: "markdown" });
assert.match(markdown.data, /Hello there/);
const exported = JSON.parse((await late.call("session.export", subscribed)).data);
assert.equal(exported.version, "1.0");
assert.equal(exported.session.session_id, session.session_id);
assert.ok(exported.session.updates.length > 10);

// Gone for everybody.
await late.call("session.delete", subscribed);
await second.until(({ method }) => method === "session.deleted");
const unknown = await late.send("session.rename", { ...subscribed, name: "x" });
assert.deepEqual([unknown.error.code, unknown.error.message], [-32602, "Session not found"]);

for (const one of [second, third, late]) {
  one.ws.close();
}
console.log("everything as printed");
