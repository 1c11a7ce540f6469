// Owns `skillstream runs`: the crawls that the running scraper tells of, one JSON object a line, for people as a
// table besides, and on --follow each one as it ends, with the progress of those that are under way.
import { parseArgs } from "node:util";
import { readSettings } from "@skillstream/platform/settings.ts";
import { pause } from "@skillstream/platform/signals.ts";
import type { RunReport, SourceReport } from "@skillstream/scrape/report.ts";
import { ask } from "./ask.ts";
import { type Command, UsageError } from "./command.ts";
import { instanceEnvironment, runningInstance } from "./environment.ts";
import { printLine } from "./json-lines.ts";

const followEveryMs = 2_000;
const limitDefault = 20;
/** The scraper tells no more at once. */
const limitMax = 200;
/** Of a target's name or a reason, as much as a line of a terminal bears. */
const wordsCharsMax = 60;
/** Of a reason that has a line to itself. */
const reasonCharsMax = 200;

export const command: Command = {
  name: "runs",
  summary: "each crawl's steps, counts and errors",
  usage: `Usage: skillstream runs [--target TARGET] [--limit N] [--follow]

Prints one JSON object for each crawl of the running scraper, newest first: {id, target, source, keyword,
location, trigger, started_at, ended_at, result, cause, reason, missing, since, counts, steps, errors,
progress}. On a terminal a table follows on standard error.

  --target   the crawls of one target alone, written as \`skillstream sources\` shows it
  --limit    at most so many, from 1 to ${limitMax} (${limitDefault})
  --follow   go on until Ctrl-C: each crawl when it has ended, oldest first, and the progress of those under
             way on standard error

The scraper is that of the instance on the data folder (SKILLSTREAM_HOME), or the one whose health port
SKILLSTREAM_SCRAPE_URL names. Exit code 1 where none answers.`,
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { target: { type: "string" }, limit: { type: "string" }, follow: { type: "boolean" } },
    });
    const limit = Number(values.limit ?? limitDefault);
    if (!Number.isInteger(limit) || limit < 1 || limit > limitMax) {
      throw new UsageError(`--limit takes a whole number from 1 to ${limitMax}, not ${values.limit}`);
    }
    const { home, scrapeUrl } = readSettings(instanceEnvironment(process.env), ["home", "scrapeUrl"]);
    if (scrapeUrl === "") {
      throw new Error(`${runningInstance(home).page} runs without a scraper that tells of its crawls`);
    }
    const query = new URLSearchParams({ limit: String(limit) });
    if (values.target !== undefined) query.set("target", values.target);
    const read = async () => ((await ask(`${scrapeUrl}/runs?${query}`)) as { runs: RunReport[] }).runs;

    if (values.follow) return follow(read);
    const runs = await read();
    for (const run of runs) await printLine(run);
    if (process.stderr.isTTY) process.stderr.write(tableOf(runs));
    return 0;
  },
};

async function follow(read: () => Promise<RunReport[]>): Promise<number> {
  const over = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => over.abort());
  let printed = new Set<number>();
  while (!over.signal.aborted) {
    const runs = await read();
    const ended = runs.filter((run) => run.result !== "running");
    for (const run of ended.toReversed()) if (!printed.has(run.id)) await printLine(run);
    // What the scraper no longer tells of needs no remembering.
    printed = new Set(ended.map((run) => run.id));
    for (const run of runs) {
      if (run.result === "running") process.stderr.write(`${progressLine(run)}\n`);
    }
    await pause(followEveryMs, over.signal);
  }
  return 0;
}

/** How far a crawl is, in a line for people. */
export function progressLine({ target, counts, progress }: RunReport): string {
  const parts = [`${counts.found} new`, `${counts.seen + counts.known} as they were`];
  if (counts.closed > 0) parts.push(`${counts.closed} closed`);
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  if (progress !== null) {
    parts.push(`${progress.waiting} waiting`, `${progress.rate.toFixed(1)}/s`);
    if (progress.left_s !== null) parts.push(`about ${durationOf(progress.left_s)} left`);
  }
  return `  ${clean(target)}: ${parts.join(", ")}`;
}

/** What is not crawled well, each target with a line for people. */
export function troubles(sources: readonly SourceReport[]): [string, string][] {
  return sources
    .filter(({ on }) => on)
    .flatMap(({ targets }) => targets)
    .filter(({ health }) => !["ok", "new", "empty"].includes(health))
    .map(({ target, health, cause, reason }) => {
      const how = cause === null ? health : `${health}, ${cause}`;
      return [
        target,
        `  ${clean(target)}: ${how}${reason === null ? "" : ` (${clean(reason, reasonCharsMax)})`}`,
      ];
    });
}

function durationOf(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

function tableOf(runs: RunReport[]): string {
  if (runs.length === 0) return "No crawl yet.\n";
  const rows = runs.map((run) => [
    run.started_at.slice(0, 19).replace("T", " "),
    clean(run.target),
    run.cause === null ? run.result : `${run.result}: ${run.cause}`,
    ...[run.counts.found, run.counts.seen, run.counts.closed, run.counts.failed].map(String),
    String(run.steps.reduce((sum, step) => sum + step.requests, 0)),
    String(run.steps.reduce((sum, step) => sum + step.retries, 0)),
    clean(run.reason ?? ""),
  ]);
  const heads = [
    "began (UTC)",
    "target",
    "result",
    "new",
    "seen",
    "closed",
    "failed",
    "asked",
    "again",
    "why",
  ];
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => (row[at] ?? "").length)));
  const isFigure = (at: number) => at > 2 && at < heads.length - 1;
  return [heads, ...rows]
    .map((row) =>
      row
        .map((cell, at) => (isFigure(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** A site's words must not steer the terminal. */
function clean(text: string, charsMax = wordsCharsMax): string {
  const plain = text.replace(/\p{Cc}|\p{Cf}/gu, " ");
  return plain.length > charsMax ? `${plain.slice(0, charsMax - 1)}…` : plain;
}
