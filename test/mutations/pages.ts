// Owns the pages that are mutated and measured: what the replica of each source's site shows, walked through as a
// crawl does, and captured pages where a folder with some is there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Ask, Captured, Source } from "@skillstream/scrape/source.ts";
import { allSources } from "@skillstream/scrape/sources.ts";
import { anysite, type Form } from "../replicas/anysite.ts";
import { ashbyBoards } from "../replicas/ashby.ts";
import { answered, boardName } from "../replicas/boards.ts";
import { hackernews, remoteok, weworkremotely } from "../replicas/feeds.ts";
import { greenhouseBoards } from "../replicas/greenhouse.ts";
import { indeed, viewPage } from "../replicas/indeed.ts";
import { leverBoards } from "../replicas/lever.ts";
import {
  guestView,
  linkedin,
  memberCards,
  memberView,
  voyagerCards,
  voyagerPosting,
} from "../replicas/linkedin.ts";
import { type MadeUp, madeUp } from "../replicas/postings.ts";
import { recruiteeSite } from "../replicas/recruitee.ts";
import type { Answering } from "../replicas/site.ts";
import { smartrecruitersCompanies } from "../replicas/smartrecruiters.ts";
import { workableAccounts } from "../replicas/workable.ts";
import { workdaySites } from "../replicas/workday.ts";

export interface Sample {
  source: string;
  /** Where it is from, in words. */
  name: string;
  page: Captured;
}

interface Shown {
  source: string;
  argument?: string;
  /** What is walked through from the source's plan on. */
  site?: (postings: readonly MadeUp[]) => Answering;
  /** Pages that no walk comes to, by their addresses. */
  pages?: (postings: readonly MadeUp[]) => Record<string, string | object>;
}

const company = boardName(madeUp(1)[0]?.company ?? "");
const forms: readonly Form[] = ["JSON-LD", "microdata", "RDFa"];
const formOf = (one: MadeUp): Form => forms[Number(one.id) % forms.length] ?? "JSON-LD";

/** Every source that has a replica. */
const shown: readonly Shown[] = [
  { source: "ashby", argument: company, site: ashbyBoards },
  { source: "greenhouse", argument: company, site: greenhouseBoards },
  { source: "hackernews", site: hackernews },
  {
    source: "indeed",
    site: (all) => indeed(all).answer,
    pages: ([one]) =>
      one === undefined ? {} : { "https://www.indeed.com/viewjob?jk=1": viewPage(one, true) },
  },
  { source: "jsonld", argument: "https://careers.example/sitemap.xml", site: (all) => anysite(all, formOf) },
  { source: "lever", argument: company, site: leverBoards },
  {
    source: "linkedin",
    site: (all) => linkedin(all).answer,
    pages: ([one]) =>
      one === undefined ? {} : { "https://www.linkedin.com/jobs/view/1/": guestView(one, true) },
  },
  {
    source: "linkedin-browser",
    pages: (all) => ({
      "https://www.linkedin.com/jobs/search/?keywords=data": memberCards(all.slice(0, 8), all.length),
      ...Object.fromEntries(
        all
          .slice(0, 3)
          .map((one, at) => [`https://www.linkedin.com/jobs/view/${one.id}/`, memberView(one, at === 2)]),
      ),
    }),
  },
  {
    source: "linkedin-voyager",
    pages: (all) => ({
      "https://www.linkedin.com/voyager/api/voyagerJobsDashJobCards?start=0": voyagerCards(
        all.slice(0, 8),
        0,
        all.length,
      ),
      ...Object.fromEntries(
        all
          .slice(0, 3)
          .map((one, at) => [
            `https://www.linkedin.com/voyager/api/jobs/jobPostings/${one.id}`,
            voyagerPosting(one, at === 2),
          ]),
      ),
    }),
  },
  { source: "recruitee", argument: company, site: recruiteeSite },
  { source: "remoteok", site: remoteok },
  { source: "smartrecruiters", argument: company, site: smartrecruitersCompanies },
  { source: "weworkremotely", site: weworkremotely },
  { source: "workable", argument: company, site: workableAccounts },
  { source: "workday", argument: `${company}.wd3/Careers`, site: workdaySites },
];

const listsMax = 4;
const itemsMax = 6;

export function sourcesByName(): Map<string, Source> {
  const sources = allSources({ demoUrl: "http://demo.example", sites: new Map() });
  return new Map(sources.map((source) => [source.name, source]));
}

/** What replicas show: lists, postings' pages, and the part of a list that is one posting's. */
export function replicaPages(sources: ReadonlyMap<string, Source>, postings = 24): Sample[] {
  const all = madeUp(postings);
  return shown.flatMap(({ source: name, argument, site, pages }) => {
    const source = sources.get(name);
    if (source === undefined) return [];
    const walked = site === undefined ? [] : walk(source, argument, site(all));
    const more = Object.entries(pages?.(all) ?? {}).map(([url, shows]): Captured => {
      const isText = typeof shows === "string";
      const mediaType = isText ? "text/html; charset=utf-8" : "application/json";
      return { url, mediaType, body: Buffer.from(isText ? shows : JSON.stringify(shows)) };
    });
    return [...walked, ...more].map((page) => ({
      source: name,
      name: `${name} ${page.url}`.slice(0, 200),
      page,
    }));
  });
}

function walk(source: Source, argument: string | undefined, site: Answering): Captured[] {
  const pages: Captured[] = [];
  const waiting: Ask[] = source.plan(argument, { keyword: "data" });
  for (let lists = 0; lists < listsMax; lists++) {
    const ask = waiting.shift();
    if (ask === undefined) break;
    const page = answered(site, ask);
    pages.push(page);
    const result = source.list(page);
    if (!("value" in result)) continue;
    if (result.value.next !== null) waiting.push(result.value.next);
    waiting.push(...(result.value.more ?? []));
    for (const item of result.value.items.slice(0, itemsMax)) {
      if (item.posting?.payload !== undefined && item === result.value.items[0])
        pages.push(item.posting.payload);
      if (item.posting === undefined) pages.push(answered(site, { url: item.url }));
    }
  }
  return pages;
}

/** Beside the project, where whoever works on it may keep pages of others. */
export const capturesFolder = join(import.meta.dirname, "../../../shared/data/pages");

const mediaTypes: Record<string, string> = {
  ".json": "application/json",
  ".html": "text/html",
  ".xml": "text/xml",
};

/** A folder for each source, with its pages. */
export function capturedPages(sources: ReadonlyMap<string, Source>, folder = capturesFolder): Sample[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && sources.has(entry.name))
    .flatMap(({ name }) =>
      readdirSync(join(folder, name), { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort()
        .map((file) => {
          const path = join(folder, name, file);
          const mediaType = mediaTypes[extname(file)] ?? "";
          const page = { url: pathToFileURL(path).href, mediaType, body: readFileSync(path) };
          return { source: name, name: `${name}/${file}`, page };
        }),
    );
}
