import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { answered, boardName, uuidOf } from "../../../test/replicas/boards.ts";
import { leverBoards, leverPosting } from "../../../test/replicas/lever.ts";
import { type MadeUp, madeUp } from "../../../test/replicas/postings.ts";
import type { Listed } from "../source.ts";
import { leverSource } from "./lever.ts";

const source = leverSource();
const postings = madeUp(230).map((one) => ({ ...one, company: "Brellwick & Sons" }));
const board = leverBoards(postings);
const [first] = postings as [MadeUp];
const ask = (url: string) => answered(board, { url });
const page = (body: unknown, url = "https://api.lever.co/v0/postings/acme?mode=json") => ({
  url,
  mediaType: "",
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

test("a board is read to its end, whole, with nothing fetched for a posting", () => {
  let [next] = source.plan("brellwick-sons", {});
  const items: Listed[] = [];
  const asked: string[] = [];
  while (next !== undefined) {
    asked.push(next.url);
    expect(asked.length).toBeLessThan(20);
    const result = source.list(answered(board, next));
    if (result.result !== "found") throw new Error(result.reason);
    items.push(...result.value.items);
    next = result.value.next ?? undefined;
  }
  expect(asked.map((url) => new URL(url).search)).toEqual([
    "?mode=json&skip=0&limit=100",
    "?mode=json&skip=100&limit=100",
    "?mode=json&skip=200&limit=100",
  ]);
  expect(items.map((one) => one.source_id)).toEqual(postings.map(uuidOf));
  expect(items[0]).toMatchObject({
    url: `https://api.lever.co/v0/postings/brellwick-sons/${uuidOf(first)}?mode=json`,
    postedAt: first.postedAt.getTime(),
  });
  expect(JSON.parse(Buffer.from(items[229]?.posting?.payload?.body ?? "").toString())).toEqual(
    leverPosting(postings[229] as MadeUp),
  );
});

test("a board whose last page is full ends at the empty page after it", () => {
  const full = leverBoards(postings.slice(0, 100));
  const [asked] = source.plan("brellwick-sons", {});
  const result = source.list(answered(full, asked ?? { url: "" }));
  if (result.result !== "found" || result.value.next === null) throw new Error(result.result);
  expect(source.list(answered(full, result.value.next))).toEqual({
    result: "found",
    value: { items: [], next: null },
  });
});

test("every field that a posting holds is read", () => {
  const result = source.parse(
    ask(`https://api.lever.co/v0/postings/brellwick-sons/${uuidOf(first)}?mode=json`),
  );
  if (result.result !== "found") throw new Error(result.reason);
  expect(result.value[0]).toMatchObject({
    source_id: uuidOf(first),
    job_url: `https://jobs.lever.co/brellwick-sons/${uuidOf(first)}`,
    parsed: {
      title: first.title,
      company: boardName(first.company),
      location: `${first.city}, ${first.country}; Lyon, France`,
      employment_type: "Full-time",
      workplace_type: "remote",
      job_functions: ["Data", "Platform"],
      salary: { min: first.salary?.min, max: first.salary?.max, currency: "USD", period: "per-hour-wage" },
      posted_time: first.postedAt.toISOString(),
      apply_url: `https://jobs.lever.co/brellwick-sons/${uuidOf(first)}/apply`,
    },
  });
  expect(result.value[0]?.parsed.description_html).toBe(
    `${first.html}\n<h3>What you bring</h3><ul><li>Patience</li><li>SQL</li></ul>\n<div>We answer every letter.</div>\n<div>Pay follows experience.</div>`,
  );
});

test("what a posting leaves open is not stated", () => {
  const [, second] = postings as [MadeUp, MadeUp];
  const bare = { ...leverPosting(second), salaryRange: { min: 0, max: 0, currency: "USD" } };
  const result = source.parse(page([bare]));
  if (result.result !== "found") throw new Error(result.reason);
  expect(bare).toMatchObject({ workplaceType: "unspecified" });
  expect(result.value[0]?.parsed).toMatchObject({ workplace_type: null, salary: null });
});

test("an old posting's text keeps its lines, and postings in groups are read", () => {
  const old = { id: "1", text: "Keeper", description: "First line.\n\nSecond & last.", lists: [] };
  expect(source.parse(page([{ title: "Team", postings: [old] }]))).toMatchObject({
    result: "found",
    value: [{ parsed: { title: "Keeper", description_html: "First line.<br>\n<br>\nSecond & last." } }],
  });
});

test("the list for embedding has titles and addresses alone, and says so", () => {
  const result = source.parse(ask("https://api.lever.co/v0/postings/brellwick-sons?mode=html&limit=3"));
  expect(result).toMatchObject({
    result: "partial",
    reason: "3 of 3 links have no description",
    value: [{ source_id: uuidOf(first), parsed: { title: first.title, company: "brellwick-sons" } }, {}, {}],
  });
});

test("a hosted board and a hosted posting are read", () => {
  const address = `https://jobs.lever.co/acme/${uuidOf(first)}`;
  const card = `<div class="posting" data-qa-posting-id="${uuidOf(first)}"><div class="posting-apply">
    <a class="posting-btn-submit template-btn-submit" href="${address}">Apply</a></div>
    <a class="posting-title" href="${address}"><h5 data-qa="posting-name">Sundial Engineer</h5><div class="posting-categories">
    <span class="display-inline-block small-category-label workplaceTypes posting-category">Hybrid — </span>
    <span class="sort-by-commitment posting-category small-category-label commitment">Full-time</span>
    <span class="sort-by-location posting-category small-category-label location">Graz</span></div></a></div>`;
  expect(source.parse(page(`<html><body>${card}</body></html>`))).toMatchObject({
    result: "partial",
    value: [
      {
        source_id: uuidOf(first),
        parsed: {
          title: "Sundial Engineer",
          company: "acme",
          location: "Graz",
          workplace_type: "Hybrid",
          employment_type: "Full-time",
        },
      },
    ],
  });
  const data = {
    "@type": "JobPosting",
    title: "Sundial Engineer",
    hiringOrganization: { name: "Acme" },
    description: "<p>Shadows.</p>",
    datePosted: "2026-05-01",
  };
  const posting = `<div class="posting-category location">Graz /</div><a class="postings-btn" href="${address}/apply">Apply</a>
    <script type="application/ld+json">${JSON.stringify(data)}</script>`;
  expect(source.parse(page(posting, address))).toMatchObject({
    result: "found",
    value: [
      {
        source_id: uuidOf(first),
        job_url: address,
        parsed: {
          title: "Sundial Engineer",
          company: "Acme",
          location: "Graz",
          apply_url: `${address}/apply`,
        },
      },
    ],
  });
});

test("what is no board is told apart: none, empty, a wall, a new form", () => {
  expect(source.parse(ask("https://api.lever.co/v0/postings/nobody?mode=json"))).toEqual({
    result: "gone",
    reason: 'the API answers "Document not found"',
  });
  expect(source.list(page([])).result).toBe("empty");
  expect(source.parse(page('<div class="lever"><ul></ul></div>')).result).toBe("empty");
  expect(source.parse(page("<title>Not found – 404 error</title>")).result).toBe("gone");
  expect(source.parse(page("<h1>Are you human?</h1>"))).toMatchObject({
    result: "blocked",
    cause: "captcha",
  });
  for (const form of ["<h1>Welcome</h1>", "null", "7", '{"jobs":[]}', "[1,null]", '[{"id":1}]'])
    expect(source.parse(page(form)).result, form).toBe("changed");
});

test("fields of other types state nothing, and one posting without an id leaves the others", () => {
  const odd = { ...leverPosting(first), text: 5 };
  expect(source.parse(page([odd, leverPosting(first)]))).toMatchObject({ result: "partial", missing: 1 });
  const keys = Object.keys(leverPosting(first)).filter((key) => key !== "id" && key !== "text");
  for (const wrong of [7, null, "x", [[]], { a: [null] }, true]) {
    const all = { ...leverPosting(first), ...Object.fromEntries(keys.map((key) => [key, wrong])) };
    expect(source.parse(page([all])).result).toBe("found");
  }
});

test("only the name of a board is taken as argument", () => {
  expect(source.plan("eu/acme", {})[0]?.url).toMatch(/^https:\/\/api\.eu\.lever\.co\/v0\/postings\/acme\?/);
  for (const wrong of [undefined, "", "..", "a/b", "us/acme"])
    expect(() => source.plan(wrong, {})).toThrow("lever:NAME");
});

const captures = new URL("../../../../shared/data/pages/lever/", import.meta.url);
// The captures are other people's: they stand beside the project or not at all.
test.skipIf(!existsSync(captures))("captured answers are read with the fields that they hold", () => {
  for (const file of readdirSync(captures)) {
    const text = readFileSync(new URL(file, captures), "utf8");
    const result = source.parse(page(text));
    if (/failed/.test(file)) expect(result.result).toBe("gone");
    else if (text.trim() === "[]") expect(result.result).toBe("empty");
    else if (!("value" in result)) throw new Error(`${file}: ${result.reason}`);
    else {
      const count = text.match(/"hostedUrl"|<li><a /g)?.length ?? 0;
      expect(result.value, file).toHaveLength(count);
      const stated = (field: "company" | "posted_time" | "location" | "apply_url") =>
        result.value.filter(({ parsed }) => parsed[field] !== null).length;
      expect(stated("company"), file).toBe(count);
      expect(stated("posted_time"), file).toBe(text.match(/"createdAt"/g)?.length ?? 0);
      expect(stated("apply_url"), file).toBe(text.match(/"applyUrl"/g)?.length ?? 0);
      expect(stated("location"), file).toBe(text.match(/"location":"[^"]/g)?.length ?? 0);
    }
  }
});
