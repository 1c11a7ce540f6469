// Owns the demo job site: a made-up employer's market served over HTTP the way job sites are, so that a crawler
// has to do everything it would do elsewhere. Promises: every page says that it is synthetic; a posting is in
// the access log before its response leaves, so what a crawler has seen is never unknown; no request costs
// more memory than its own page.
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import {
  type Card,
  createMarket,
  type DemoPosting,
  escapeHtml,
  type Market,
  type MarketOptions,
  writeWindows1252,
} from "./market.ts";

/** Slots that one list page covers; edits and removals leave it with fewer postings. */
const slotsPerPage = 100;
const apiSlotsPerPage = 20;

export interface SiteOptions extends MarketOptions {
  /** Where each request is written as a JSON line; none without it. */
  accessLog?: string;
  /** What robots.txt says between two requests. */
  crawlDelayS?: number;
  now?: () => number;
}

export interface AccessLine {
  time: string;
  method: string;
  path: string;
  status: number;
  /** Where a posting was served. */
  source_id?: string;
  /** Where an API page served several. */
  source_ids?: string[];
  user_agent: string;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
  sourceId?: number;
  sourceIds?: number[];
}

export interface Site extends AsyncDisposable {
  market: Market;
  url: string;
}

export async function createSite(options: SiteOptions & { host?: string; port?: number }): Promise<Site> {
  const market = createMarket(options);
  const now = options.now ?? Date.now;
  let log: number | undefined;
  if (options.accessLog !== undefined) {
    mkdirSync(dirname(options.accessLog), { recursive: true });
    // Opened for appending: a killed process loses no line that it has written.
    log = openSync(options.accessLog, "a");
  }
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    let answer: Answer;
    try {
      answer = respond(market, request, now(), options.crawlDelayS ?? 0.005);
    } catch (error) {
      answer = { status: 500, headers: { "content-type": "text/plain" }, body: `${error}\n` };
    }
    send(request, response, answer);
  });

  function send(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
    const line: AccessLine = {
      time: new Date(now()).toISOString(),
      method: request.method ?? "",
      path: request.url ?? "",
      status: answer.status,
      ...(answer.sourceId === undefined ? {} : { source_id: String(answer.sourceId) }),
      ...(answer.sourceIds === undefined ? {} : { source_ids: answer.sourceIds.map(String) }),
      user_agent: request.headers["user-agent"] ?? "",
    };
    if (log !== undefined) writeSync(log, `${JSON.stringify(line)}\n`);
    const body = Buffer.from(answer.body ?? "");
    response.writeHead(answer.status, {
      ...answer.headers,
      "content-length": body.length,
      "x-synthetic": "true",
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", resolve);
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    market,
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (log !== undefined) closeSync(log);
    },
  };
}

const html = { "content-type": "text/html; charset=utf-8" };

function respond(market: Market, request: IncomingMessage, now: number, crawlDelayS: number): Answer {
  const url = new URL(request.url ?? "/", "http://site.invalid");
  if (request.method !== "GET" && request.method !== "HEAD") {
    return {
      status: 405,
      headers: { allow: "GET, HEAD", "content-type": "text/plain" },
      body: "GET and HEAD only\n",
    };
  }
  if (url.pathname === "/robots.txt") {
    return {
      status: 200,
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: `# This site is synthetic: every employer and posting on it is made up.\nUser-agent: *\nDisallow: /private/\nDisallow: /jobs/*/apply\nDisallow: /*?*sort=\nCrawl-delay: ${crawlDelayS}\n`,
    };
  }
  if (url.pathname === "/") {
    return {
      status: 200,
      headers: html,
      body: page("Jobs that do not exist", `<p><a href="/jobs">All postings</a></p>`),
    };
  }
  if (url.pathname === "/jobs") return listPage(market, request, url, now);
  if (url.pathname === "/api/jobs") return apiPage(market, request, url, now);
  const id = /^\/jobs\/(\d{1,12})$/.exec(url.pathname)?.[1];
  if (id !== undefined) return detailPage(market, request, Number(id), now);
  return { status: 404, headers: html, body: page("Not found", "<p>There is no such page.</p>") };
}

const etagOf = (body: string | Buffer) => `"${createHash("sha1").update(body).digest("base64url")}"`;

