// Owns `npm run chaos`: a whole instance under load, every one of its processes killed with -9 in turn, at
// moments that a seed chooses, and then the comparison of what is stored with what the demo site served.
// `--quick` kills 26 times, without it 78, `--kills N` N times. `--without repeats|resume` takes that rule out
// of the running code, by a loader and not by a switch in it; then the run must fail, or it could not find
// what it is there for.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connectKafka, type Offsets, watchOffsets } from "@skillstream/platform/kafka.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { groupOf } from "@skillstream/platform/run-stage.ts";
import { enrichedTopic, normalizedTopic, rawTopic } from "@skillstream/schemas/topics.ts";
import { atRest, type Instance, judge, startInstance } from "../instance.ts";
import { readTopic } from "../witness.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    seed: { type: "string" },
    without: { type: "string" },
    kills: { type: "string" },
    keep: { type: "boolean" },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const kills = values.kills === undefined ? (values.quick ? 26 : 78) : Number(values.kills);
const postings = values.quick ? 10_000 : 30_000;
/** Every process in turn, the stages twice; the supervisor is killed too, and the instance started again. */
const victims = [
  "normalize",
  "kafka",
  "store",
  "extract",
  "clickhouse",
  "normalize",
  "scrape",
  "store",
  "registry",
  "extract",
  "serve",
  "demo",
  "lake",
  "supervisor",
];
/** After the load flows again, a random part of this passes before the next kill. */
const pauseMaxMs = 2_000;
const flowTimeoutMs = 30_000;
const restTimeoutMs = 240_000;

const say = (text: string) => process.stderr.write(`${text}\n`);

if (values.without !== undefined && !["repeats", "resume"].includes(values.without)) {
  say(`--without takes repeats or resume, not ${values.without}`);
  process.exit(2);
}

let state = seed >>> 0;
function random(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}

const home = await mkdtemp(join(tmpdir(), "skillstream-chaos-"));
const environment = {
  SKILLSTREAM_DEMO_POSTINGS: String(postings),
  SKILLSTREAM_DEMO_LIVE_PER_SECOND: "0",
  SKILLSTREAM_BATCH_RECORDS_MAX: "50",
  LOG_LEVEL: "info",
};
const loaded = ["dawdle", ...(values.without === undefined ? [] : [`without-${values.without}`])];
const nodeOptions = loaded.map((name) => `--import=${join(import.meta.dirname, `${name}.ts`)}`).join(" ");
const start = () => startInstance({ home, environment, nodeOptions });

say(
  `chaos with seed ${seed}: ${kills} kills over ${postings} postings${values.without === undefined ? "" : `, without the rule ${values.without}`}`,
);
let instance: Instance = await start();
let wrong: string[] = [];
try {
  // A repeated row would merge away before it could be counted.
  await using client = instance.clickhouse();
  await client.command({
    query: "ALTER TABLE landing MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1",
  });

  const killed = new Map<string, number>();
  for (let kill = 0; kill < kills; kill++) {
    const name = victims[kill % victims.length] ?? "";
    await untilFlowing(name);
    await sleep(random() * pauseMaxMs);
    if (await killOnce(name)) killed.set(name, (killed.get(name) ?? 0) + 1);
  }
  say(`killed ${[...killed].map(([name, times]) => `${name} ${times}`).join(", ")}; waiting for rest`);
  const ledger = await atRest(instance, restTimeoutMs);
  say(`at rest: ${JSON.stringify(ledger)}`);
  wrong = [...(await judge(instance)), ...(await judgeTopics(instance))];
} catch (error) {
  wrong.push(error instanceof Error ? error.message : String(error));
} finally {
  await instance[Symbol.asyncDispose]();
  if (values.keep || wrong.length > 0) say(`data and logs are in ${home}`);
  else await rm(home, { recursive: true, force: true });
}
for (const sentence of wrong) say(`WRONG: ${sentence}`);
console.log(JSON.stringify({ seed, kills, wrong }));
process.exit(wrong.length === 0 ? 0 : 1);

/** Waits until the one to be killed is at work: a kill in the middle of a standstill proves little. */
async function untilFlowing(name: string): Promise<void> {
  const giveUp = performance.now() + flowTimeoutMs;
  let before: number | undefined;
  while (performance.now() < giveUp) {
    const now = await workDone(name).catch(() => undefined);
    if (before !== undefined && now !== undefined && now > before) return;
    before ??= now;
    await sleep(100);
  }
}

/** Events that a stage has committed; for everybody else, events that came in. */
async function workDone(name: string): Promise<number> {
  const reads = { normalize: rawTopic, extract: normalizedTopic(1), store: enrichedTopic(1) };
  if (!(name in reads)) return (await instance.ledger()).scraped;
  const topic = reads[name as keyof typeof reads];
  await using offsets = await connect(instance);
  const committed = await offsets.ofGroup(groupOf(name, 1), topic.name);
  return [...committed.values()].reduce((sum, offset) => sum + offset, 0);
}

function brokersOf(running: Instance): string[] {
  return (running.endpoints().variables.SKILLSTREAM_KAFKA_BROKERS ?? "").split(",");
}

function connect(running: Instance): Promise<Offsets> {
  return watchOffsets(
    connectKafka({ brokers: brokersOf(running), clientId: "chaos", log: createLog("chaos", "fatal") }),
  );
}

async function killOnce(name: string): Promise<boolean> {
  if (name === "supervisor") {
    say("  kill -9 supervisor");
    instance.process.kill("SIGKILL");
    instance = await start();
    return true;
  }
  const pid = instance.endpoints().processes[name]?.pid ?? 0;
  if (pid === 0) return false;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It is just between two lives.
    return false;
  }
  say(`  kill -9 ${name} (${pid})`);
  return true;
}

/** What another client finds in the topics: whole, in order, and nothing that a reader's rule would not drop. */
async function judgeTopics(running: Instance): Promise<string[]> {
  const found: string[] = [];
  const brokers = brokersOf(running);
  await using offsets = await connect(running);
  const ends = async (topic: string) =>
    new Map((await offsets.ofTopic(topic)).map(({ partition, high }) => [partition, high]));
  const rawEnds = await ends(rawTopic.name);
  for (const { name } of [normalizedTopic(1), enrichedTopic(1)]) {
    const last = new Map<number, number>();
    let repeats = 0;
    for await (const { partition, headers } of readTopic(brokers, name, await ends(name))) {
      const origin = Number(headers.origin);
      const before = last.get(partition) ?? -1;
      if (origin > before + 1) found.push(`${name}/${partition} jumps from ${before} to ${origin}`);
      if (origin <= before) repeats += 1;
      last.set(partition, Math.max(before, origin));
    }
    for (const [partition, end] of rawEnds) {
      const reached = (last.get(partition) ?? -1) + 1;
      if (reached !== end) found.push(`${name}/${partition} answers ${reached} of ${end} raw events`);
    }
    say(`${name}: every raw event is answered in order; ${repeats} repeats, which readers drop`);
  }
  return found;
}
