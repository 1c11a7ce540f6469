import { expect, test } from "vitest";
import { answered } from "../../../test/replicas/boards.ts";
import { cardOf, indeed, keyOf, searchPage, viewPage } from "../../../test/replicas/indeed.ts";
import { type MadeUp, madeUp } from "../../../test/replicas/postings.ts";
import type { Answering } from "../../../test/replicas/site.ts";
import type { Listed } from "../source.ts";
import { indeedSource } from "./indeed.ts";

const source = indeedSource();
const site = "https://www.indeed.com";
const page = (text: string, url = `${site}/jobs?start=0`) => ({
  url,
  mediaType: "text/html; charset=utf-8",
  body: Buffer.from(text),
});
const parse = (text: string, url?: string) => source.parse(page(text, url));
const list = (text: string, url?: string) => source.list(page(text, url));
const [first] = madeUp(1) as [MadeUp];
const one = (changes: Partial<MadeUp>): MadeUp => ({ ...first, ...changes });
const viewUrl = `${site}/viewjob?jk=${keyOf(first)}`;
const plan = (keyword?: string) => source.plan(undefined, { keyword })[0] ?? { url: "" };

function walk(answer: Answering, from: string): { items: Listed[]; asked: string[] } {
  const items: Listed[] = [];
  const asked: string[] = [];
  for (let at: string | undefined = from; at !== undefined; ) {
    asked.push(at);
    const result = source.list(answered(answer, { url: at }));
    if (result.result === "empty") break;
    if (result.result !== "found") throw new Error(result.reason);
    items.push(...result.value.items);
    at = result.value.next?.url;
  }
  return { items, asked };
}

test("a search becomes the address of the site's own page", () => {
  const [ask] = source.plan(undefined, { keyword: "data engineer", location: "Leeds", withinMs: 90_000_000 });
  expect(ask?.url).toBe(`${site}/jobs?q=data+engineer&l=Leeds&fromage=2&sort=date&start=0`);
  const [remote] = source.plan(undefined, { keyword: "sql", remote: true });
  expect(remote?.url).toBe(`${site}/jobs?q=sql&l=Remote&sc=0kf%3Aattr%28DSQF7%29%3B&sort=date&start=0`);
  expect(() => source.plan("acme", {})).toThrow("no argument");
});

test("a search is walked to its end in steps of ten", () => {
  const { items, asked } = walk(indeed(madeUp(43)).answer, plan().url);
  expect(items.map(({ source_id }) => source_id)).toEqual(madeUp(43).map(keyOf));
  expect(asked.map((url) => new URL(url).searchParams.get("start"))).toEqual(["0", "10", "20", "30", "40"]);
  expect(items[0]).toEqual({
    source_id: keyOf(first),
    url: viewUrl,
    stamp: String(Date.UTC(2026, 9, 1)),
    postedAt: first.postedAt.getTime(),
  });
});

test("of a longer search the first thousand are asked for, and how many there are is known", () => {
  const { answer } = indeed(madeUp(1_050), { shownMax: 2_000 });
  const { items, asked } = walk(answer, plan().url);
  expect(items).toHaveLength(1_000);
  expect(asked.at(-1)).toContain("start=990");
  expect(source.list(answered(answer, plan()))).toMatchObject({ value: { total: 1_050 } });
});

test("without a bar of pages the stated number tells the end, and without that a short page does", () => {
  const bare = (total: number, count: number) =>
    searchPage(madeUp(count), total, true).replace(/<nav role.*<\/nav>/, "");
  const next = (text: string) => {
    const result = list(text);
    return result.result === "found" ? result.value.next?.url : undefined;
  };
  expect(next(bare(11, 10))).toContain("start=10");
  expect(next(bare(10, 10))).toBeUndefined();
  const silent = (count: number) =>
    bare(9, count)
      .replace(/"tierSummaries":\[[^\]]*\]/, '"x":1')
      .replace(/<div class="jobsearch-JobCount.*?<\/div>/, "");
  expect(next(silent(10))).toContain("start=10");
  expect(next(silent(9))).toBeUndefined();
  const open = bare(9, 10)
    .replace(/"tierSummaries":\[[^\]]*\]/, '"x":1')
    .replace(/\d+ jobs/, "1,000+ jobs");
  expect(list(open)).toMatchObject({ value: { total: 1_001 } });
});

