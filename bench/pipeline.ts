// Measures the whole way of a posting from the raw topic into ClickHouse, by the same processes that npm start
// runs, and beside it what the bare client and the bare extractor cost for the same postings on the same broker.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createExtractor } from "@skillstream/extract/extractor.ts";
import { normalize } from "@skillstream/normalize/normalize.ts";
import { connectClickHouse, select } from "@skillstream/platform/clickhouse.ts";
import { createCodec } from "@skillstream/platform/codec.ts";
import { connectKafka, consume, createProducer, ensureTopics } from "@skillstream/platform/kafka.ts";
import { createSite } from "@skillstream/platform/local/demo/site.ts";
import { startKafka } from "@skillstream/platform/local/kafka.ts";
import { freePort } from "@skillstream/platform/local/ports.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { readSettings } from "@skillstream/platform/settings.ts";
import { rawTopic, type Topic } from "@skillstream/schemas/topics.ts";
import type { Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { kafkaPublisher } from "@skillstream/scrape/kafka-publisher.ts";
import { jobId } from "@skillstream/scrape/source.ts";
import { demoSource } from "@skillstream/scrape/sources/demo.ts";
import type { Bench, Measured } from "./main.ts";

const postings = 6_000;
const stages = ["2-normalize", "3-extract", "4-store"] as const;
const root = resolve(import.meta.dirname, "..");
const log = createLog("bench", "error");

export const bench: Bench = {
  summary: `${postings} postings from the raw topic to ClickHouse`,
  figures: {
    postings_per_s: "postings a second",
    normalize_cpu_ms: "ms of CPU a posting, normalize",
    extract_cpu_ms: "ms of CPU a posting, extract",
    store_cpu_ms: "ms of CPU a posting, store",
    cpu_ms: "ms of CPU a posting",
  },
  async measure(rounds, say) {
    await using scope = new AsyncDisposableStack();
    const home = await mkdtemp(join(tmpdir(), "skillstream-bench-"));
    scope.defer(() => rm(home, { recursive: true, force: true }));
    say("starting Kafka, the registry and ClickHouse");
    const kafkaServer = scope.use(await startKafka({ folder: join(home, "kafka"), log }));
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      SKILLSTREAM_HOME: home,
      SKILLSTREAM_KAFKA_BROKERS: kafkaServer.brokers.join(","),
      SKILLSTREAM_REGISTRY_URL: `http://127.0.0.1:${await freePort()}`,
      SKILLSTREAM_CLICKHOUSE_URL: `http://127.0.0.1:${await freePort()}`,
      LOG_LEVEL: "error",
    };
    const settings = readSettings(environment, [
      "registryUrl",
      "clickhouseUrl",
      "clickhouseUser",
      "clickhousePassword",
      "clickhouseDatabase",
      "extractor",
      "extractTagger",
      "extractWorkers",
    ]);
    for (const [file, probe] of [
      ["platform/local/registry/main.ts", `${settings.registryUrl}/subjects`],
      ["platform/local/clickhouse/main.ts", `${settings.clickhouseUrl}/ping`],
    ] as const) {
      scope.use(run(file, environment));
      await answers(probe);
    }
    const kafka = connectKafka({ brokers: kafkaServer.brokers, clientId: "bench", log });
    await ensureTopics(kafka, [rawTopic], 1);
    const codec = await createCodec(settings.registryUrl, ["RawEvent", "Posting", "Receipt"]);
    const producer = scope.use(createProducer(kafka));

    say(`publishing ${postings} postings`);
    const events = await demoEvents();
    const signal = new AbortController().signal;
    const publisher = kafkaPublisher(producer, codec, {
      log,
      readiness: { wait() {}, done() {} } as never,
      signal,
    });
    for (let from = 0; from < events.length; from += 500)
      await publisher.publish(events.slice(from, from + 500));
    const cleaned = events.flatMap((event): Posting[] => {
      const outcome = normalize(event);
      return outcome.kind === "emit" ? [outcome.value] : [];
    });
    const extractor = scope.use(await createExtractor(settings, log));
    await extractor.extract(cleaned.slice(0, 200), signal);

    const runs: {
      ours: Record<string, number>;
      client: Record<string, number>;
      extractor: Record<string, number>;
    }[] = [];
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds}: the pipeline, the bare client, the bare extractor`);
      runs.push({
        ours: await pipeline(round),
        client: await bareClient(round),
        extractor: await bareExtractor(),
      });
    }
    const ours = medians(runs.map((one) => one.ours));
    const peers = {
      "bare client": medians(runs.map((one) => one.client)),
      "bare extractor": medians(runs.map((one) => one.extractor)),
    };
    const over = (peer: keyof typeof peers, figure: string) =>
      (ours[figure] ?? 0) / (peers[peer][figure] ?? 1);
    return {
      ours,
      peers,
      ratios: {
        "bare client": over("bare client", "postings_per_s"),
        "bare extractor": over("bare extractor", "postings_per_s"),
      },
    } satisfies Measured;

    /** All three stages under a generation of their own, from the beginning of the raw topic. */
    async function pipeline(generation: number): Promise<Record<string, number>> {
      await using processes = new AsyncDisposableStack();
      const health: Record<string, string> = {};
      for (const stage of stages) {
        const port = await freePort();
        health[stage] = `http://127.0.0.1:${port}`;
        processes.use(
          run(`services/${stage}/main.ts`, {
            ...environment,
            SKILLSTREAM_GENERATION: String(generation),
            SKILLSTREAM_HEALTH_PORT: String(port),
          }),
        );
      }
      const client = processes.use(connectClickHouse(settings, "bench"));
      // The clock runs from the first row to the last, so that no start of a process is measured.
      let firstAt = 0;
      let before = 0;
      for (;;) {
        const [row] = await select<{ rows: number }>(
          client,
          "SELECT count() AS rows FROM landing WHERE generation = {generation:UInt32}",
          { generation },
        ).catch(() => [{ rows: 0 }]);
        const rows = row?.rows ?? 0;
        if (firstAt === 0 && rows > 0) [firstAt, before] = [performance.now(), rows];
        if (rows === events.length) break;
        await sleep(50);
      }
      const seconds = (performance.now() - firstAt) / 1000;
      const result: Record<string, number> = { postings_per_s: (events.length - before) / seconds };
      let all = 0;
      for (const stage of stages) {
        const cpu = await cpuSeconds(health[stage] ?? "");
        result[`${stage.slice(2)}_cpu_ms`] = (cpu / events.length) * 1000;
        all += cpu;
      }
      result.cpu_ms = (all / events.length) * 1000;
      return result;
    }

    /** Consume and produce the same bytes three times over, as the three stages' hops do, in this process. */
    async function bareClient(round: number): Promise<Record<string, number>> {
      const topic: Topic = { ...rawTopic, name: `bench.copy.${round}` };
      await ensureTopics(kafka, [topic], 1);
      const cpu = process.cpuUsage();
      let seconds = 0;
      for (let hop = 0; hop < stages.length; hop++) {
        let copied = 0;
        let firstAt = 0;
        const done = Promise.withResolvers<void>();
        const consumer = await consume(kafka, {
          group: `bench-${round}-${hop}`,
          topic: rawTopic,
          isRaw: true,
          concurrency: 4,
          holdBack: () => Promise.resolve(undefined),
          lag: () => undefined,
          member: () => undefined,
          begin: () => Promise.resolve(),
          async handle({ partition, records }, lease) {
            firstAt ||= performance.now();
            const messages = records.map(({ key, value }) => ({
              key,
              value: value ?? Buffer.alloc(0),
              headers: {},
            }));
            await producer.send(topic.name, partition, messages);
            await lease.commit((records.at(-1)?.offset ?? -1) + 1, "");
            copied += records.length;
            if (copied >= events.length) done.resolve();
          },
        });
        await done.promise;
        seconds += (performance.now() - firstAt) / 1000;
        await consumer[Symbol.asyncDispose]();
      }
      const { user, system } = process.cpuUsage(cpu);
      return {
        postings_per_s: events.length / seconds,
        cpu_ms: (user + system) / 1000 / events.length,
      };
    }

    async function bareExtractor(): Promise<Record<string, number>> {
      const cpu = process.cpuUsage();
      const began = performance.now();
      for (let from = 0; from < cleaned.length; from += 1000) {
        await extractor.extract(cleaned.slice(from, from + 1000), signal);
      }
      const { user, system } = process.cpuUsage(cpu);
      return {
        postings_per_s: cleaned.length / ((performance.now() - began) / 1000),
        cpu_ms: (user + system) / 1000 / cleaned.length,
      };
    }

    async function demoEvents(): Promise<RawEvent[]> {
      await using site = await createSite({ seed: 1, postings, epoch: Date.now(), livePerSecond: 0 });
      const source = demoSource(site.url);
      const made: RawEvent[] = [];
      for (let id = 0; made.length < postings && id < postings * 3; id++) {
        const url = `${site.url}/jobs/${id}`;
        const response = await fetch(url);
        const body = Buffer.from(await response.arrayBuffer());
        const mediaType = response.headers.get("content-type") ?? "";
        // The 2 MB oddities would measure themselves alone.
        if (response.status !== 200 || body.length > 100_000) continue;
        const parsed = source.parse({ url, mediaType, body });
        if (parsed.result !== "found") continue;
        for (const posting of parsed.value) {
          made.push({
            event: "found",
            job_id: jobId("demo", posting.source_id),
            source: "demo",
            source_id: posting.source_id,
            job_url: posting.job_url,
            observed_at: Date.now(),
            synthetic: true,
            search_keyword: null,
            search_location: null,
            source_file: null,
            reason: null,
            payload: { url, media_type: mediaType, body },
            parsed: posting.parsed,
          });
        }
      }
      return made;
    }
  },
};

function run(file: string, environment: NodeJS.ProcessEnv): AsyncDisposable & { child: ChildProcess } {
  const child = spawn(process.execPath, [join(root, file)], {
    env: environment,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const exited = once(child, "exit");
  return {
    child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await exited;
    },
  };
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await sleep(50);
  }
  throw new Error(`${url} does not answer`);
}

async function cpuSeconds(health: string): Promise<number> {
  const text = await (await fetch(`${health}/metrics`)).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1] ?? 0);
}

function medians(rounds: Record<string, number>[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const figure of Object.keys(rounds[0] ?? {})) {
    const sorted = rounds.map((one) => one[figure] ?? 0).sort((a, b) => a - b);
    result[figure] = sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
  return result;
}
