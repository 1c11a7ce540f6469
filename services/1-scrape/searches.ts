// Owns which searches are made and when: reads searches.yaml, multiplies keywords by locations, and says when a
// target is due. A file with faults is refused whole, with all of them named.
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { nearest } from "@skillstream/platform/settings.ts";
import { Cron } from "croner";
import { parse as parseYaml } from "yaml";
import type { RunReport } from "./report.ts";
import type { Search, Source } from "./source.ts";
import { type Chosen, chosenOf } from "./sources.ts";

/** When a target is crawled: at a pause from start to start, or by the clock in UTC. */
export type Schedule = { everyMs: number } | { cron: string };

/** One thing to crawl: a source with its argument, and what is asked of it. */
export interface Target extends Chosen {
  search: Search;
  schedule: Schedule;
}

/** Daily a minute after midnight, as long as a search says nothing else. */
const usualCron = "1 0 * * *";
const usualWithinMs = 24 * 60 * 60 * 1000;
const searchesMax = 10_000;
/** Later than this after its turn a run makes up for something. */
const lateMs = 5 * 60 * 1000;
const keys = ["source", "keywords", "locations", "remote", "since", "at", "every"];

const unitMs: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** 30m, 24h, 7d, 2w in milliseconds. */
export function durationMs(text: string): number | undefined {
  const found = /^([1-9]\d{0,5})([mhdw])$/.exec(text);
  return found === null ? undefined : Number(found[1]) * (unitMs[found[2] ?? ""] ?? 0);
}

/** As logs, runs and reports call it: linkedin (data engineer, Berlin, remote). */
export function targetName(name: string, { keyword, location, remote }: Search): string {
  const words = [keyword, location, remote ? "remote" : undefined].filter((word) => word !== undefined);
  return words.length === 0 ? name : `${name} (${words.join(", ")})`;
}

const project = resolve(import.meta.dirname, "../..");

/** What a file of searches states, whether its sources are on or not; one not found here may be the project's. */
export function readSearches(file: string, sources: readonly Source[]): Target[] {
  let text: string;
  try {
    text = readFileSync(existsSync(file) ? file : resolve(project, file), "utf8");
  } catch (error) {
    throw new Error(`${file} (SKILLSTREAM_SEARCHES) can't be read: ${(error as Error).message}`);
  }
  return searchesOf(text, sources, file);
}

export function searchesOf(text: string, sources: readonly Source[], file: string): Target[] {
  let stated: unknown;
  try {
    stated = parseYaml(text);
  } catch (error) {
    throw new Error(`${file} is no YAML: ${(error as Error).message}`);
  }
  const entries = (stated as { searches?: unknown } | null)?.searches;
  if (!Array.isArray(entries)) throw new Error(`${file} has no list "searches"`);
  const problems = Object.keys(stated as object)
    .filter((key) => key !== "searches")
    .map((key) => `"${key}" is not known; all that stands at the top is "searches"`);
  const targets = entries.flatMap((entry, index) =>
    targetsOfEntry(entry, sources, (problem) => problems.push(`searches[${index}]: ${problem}`)),
  );
  const names = targets.map((target) => target.name);
  for (const twice of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problems.push(`${twice} stands there twice`);
  }
  if (targets.length > searchesMax)
    problems.push(`it has ${targets.length} searches; at most ${searchesMax} are allowed`);
  if (problems.length > 0) throw new Error(`${file} is not right:\n  ${problems.join("\n  ")}`);
  return targets;
}