test("splitting a search by type and level leaves no posting out and names none twice", () => {
  const postings = madeUp(140);
  const { answer } = indeed(postings);
  const ids = (asks: { url: string }[]) =>
    asks.flatMap(({ url }) => walk(answer, url).items.map(({ source_id }) => source_id)).sort();
  const byType = source.split(plan());
  const types = byType.slice(0, 5);
  expect(ids(types)).toEqual(postings.map(keyOf).sort());
  const levels = types.map((ask) => source.split(ask));
  expect(ids(levels.flatMap((asks) => asks.slice(0, 3)))).toEqual(ids(types));
  // Neither is stated by every posting: the list stays beside its parts, and is not split again.
  for (const [whole, parts] of [
    [plan(), byType],
    [types[0], levels[0]],
  ] as const) {
    const last = parts?.at(-1) ?? { url: "" };
    expect(last.url).toBe(`${whole?.url}&filter=0`);
    expect(source.split(last)).toEqual([]);
  }
  const [deepest] = source.split(levels[0]?.[0] ?? plan());
  expect(new URL(deepest?.url ?? "").searchParams.get("sc")).toBe(
    "0kf:attr(CF3CP)explvl(ENTRY_LEVEL)attr(DSQF7);",
  );
  expect(source.split(deepest ?? plan())).toEqual([]);
  // Who searches for remote work alone has chosen the place already.
  const [remote] = source.plan(undefined, { remote: true }).flatMap((ask) => source.split(ask));
  const [narrowest] = source.split(remote ?? plan());
  expect(source.split(narrowest ?? plan())).toEqual([]);
});

test("cards are partial postings with the fields that they show", () => {
  const posting = one({ remote: true, type: "full_time", title: "R&D Analyst" });
  expect(parse(searchPage([posting, ...madeUp(2, 2)], 3, false))).toMatchObject({
    result: "partial",
    value: [
      {
        source_id: keyOf(posting),
        job_url: viewUrl,
        parsed: {
          title: "R&D Analyst",
          company: posting.company,
          company_logo_url: expect.stringContaining("_squarelogo"),
          location: `Remote in ${posting.city}`,
          workplace_type: "Remote",
          employment_type: "Full-time",
          description_html: expect.stringContaining("a brace }"),
          salary: { min: posting.salary?.min, max: posting.salary?.max, currency: "USD", period: "HOURLY" },
          posted_time: "2026-10-01T00:00:00.000Z",
          apply_url: expect.stringContaining("/applystart?jk="),
          application_type: "external",
        },
      },
      {},
      {},
    ],
  });
});

test("a posting is read with every field of its state and its JSON-LD", () => {
  const posting = one({ remote: true, type: "full_time", applicants: 12 });
  const { answer } = indeed([posting]);
  expect(source.parse(answered(answer, { url: viewUrl }))).toEqual({
    result: "found",
    value: [
      {
        source_id: keyOf(posting),
        job_url: viewUrl,
        parsed: {
          title: posting.title,
          company: posting.company,
          company_logo_url: expect.stringContaining("_squarelogo"),
          location: `Remote in ${posting.city}`,
          employment_type: "Full-time",
          seniority_level: null,
          workplace_type: "Remote",
          industries: [],
          job_functions: [],
          description_html: `<div>${posting.html}</div>`,
          skills: [],
          salary: { min: posting.salary?.min, max: posting.salary?.max, currency: "USD", period: "HOURLY" },
          posted_time: posting.postedAt.toISOString(),
          expire_time: new Date(posting.postedAt.getTime() + 30 * 86_400_000).toISOString(),
          apply_url: `${site}/applystart?jk=${keyOf(posting)}`,
          reposted: null,
          reposted_info: null,
          applicant_count: "12",
          application_type: "external",
          skills_summary: null,
        },
      },
    ],
  });
});