function unchanged(request: IncomingMessage, etag: string, modified?: number): boolean {
  const match = request.headers["if-none-match"];
  if (match !== undefined) return match.split(/\s*,\s*/).includes(etag);
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  return modified !== undefined && Math.floor(modified / 1000) * 1000 <= since;
}

/** Slots [from, to) that the page before `cursor` covers; the cursor is stable while new slots come. */
function window(
  market: Market,
  url: URL,
  now: number,
  size: number,
): { from: number; to: number } | undefined {
  const end = market.slotsAt(now);
  const given = url.searchParams.get("page") ?? url.searchParams.get("cursor");
  if (given !== null && !/^\d{1,12}$/.test(given)) return undefined;
  const to = given === null ? end : Math.min(end, Number(given));
  // Whole multiples, so that a page's address keeps its content while the first page fills.
  const from = Math.max(0, (Math.ceil(to / size) - 1) * size);
  return { from, to };
}

function cards(market: Market, { from, to }: { from: number; to: number }, now: number, url: URL): Card[] {
  const keyword = url.searchParams.get("q")?.toLowerCase() ?? "";
  const where = url.searchParams.get("where")?.toLowerCase() ?? "";
  const found: Card[] = [];
  for (let slot = to - 1; slot >= from; slot--) {
    const card = market.card(slot, now);
    if (card === undefined) continue;
    if (keyword !== "" && !card.title.toLowerCase().includes(keyword)) continue;
    if (where !== "" && !`${card.city}, ${card.country}`.toLowerCase().includes(where)) continue;
    found.push(card);
  }
  return found;
}

function listPage(market: Market, request: IncomingMessage, url: URL, now: number): Answer {
  const range = window(market, url, now, slotsPerPage);
  if (range === undefined) {
    return { status: 400, headers: html, body: page("Bad page", "<p>page is a number.</p>") };
  }
  const items = cards(market, range, now, url).map(
    (card) =>
      `<li class="job-card" data-job-id="${card.id}"><a class="job-link" href="/jobs/${card.id}">${escapeHtml(card.title) || "(no title)"}</a>
<span class="company">${escapeHtml(card.company)}</span> <span class="place">${escapeHtml(`${card.city}, ${card.country}`)}</span>
<time datetime="${new Date(card.changedAt).toISOString()}">${card.version > 0 ? "updated" : "posted"}</time></li>`,
  );
  let next = "";
  if (range.from > 0) {
    const query = new URLSearchParams(url.searchParams);
    query.set("page", String(range.from));
    next = `<a rel="next" href="/jobs?${escapeHtml(query.toString())}">Older postings</a>`;
  }
  const body = page(
    "All postings, latest change first",
    `<ol class="jobs">\n${items.join("\n")}\n</ol>\n<nav class="pages">${next}</nav>`,
  );
  const etag = etagOf(body);
  if (unchanged(request, etag)) return { status: 304, headers: { etag } };
  return { status: 200, headers: { ...html, etag }, body };
}

function apiPage(market: Market, request: IncomingMessage, url: URL, now: number): Answer {
  const range = window(market, url, now, apiSlotsPerPage);
  if (range === undefined) {
    return {
      status: 400,
      headers: { "content-type": "application/json" },
      body: `{"error":"cursor is a number"}`,
    };
  }
  const jobs = cards(market, range, now, url).flatMap((card) => {
    const found = market.posting(card.id, now);
    return found.state === "open" ? [found.posting] : [];
  });
  const body = JSON.stringify({
    synthetic: true,
    jobs: jobs.map((one) => ({ ...jobPosting(one), updatedAt: new Date(one.changedAt).toISOString() })),
    next_cursor: range.from > 0 ? String(range.from) : null,
  });
  const etag = etagOf(body);
  if (unchanged(request, etag)) return { status: 304, headers: { etag } };
  return {
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8", etag },
    body,
    sourceIds: jobs.map((one) => one.id),
  };
}

function detailPage(market: Market, request: IncomingMessage, id: number, now: number): Answer {
  const stamp = market.stamp(id, now);
  if (stamp === undefined)
    return { status: 404, headers: html, body: page("Not found", "<p>There is no such posting.</p>") };
  if (stamp === null) {
    return {
      status: 410,
      headers: html,
      body: page("Gone", "<p>This posting has been removed by its employer.</p>"),
    };
  }
  const etag = `"${id}-${stamp.version}"`;
  const validators = { etag, "last-modified": new Date(stamp.changedAt).toUTCString() };
  if (unchanged(request, etag, stamp.changedAt)) return { status: 304, headers: validators };
  const found = market.posting(id, now);
  if (found.state !== "open") throw new Error(`posting ${id} is ${found.state} but has a version`);
  const { contentType, body } = encode(detail(found.posting), found.posting.oddity);
  return { status: 200, headers: { ...validators, "content-type": contentType }, body, sourceId: id };
}

