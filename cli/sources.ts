// Owns `skillstream sources`: which sources there are, what each can do and what its site's terms mean, and how
// the last crawls went.
import { parseArgs } from "node:util";
import { readSettings } from "@skillstream/platform/settings.ts";
import { openAccounts } from "@skillstream/scrape/fetch/open.ts";
import { sourceReports } from "@skillstream/scrape/report.ts";
import { planOf, planSettings } from "@skillstream/scrape/scrape.ts";
import { openKeptState } from "@skillstream/scrape/state.ts";
import type { Command } from "./command.ts";
import { instanceEnvironment } from "./environment.ts";
import { printLine } from "./json-lines.ts";

export const command: Command = {
  name: "sources",
  summary: "what can be crawled, and how it goes",
  usage: `Usage: skillstream sources

Prints one JSON object for each source: what it reads (about), what its site's terms mean for whoever switches it
on (terms), the argument after the colon (greenhouse:BOARD), whether it is on, whether robots.txt is exempted and a
login switched on, its accounts, and its targets with their health: ok, new, empty, blocked, changed, partial, gone or
unavailable, with the cause (robots.txt, login, captcha, wrong cookie, expired session, banned account, dead proxy …),
the reason, since when, the next run, and the postings that are open and closed.`,
  async run(args) {
    parseArgs({ args, options: {} });
    const settings = readSettings(instanceEnvironment(process.env), [...planSettings, "home", "secret"]);
    const plan = planOf(settings);
    using state = openKeptState(settings.home);
    using accounts = openAccounts(settings);
    const reports = sourceReports(plan, { state, now: Date.now(), settings, accounts });
    for (const report of reports) await printLine(report);
    return 0;
  },
};