test("where only one of state, JSON-LD, answer and page is there, it is read alone", () => {
  const whole = viewPage(first);
  const state = /_initialData=(\{.*?\});window/s.exec(whole)?.[1] ?? "";
  const parts = [
    whole.replace(/<script type="application\/ld\+json">.*?<\/script>/s, ""),
    whole.replace(/_initialData=/, "_other="),
    `{"status":"success","body":${state}}`,
    `<link rel="canonical" href="${viewUrl}"><h1 class="jobsearch-JobInfoHeader-title x"><span>${first.title}</span></h1><div data-testid="inlineHeader-companyName">${first.company.replace("&", "&amp;")}</div>
<div data-testid="inlineHeader-companyLocation">Tallinn</div><div id="salaryInfoAndJobType">$30 - $55 an hour</div><div id="jobDescriptionText">${first.html}</div>`,
  ];
  for (const part of parts) {
    const result = parse(part, viewUrl);
    if (result.result !== "found") throw new Error(`${part.slice(0, 200)}: ${result.result}`);
    expect(result.value).toMatchObject([
      {
        source_id: keyOf(first),
        parsed: { title: first.title, company: first.company, salary: { min: 30, max: 55 } },
      },
    ]);
    expect(result.value[0]?.parsed.description_html).toContain(first.html);
  }
});

test("a page of the newer form is read from the answer to the site's own query", () => {
  const job = {
    key: keyOf(first),
    title: "Weaver",
    sourceEmployerName: "Loom & Sons",
    description: { html: "<p>Weave.</p>", text: "Weave." },
    location: { formatted: { long: "Leeds LS1", short: "Leeds" } },
    attributes: [
      { key: "CF3CP", label: "Full-time" },
      { key: "DSQF7", label: "Remote" },
      { key: "X", label: "SQL" },
    ],
    compensation: {
      currencyCode: "GBP",
      baseSalary: { unitOfWork: "YEAR", range: { min: 30_000, max: 35_000 } },
    },
    datePublished: first.postedAt.getTime(),
    expired: false,
  };
  const text = (one: object) =>
    `<script>window._initialData=${JSON.stringify({ hostQueryExecutionResult: { data: { jobData: { results: [{ job: one }] } } } })};</script>`;
  expect(parse(text(job))).toMatchObject({
    result: "found",
    value: [
      {
        source_id: keyOf(first),
        job_url: viewUrl,
        parsed: {
          title: "Weaver",
          company: "Loom & Sons",
          location: "Leeds LS1",
          description_html: "<p>Weave.</p>",
          employment_type: "Full-time",
          workplace_type: "Remote",
          salary: { min: 30_000, max: 35_000, currency: "GBP", period: "YEAR" },
          posted_time: first.postedAt.toISOString(),
        },
      },
    ],
  });
  expect(parse(text({ ...job, expired: true })).result).toBe("gone");
});

test("a posting without its description is partial, one that Indeed itself takes applications for is direct", () => {
  const bare = viewPage(one({ html: "" })).replace(/<div><\\u002Fdiv>/, "");
  expect(parse(bare, viewUrl).result).toBe("partial");
  expect(parse(viewPage(one({ type: "contract" })), viewUrl)).toMatchObject({
    value: [{ parsed: { apply_url: viewUrl, application_type: "direct" } }],
  });
});

test("an expired posting is gone and listed no more", () => {
  const replica = indeed(madeUp(3));
  replica.expired.add(keyOf(first));
  expect(source.parse(answered(replica.answer, { url: viewUrl }))).toMatchObject({ result: "gone" });
  expect(parse(viewPage(first, true).replace(/has expired/, "was"), viewUrl)).toMatchObject({
    result: "gone",
  });
  const page = searchPage(madeUp(3), 3, false).replace('"expired":false', '"expired":true');
  expect(list(page)).toMatchObject({ result: "found", value: { items: { length: 2 } } });
});

test("a search that finds nothing is empty", () => {
  const { answer } = indeed(madeUp(3));
  expect(source.list(answered(answer, plan("x")))).toEqual({
    result: "empty",
    reason: "the search finds no postings",
  });
  expect(source.parse(answered(answer, plan("x"))).result).toBe("empty");
  expect(list("<p>The search did not match any jobs</p>").result).toBe("empty");
});

test("cards without a key make a list partial, and a list of nothing else a changed one", () => {
  const text = searchPage(madeUp(2), 2, false);
  const { jobkey } = cardOf(first);
  const broken = text.replace(`"jobkey":"${String(jobkey)}"`, '"jobkey":7');
  expect(list(broken)).toMatchObject({ result: "partial", missing: 1, value: { items: { length: 1 } } });
  expect(parse(broken)).toMatchObject({ result: "partial", value: { length: 1 } });
  expect(list(text.replaceAll('"jobkey":', '"key":')).result).toBe("changed");
  expect(parse(text.replaceAll('"jobkey":', '"key":')).result).toBe("changed");
});