/** What stands on the wire, in the encoding that the page has; the declarations are part of the oddity. */
function encode(text: string, oddity: DemoPosting["oddity"]): { contentType: string; body: Buffer } {
  switch (oddity) {
    case "windows-1252":
      return {
        contentType: "text/html; charset=windows-1252",
        body: writeWindows1252(text.replace('<meta charset="utf-8">', "")),
      };
    case "meta-charset":
      return {
        contentType: "text/html",
        body: writeWindows1252(
          text.replace(
            '<meta charset="utf-8">',
            '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
          ),
        ),
      };
    case "byte-order-mark":
      return {
        contentType: "text/html",
        body: Buffer.from(`\ufeff${text.replace('<meta charset="utf-8">', "")}`),
      };
    default:
      return { contentType: html["content-type"], body: Buffer.from(text) };
  }
}

const notice = "This site is synthetic: every employer, posting and sentence on it is made up.";

function page(title: string, content: string): string {
  return `<!doctype html>
<html><head><meta charset="utf-8"><title>${escapeHtml(title)} | Jobs that do not exist</title>
<meta name="robots" content="noarchive"><meta name="description" content="${notice}">
<style>body { font: 16px sans-serif; max-width: 60rem; margin: auto }</style></head>
<body><header><p class="notice">${notice}</p><nav><a href="/">Home</a> <a href="/jobs">Jobs</a></nav></header>
<main><h1>${escapeHtml(title)}</h1>
${content}
</main><footer><p>${notice}</p></footer></body></html>
`;
}

function jobPosting(one: DemoPosting): Record<string, unknown> {
  return {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    title: one.title,
    description: one.descriptionHtml,
    identifier: { "@type": "PropertyValue", name: one.company, value: String(one.id) },
    datePosted: one.datePosted,
    validThrough: one.validThrough,
    employmentType: one.employment,
    hiringOrganization: {
      "@type": "Organization",
      name: one.company,
      logo: `/logos/${one.company.toLowerCase().replaceAll(" ", "-")}.svg`,
    },
    jobLocation: {
      "@type": "Place",
      address: { "@type": "PostalAddress", addressLocality: one.city, addressCountry: one.country },
    },
    ...(one.workplace === "Remote" ? { jobLocationType: "TELECOMMUTE" } : {}),
    ...(one.salary === null
      ? {}
      : {
          baseSalary: {
            "@type": "MonetaryAmount",
            currency: one.salary.currency,
            value: {
              "@type": "QuantitativeValue",
              minValue: one.salary.min,
              maxValue: one.salary.max,
              unitText: one.salary.period,
            },
          },
        }),
    industry: one.industry,
    occupationalCategory: one.jobFunction,
    skills: one.skills.slice(0, 3).join(", "),
    directApply: false,
    inLanguage: one.language,
  };
}

function detail(one: DemoPosting): string {
  const rows: [string, string][] = [
    ["Company", one.company],
    ["Location", `${one.city}, ${one.country}`],
    ["Seniority level", one.seniority],
    ["Workplace", one.workplace],
    ["Job function", one.jobFunction],
    ["Industry", one.industry],
  ];
  if (one.applicants !== null) rows.push(["Applicants", `${one.applicants} applicants`]);
  if (one.kind === "repost") rows.push(["Reposted", `Reposted from posting ${one.of}`]);
  // "<" stands as \u003c, so that no posting can end the script element that carries it.
  const data = JSON.stringify(jobPosting(one)).replaceAll("<", "\\u003c");
  return page(
    one.title,
    `<dl class="facts">
${rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("\n")}
</dl>
<p class="teaser">Read the whole posting below. Posted on <time datetime="${escapeHtml(one.datePosted)}">${escapeHtml(one.datePosted)}</time>.</p>
<p><a class="apply" rel="nofollow" href="/jobs/${one.id}/apply">Apply</a></p>
<script type="application/ld+json">${data}</script>
<aside><h2>Related</h2><ul><li><a href="/jobs">More postings</a></li></ul></aside>`,
  );
}
