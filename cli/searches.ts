// Owns `skillstream searches`: what searches.yaml states, whether it is asked, and when next.
import { parseArgs } from "node:util";
import { readSettings } from "@skillstream/platform/settings.ts";
import { nextRunAt } from "@skillstream/scrape/report.ts";
import { planOf, planSettings } from "@skillstream/scrape/scrape.ts";
import { scheduleText } from "@skillstream/scrape/searches.ts";
import { openKeptState } from "@skillstream/scrape/state.ts";
import type { Command } from "./command.ts";
import { instanceEnvironment } from "./environment.ts";
import { printLine } from "./json-lines.ts";

export const command: Command = {
  name: "searches",
  summary: "what is asked of the sources, and how often",
  usage: `Usage: skillstream searches

Reads searches.yaml (SKILLSTREAM_SEARCHES) and prints one JSON object for each search: {target, source, keyword,
location, remote, since_h, schedule, on, next_run_at, last_run}. A search is made when its source is switched on
(SKILLSTREAM_SOURCES). A file with faults is refused with all of them named.`,
  async run(args) {
    parseArgs({ args, options: {} });
    const settings = readSettings(instanceEnvironment(process.env), [...planSettings, "home"]);
    const { targets, searches } = planOf(settings);
    const on = new Set(targets.map(({ name }) => name));
    using state = openKeptState(settings.home);
    const now = Date.now();
    for (const target of searches) {
      const { name, source, search, schedule } = target;
      const isOn = on.has(name);
      const next = nextRunAt(target, state, now);
      const [last] = state.runs(1, name);
      await printLine({
        target: name,
        source: source.name,
        ...(search.keyword === undefined ? {} : { keyword: search.keyword }),
        ...(search.location === undefined ? {} : { location: search.location }),
        remote: search.remote === true,
        ...(search.withinMs === undefined ? {} : { since_h: search.withinMs / 3_600_000 }),
        schedule: scheduleText(schedule),
        on: isOn,
        ...(isOn && next !== null ? { next_run_at: new Date(next).toISOString() } : {}),
        ...(last === undefined
          ? {}
          : {
              last_run: {
                started_at: last.started_at,
                result: last.result,
                ...(last.cause === null ? {} : { cause: last.cause }),
                ...(last.reason === null ? {} : { reason: last.reason }),
                ...last.counts,
              },
            }),
      });
    }
    return 0;
  },
};