test("whoever asked often is checked, and it is named", () => {
  const { answer } = indeed(madeUp(3), { checkAfter: 1 });
  expect(source.list(answered(answer, plan())).result).toBe("found");
  expect(source.list(answered(answer, plan()))).toMatchObject({ result: "blocked", cause: "captcha" });
  expect(source.parse(answered(answer, { url: viewUrl }))).toMatchObject({
    result: "blocked",
    cause: "captcha",
  });
});

test.each([
  ["captcha", "<title>Security Check - Indeed.com</title>"],
  ["captcha", `<title>Einen Moment</title><script>window._cf_chl_opt={}</script>${"<p>x</p>".repeat(1_000)}`],
  ["captcha", `<title>Security check</title><div class="g-recaptcha">Are you human?</div>`],
  ["login", `<title>Sign in</title><form action="/uas/login">Sign in to continue</form>`],
  ["login", `<title>Sign In | Indeed Accounts</title>${"x".repeat(9_000)}`],
  ["forbidden", "<h1>Access denied</h1>"],
])("a wall is blocked by %s", (cause, text) => {
  expect(parse(text)).toMatchObject({ result: "blocked", cause });
  expect(list(text)).toMatchObject({ result: "blocked", cause });
});

test("an ordinary page with another content is changed, though its scripts speak of challenges", () => {
  const text =
    searchPage(madeUp(3), 3, false).replace("mosaic-provider-jobcards", "cards-of-tomorrow") +
    "<p>x</p>".repeat(1_000);
  expect(list(text).result).toBe("changed");
  expect(parse(text).result).toBe("changed");
  expect(
    list(text.replace(/<script>window.mosaic.*<\/script>/s, "").replace(/(?:<p>x<\/p>)+/, "")).result,
  ).toBe("changed");
  expect(parse("<main><h1>Welcome to our new careers pages</h1></main>").result).toBe("changed");
});

test("fields of another type than the site's, and bytes that are no page, harm nothing and take no time", () => {
  const odd = searchPage(madeUp(2), 2, false).replace(
    /"(title|displayTitle|company|formattedLocation)":"[^"]*"/g,
    '"$1":[{"a":1}]',
  );
  expect(parse(odd)).toMatchObject({
    result: "partial",
    value: [{ parsed: { title: null, company: null } }, {}],
  });
  const state = `window._initialData=${'{"a":'.repeat(100_000)}`;
  for (const text of [
    "",
    "{",
    "{}",
    "[]",
    "null",
    state,
    "<".repeat(200_000),
    'window._initialData={"jobInfoWrapperModel":[]}',
  ]) {
    const before = process.threadCpuUsage();
    expect(["changed", "blocked"]).toContain(parse(text).result);
    expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000);
  }
});

test("cards are read from what a page shows where the state of its scripts was not saved", () => {
  const card = (key: string, title: string, more: string) =>
    `<div class="job_seen_beacon"><h2 class="jobTitle"><a class="jcs-JobTitle css-1" data-jk="${key}" href="/rc/clk"><span>${title}</span></a></h2>${more}</div>`;
  const html = `<html><body><ul>${card(
    "00aa11bb22cc33dd",
    "Wheelwright &amp; Smith",
    '<span data-testid="company-name">Spoke &amp; Hub</span><div data-testid="text-location">Graz</div><div class="salary-snippet-container">€40,000 - €45,000 a year</div><div class="job-snippet"><ul><li>Make wheels.</li></ul></div>',
  )}${card("00aa11bb22cc33ee", "Cooper", "")}<div data-jk="x">none</div><span class="companyName">Nobody</span></ul></body></html>`;
  const result = source.parse({
    url: "https://www.indeed.com/jobs?q=x",
    mediaType: "",
    body: Buffer.from(html),
  });
  expect(result).toMatchObject({
    result: "partial",
    value: [
      {
        source_id: "00aa11bb22cc33dd",
        job_url: "https://www.indeed.com/viewjob?jk=00aa11bb22cc33dd",
        parsed: {
          title: "Wheelwright & Smith",
          company: "Spoke & Hub",
          location: "Graz",
          salary: { min: 40000, max: 45000, currency: "€", period: "year" },
          description_html: "<ul><li>Make wheels.</li></ul>",
        },
      },
      { source_id: "00aa11bb22cc33ee", parsed: { title: "Cooper", company: null } },
    ],
  });
});
