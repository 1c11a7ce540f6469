// Owns `skillstream accounts`: the accounts with which sources log in are listed, added and removed, also while
// the scraper runs. Secrets come from a file or standard input, never from the command line, where everybody on
// the machine could see them, and are never shown.
import { readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import { nearest, readSettings, type Settings } from "@skillstream/platform/settings.ts";
import type { AccountBook, GivenCookie } from "@skillstream/scrape/fetch/accounts.ts";
import { openAccounts } from "@skillstream/scrape/fetch/open.ts";
import type { Source } from "@skillstream/scrape/source.ts";
import { allSources } from "@skillstream/scrape/sources.ts";
import { type Command, UsageError } from "./command.ts";
import { instanceEnvironment } from "./environment.ts";
import { readCookies, readCredentials } from "./given-cookies.ts";
import { printLine } from "./json-lines.ts";

/** An export of a whole browser profile is smaller. */
const fileBytesMax = 4 * 1024 * 1024;
const budgetADayMax = 1_000_000;

type SourcesOf = (settings: Settings<"demoUrl" | "sites">) => Source[];

export const command: Command = accountsCommand(allSources);

/** `sourcesOf` names the sources there are. */
export function accountsCommand(sourcesOf: SourcesOf): Command {
  return {
    name: "accounts",
    summary: "the accounts with which sources log in",
    usage: `Usage: skillstream accounts [list]
       skillstream accounts add SOURCE NAME --cookies FILE [--budget N]
       skillstream accounts add SOURCE NAME --login FILE [--budget N]
       skillstream accounts remove SOURCE NAME

Lists them as {source, account, state, warning, used_today, budget_a_day, added_at}, never with a secret. state is
new, ok, or why it is not used any more: wrong cookie, expired session or banned account. NAME is yours to choose.

--cookies takes what a logged-in browser holds for the site: a Cookie header line, a cookies.txt, or the JSON of a
browser extension. --login takes {"user": …, "password": …} where a source logs in by a form. FILE may be - for
standard input. --budget is how many requests a UTC day it may make (300). Adding an account again sets it anew:
one that was retired is used again. A scraper that runs sees every change at once.

An account is used only where SKILLSTREAM_LOGINS names its source. They lie encrypted in the data folder, under
SKILLSTREAM_SECRET; without it, under a key in the same folder, which helps nobody who lost a copy of all of it.`,
    async run(args) {
      const { values, positionals } = parseArgs({
        args,
        allowPositionals: true,
        options: {
          cookies: { type: "string" },
          login: { type: "string" },
          budget: { type: "string" },
        },
      });
      const [verb = "list", sourceName, name, ...rest] = positionals;
      const settings = readSettings(instanceEnvironment(process.env), [
        "home",
        "secret",
        "logins",
        "demoUrl",
        "sites",
      ]);
      const sources = sourcesOf(settings);
      if (rest.length > 0) throw new UsageError(`accounts ${verb} does not take ${JSON.stringify(rest[0])}`);
      switch (verb) {
        case "list": {
          if (sourceName !== undefined || Object.keys(values).length > 0) {
            throw new UsageError("accounts list takes nothing more");
          }
          using accounts = openAccounts(settings);
          for (const source of accounts.sources()) {
            for (const report of accounts.report(source)) await printLine({ source, ...report });
          }
          return 0;
        }
        case "add": {
          const source = withLogin(sources, sourceName);
          const wanted = named(name, verb);
          const given = givenOf(source, values);
          using accounts = openAccounts(settings);
          return await add(accounts, source, wanted, given, settings.logins);
        }
        case "remove": {
          const wanted = named(name, verb);
          if (Object.keys(values).length > 0) throw new UsageError("accounts remove takes no options");
          using accounts = openAccounts(settings);
          if (!accounts.remove(sourceName ?? "", wanted)) {
            throw new Error(`${sourceName} has no account ${wanted}; skillstream accounts lists all`);
          }
          process.stderr.write(`${sourceName} has no account ${wanted} any more.\n`);
          return 0;
        }
        default:
          throw new UsageError(`accounts takes list, add or remove, not ${JSON.stringify(verb)}`);
      }
    },
  };
}

function withLogin(sources: readonly Source[], name: string | undefined): Source & { login: object } {
  const found = sources.find((source) => source.name === name);
  const names = sources.filter(({ login }) => login !== null).map((source) => source.name);
  if (found === undefined) {
    const near = name === undefined ? undefined : nearest(name, names);
    throw new UsageError(
      `${name === undefined ? "accounts add takes a source" : `${JSON.stringify(name)} is not a source`}` +
        `${near === undefined ? "" : `; did you mean ${near}?`}; ${listOf(names)}`,
    );
  }
  if (found.login === null) throw new UsageError(`${found.name} reads without a login; ${listOf(names)}`);
  return found as Source & { login: object };
}

const listOf = (names: readonly string[]) =>
  names.length === 0 ? "no source logs in" : `those that log in are ${names.join(", ")}`;

function named(name: string | undefined, verb: string): string {
  if (name === undefined) throw new UsageError(`accounts ${verb} takes a source and a name of the account`);
  return name;
}

interface Given {
  cookies?: GivenCookie[];
  credentials?: { user: string; password: string };
  budget?: number;
}

function givenOf(
  source: Source,
  { cookies, login, budget }: { cookies?: string; login?: string; budget?: string },
): Given {
  if ((cookies === undefined) === (login === undefined)) {
    throw new UsageError("accounts add takes either --cookies FILE or --login FILE");
  }
  if (budget !== undefined && !(/^[1-9]\d*$/.test(budget) && Number(budget) <= budgetADayMax)) {
    throw new UsageError(`--budget takes a number of requests from 1 to ${budgetADayMax}`);
  }
  const given: Given = budget === undefined ? {} : { budget: Number(budget) };
  if (login !== undefined) {
    if (source.login?.form == null) throw new UsageError(`${source.name} logs in by cookies: use --cookies`);
    return { ...given, credentials: readCredentials(readText(login)) };
  }
  const read = readCookies(readText(cookies ?? ""), hostOf(source));
  const missing = (source.login?.cookies ?? []).filter((name) => !read.some((one) => one.name === name));
  if (missing.length > 0) {
    throw new Error(
      `there is no cookie ${missing.join(" and none ")}, without which ${source.name} has no session: ` +
        "export the cookies while you are logged in",
    );
  }
  const ended = read.find(
    ({ name, expiresAt }) =>
      source.login?.cookies.includes(name) && expiresAt !== null && expiresAt <= Date.now(),
  );
  if (ended !== undefined) {
    throw new Error(
      `the cookie ${ended.name} ended on ${new Date(ended.expiresAt ?? 0).toISOString().slice(0, 10)}: ` +
        "log in again and export the cookies anew",
    );
  }
  return { ...given, cookies: read };
}

async function add(
  accounts: AccountBook,
  source: Source,
  name: string,
  given: Given,
  logins: readonly string[],
): Promise<number> {
  const isNew = accounts.add(source, name, given);
  const report = accounts.report(source.name).find(({ account }) => account === name);
  await printLine({ source: source.name, ...report });
  process.stderr.write(
    `${source.name} ${isNew ? "has" : "already had"} account ${name}${isNew ? " now" : ", which is set anew"}.\n` +
      `What the site's terms mean: ${source.terms.replace(/\.$/, "")}.\n` +
      (logins.includes(source.name)
        ? ""
        : `It is used once SKILLSTREAM_LOGINS names ${source.name}, and the scraper was started with that.\n`),
  );
  return 0;
}

/** Where its pages stand, and its cookies go. */
function hostOf(source: Source): string | undefined {
  try {
    const url = source.plan(undefined, { keyword: "work" })[0]?.url;
    return url === undefined ? undefined : new URL(url).hostname;
  } catch {
    return undefined;
  }
}

function readText(file: string): string {
  if (file === "-") return readFileSync(0, "utf8");
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`there is no file ${file}`);
  if (!found.isFile() && !found.isFIFO()) throw new Error(`${file} is no file`);
  if (found.size > fileBytesMax) {
    throw new Error(`${file} is larger than ${fileBytesMax} bytes: that is no export of cookies`);
  }
  return readFileSync(file, "utf8");
}
