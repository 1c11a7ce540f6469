// Owns a scraping process of a test: it crawls replica sites, publishes into a file, can be killed and started
// again on the same data, and is asked what it says of its runs and sources.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { RawEvent } from "@skillstream/schemas/types.ts";
import type { RunReport, SourceReport } from "@skillstream/scrape/report.ts";

export type Published = Omit<RawEvent, "payload">;

const lookEveryMs = 50;

export class Scraper implements AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), "scraper-"));
  readonly #published = join(this.home, "published.jsonl");
  readonly environment: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #port = 0;
  /** What it logged, a JSON line each. */
  log = "";

  /** `sites` are the replicas' hosts, which alone may be fetched; `searches` is the text of searches.yaml. */
  constructor(environment: Record<string, string>, sites: readonly string[], searches = "searches: []") {
    const file = join(this.home, "searches.yaml");
    writeFileSync(file, searches);
    this.environment = {
      ...process.env,
      SKILLSTREAM_HOME: this.home,
      SKILLSTREAM_SEARCHES: file,
      SKILLSTREAM_ALLOWED_ADDRESSES: sites.join(","),
      ...environment,
    };
  }

  async start(): Promise<void> {
    const fixture = join(import.meta.dirname, "scraper.fixture.ts");
    const child = spawn(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", fixture, this.#published],
      {
        env: this.environment,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.#child = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.log += text;
    });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    this.#port = Number(port);
  }

  async end(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** Read while another process writes it: what stands behind the last line break is not there yet. */
  events(): Published[] {
    if (!existsSync(this.#published)) return [];
    return readFileSync(this.#published, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Published);
  }

  async runs(): Promise<RunReport[]> {
    return (await this.#ask<{ runs: RunReport[] }>("runs")).runs;
  }

  async source(name: string): Promise<SourceReport> {
    const { sources } = await this.#ask<{ sources: SourceReport[] }>("sources");
    const source = sources.find((one) => one.source === name);
    if (source === undefined) throw new Error(`there is no source ${name}`);
    return source;
  }

  async #ask<T>(path: string): Promise<T> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.#port}/${path}`);
      return (await response.json()) as T;
    } catch (error) {
      throw new Error(`the scraper does not answer: ${this.log.slice(-2_000)}`, { cause: error });
    }
  }

  /** Another process's state has no event to wait for: it is looked at until the condition holds. */
  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      if (this.#child?.exitCode !== null && this.#child !== undefined)
        throw new Error(`the scraper ended by itself: ${this.log.slice(-2_000)}`);
      await sleep(lookEveryMs);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
    rmSync(this.home, { recursive: true, force: true });
  }
}
