// Asks the WebAssembly of ivr, acd and the rules of tickets, and fails when an answer is wrong. Run by scripts/wasm.
import { readFileSync } from "node:fs";
import { strict as assert } from "node:assert";

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
assert.deepEqual(WebAssembly.Module.imports(module), [], "the module imports nothing");
const { exports } = new WebAssembly.Instance(module);

function ask(request) {
    const bytes = new TextEncoder().encode(JSON.stringify(request));
    const at = exports.input(bytes.length);
    new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
    const length = exports.answer();
    const answer = new Uint8Array(exports.memory.buffer, exports.output(), length);
    return JSON.parse(new TextDecoder().decode(answer));
}

// The demo's flow has no findings; a broken one has one at the line, with a remedy.
const flow = readFileSync("config/flows/main.toml", "utf8");
assert.deepEqual(ask({ ask: "check", flow }), { findings: [], queues: ["emergency", "main"] });

const broken = ask({ ask: "check", flow: flow.replace('start = "greeting"', 'start = "nowhere"') });
const line = flow.split("\n").findIndex((text) => text.startsWith("start =")) + 1;
assert.ok(
    broken.findings.some((finding) => finding.line === line && finding.remedy !== ""),
    JSON.stringify(broken),
);

// Callers press keys or say nothing: the nodes that each passes, and where the flow sends the call.
function walk(...lines) {
    const transcript = ask({ ask: "walk", flow, lines });
    assert.equal(typeof transcript, "string", JSON.stringify(transcript));
    const nodes = [...transcript.matchAll(/^ *[\d.]+ \[(\w+)\]/gm)].map((match) => match[1]);
    return { nodes, end: /=> (.*)/.exec(transcript)?.[1], transcript };
}

const urgent = walk("start", "1", "wait");
assert.deepEqual(urgent.nodes, ["greeting", "emergency", "emergency_queue"], urgent.transcript);
assert.equal(urgent.end, "queue emergency, Ru, priority 1000");

const english = walk("start", "9", "wait", "wait", "wait");
assert.deepEqual(english.nodes, ["greeting", "english", "greeting", "dispatcher", "queue"], english.transcript);
assert.equal(english.end, "queue main, En, priority 0");

const asking = walk("ticket 4521 in_progress 20.11 09:30", "start", "2", "wait", "wait", "wait", "wait");
assert.deepEqual(asking.nodes, ["greeting", "status", "tell", "goodbye", "done"], asking.transcript);
assert.equal(asking.end, "hangs up, self_service_done");

// The two who wait: the agent who becomes ready gets the emergency, although the other has waited longer.
const [agent, first, second] = [1, 2, 3].map((n) => `00000000-0000-7000-8000-00000000000${n}`);
const span = (secs) => ({ secs, nanos: 0 });
const plan = { base: 0, ring_max: span(15), wrapup_max: span(30), target: span(20), wait_max: null, waiting_max: 10 };
const queues = ["emergency", "main"];
function join(call, end, ms) {
    const [, queue, priority] = /^queue (\w+), \w+, priority (\d+)$/.exec(end);
    return [ms, { request: "join", call, queue, priority: Number(priority), since: ms * 1_000_000 }];
}
const replies = ask({
    ask: "queue",
    requests: [
        [0, { request: "configure", queues: queues.map((name) => ({ name, ...plan })), agents: [{ agent, queues }] }],
        join(first, english.end, 1_000),
        join(second, urgent.end, 31_000),
        [32_000, { request: "status", agent, status: { status: "ready" } }],
    ],
});
assert.ok(Array.isArray(replies), JSON.stringify(replies));
const offers = replies.filter((reply) => reply.reply === "offer").map(({ call, agent, queue }) => ({ call, agent, queue }));
assert.deepEqual(offers, [{ call: second, agent, queue: "emergency" }], JSON.stringify(replies));

// A closed ticket is reopened within thirty days.
assert.equal(ask({ ask: "reopen", days: 30 }), "new");
assert.equal(ask({ ask: "reopen", days: 31 }), "TooLateToReopen");
console.log("wasm: flows, the queue and the rules of tickets answer in Node");