function targetsOfEntry(
  entry: unknown,
  sources: readonly Source[],
  wrong: (problem: string) => void,
): Target[] {
  if (entry === null || typeof entry !== "object" || Array.isArray(entry)) {
    wrong("it is no mapping such as {source: indeed, keywords: [data engineer]}");
    return [];
  }
  const fields = entry as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    if (keys.includes(key)) continue;
    const near = nearest(key, keys);
    wrong(`"${key}" is not known${near === undefined ? "" : `; did you mean "${near}"?`}`);
  }
  const words = (key: string): string[] => {
    const value = fields[key];
    if (value === undefined || value === null) return [];
    const list = Array.isArray(value) ? value : [value];
    if (!list.every((one) => typeof one === "string" && one.trim() !== "")) {
      wrong(`"${key}" is no list of words`);
      return [];
    }
    return list.map((one) => (one as string).trim());
  };
  const written = words("source");
  if (written.length === 0) wrong('"source" is missing');
  const keywords = words("keywords");
  const locations = words("locations");
  const { remote, since, at, every } = fields;
  if (remote !== undefined && typeof remote !== "boolean") wrong('"remote" is neither true nor false');
  const withinMs = since === undefined ? undefined : durationMs(String(since));
  if (since !== undefined && withinMs === undefined) wrong(`"since: ${since}" is no time such as 24h or 7d`);
  const everyMs = every === undefined ? undefined : durationMs(String(every));
  if (every !== undefined && everyMs === undefined) wrong(`"every: ${every}" is no time such as 6h or 1d`);
  if (at !== undefined && every !== undefined) wrong('"at" and "every" are one too many');
  if (at !== undefined && !isCron(String(at))) wrong(`"at: ${at}" is no cron pattern such as "1 0 * * *"`);
  const schedule = everyMs === undefined ? { cron: at === undefined ? usualCron : String(at) } : { everyMs };

  return written.flatMap((one) => {
    let chosen: Chosen | undefined;
    try {
      [chosen] = chosenOf([one], sources);
    } catch (error) {
      wrong((error as Error).message);
    }
    if (chosen === undefined) return [];
    const { source } = chosen;
    if (source.lists === "words" && keywords.length === 0) wrong(`${one} takes "keywords"`);
    return (keywords.length === 0 ? [undefined] : keywords).flatMap((keyword) =>
      (locations.length === 0 ? [undefined] : locations).map((location) => {
        const search: Search = {
          keyword,
          location,
          remote: remote === true ? true : undefined,
          withinMs: withinMs ?? (source.lists === "words" ? usualWithinMs : undefined),
        };
        return { ...chosen, name: targetName(chosen.name, search), search, schedule };
      }),
    );
  });
}

/** Five fields: a sixth would be seconds, and no site is to be asked every second. */
function isCron(pattern: string): boolean {
  if (pattern.trim().split(/\s+/).length !== 5) return false;
  try {
    return new Cron(pattern, { timezone: "UTC", paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}

/**
 * All that is crawled: of each chosen source its searches, and those that list everything as a whole, unless
 * searches say what is wanted of them.
 */
export function targetsFor(
  chosen: readonly Chosen[],
  searches: readonly Target[],
  sweepIntervalMs: number,
): Target[] {
  return chosen.flatMap((one) => {
    const asked = searches.filter(
      ({ source, argument }) => source.name === one.source.name && argument === one.argument,
    );
    if (asked.length > 0 || one.source.lists === "words") return asked;
    return [{ ...one, search: {}, schedule: { everyMs: sweepIntervalMs } }];
  });
}

/** When it is next due after a start; in milliseconds since 1970. */
export function dueAfter(schedule: Schedule, startedAt: number): number {
  if ("everyMs" in schedule) return startedAt + schedule.everyMs;
  const next = new Cron(schedule.cron, { timezone: "UTC", paused: true }).nextRun(new Date(startedAt));
  return next?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** When a target's next sweep is due, and why. */
export function turnOf(
  schedule: Schedule,
  {
    sweeping,
    sweepStartedAt,
    sweepDoneAt,
  }: { sweeping: boolean; sweepStartedAt: number; sweepDoneAt: number | null },
  now: number,
): { at: number; trigger: RunReport["trigger"] } {
  if (sweeping || sweepDoneAt === null) return { at: 0, trigger: "start" };
  const at = dueAfter(schedule, sweepStartedAt);
  return { at, trigger: now - at > lateMs ? "catch-up" : "schedule" };
}

export function scheduleText(schedule: Schedule): string {
  return "cron" in schedule ? `${schedule.cron} UTC` : `every ${schedule.everyMs / 1000} s`;
}
