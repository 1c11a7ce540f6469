import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { remoteokSource } from "./remoteok.ts";

const source = remoteokSource();
const url = "https://remoteok.com/api";
const page = (body: unknown, at = url) => ({
  url: at,
  mediaType: "application/json",
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});
const parse = (body: unknown, at = url) => source.parse(page(body, at));

/** The terms, as the first element. */
const notice = { last_updated: 1790265606, legal: "Please link back." };
/** Our own, in the form of the API. */
const job = {
  slug: "remote-candle-engineer-wick-7001",
  id: "7001",
  epoch: 1790208007,
  date: "2026-09-24T00:00:07+00:00",
  company: "Wick & Sons",
  company_logo: "https://remoteok.com/assets/7001.png",
  position: "Candle Engineer",
  tags: ["wax", "python", ""],
  description: "<p>Make candles.</p>",
  location: "Europe",
  apply_url: "https://remoteOK.com/remote-jobs/remote-candle-engineer-wick-7001",
  salary_min: 60000,
  salary_max: 80000,
  logo: "",
  url: "https://remoteOK.com/remote-jobs/remote-candle-engineer-wick-7001",
};

test("every posting is read with its own part of the answer as payload, and the terms are no posting", () => {
  const text = JSON.stringify([notice, job, { ...job, id: 7002, salary_min: 0, salary_max: 0 }], null, 1);
  const result = parse(text);
  if (result.result !== "found") throw new Error(result.result);
  expect(result.value.map(({ source_id }) => source_id)).toEqual(["7001", "7002"]);
  const [first, second] = result.value;
  expect(first?.job_url).toBe(job.url);
  expect(first?.parsed).toMatchObject({
    title: "Candle Engineer",
    company: "Wick & Sons",
    company_logo_url: "https://remoteok.com/assets/7001.png",
    location: "Europe",
    workplace_type: "remote",
    description_html: "<p>Make candles.</p>",
    skills: ["wax", "python"],
    salary: { min: 60000, max: 80000, currency: "USD", period: "year" },
    posted_time: "2026-09-24T00:00:07+00:00",
    apply_url: job.apply_url,
  });
  expect(second?.parsed.salary).toBeNull();
  expect(text).toContain(Buffer.from(second?.payload?.body ?? "").toString());
  const again = source.parse({ ...page(""), ...second?.payload });
  expect(again).toMatchObject({ result: "found", value: [{ source_id: "7002" }] });
});

test("the list holds whole postings and needs no further request", () => {
  expect(source.list(page([notice, job]))).toMatchObject({
    result: "found",
    value: {
      next: null,
      items: [
        { source_id: "7001", url: job.url, postedAt: Date.parse(job.date), posting: { source_id: "7001" } },
      ],
    },
  });
});

test("a text that arrives garbled stays as it is, and an empty one is none", () => {
  const result = parse([notice, { ...job, position: "MecÃ¡nico", company: "", location: "", date: "soon" }]);
  expect(result).toMatchObject({
    result: "found",
    value: [
      {
        parsed: {
          title: "MecÃ¡nico",
          company: null,
          location: null,
          posted_time: "2026-09-24T00:00:07.000Z",
        },
      },
    ],
  });
});

test("a posting's own page is read by its JSON-LD, under the same number", () => {
  const html =
    '<html><script type="application/ld+json">{"@type":"JobPosting","title":"Candle Engineer"}</script></html>';
  expect(parse(html, job.url)).toMatchObject({ result: "found", value: [{ source_id: "7001" }] });
});

test("an empty list, a wall and new forms are told apart", () => {
  expect(parse([notice]).result).toBe("empty");
  expect(parse("<html>Access denied</html>").result).toBe("blocked");
  expect(parse({ jobs: [] }).result).toBe("changed");
  expect(parse([notice, { name: "x" }]).result).toBe("changed");
  expect(parse([notice, job, { ...job, id: null }])).toMatchObject({ result: "partial", missing: 1 });
  expect(parse("null").result).toBe("changed");
});

test("fields of another type than the API's are left out and harm nothing", () => {
  const odd = {
    id: 1,
    position: "x",
    tags: {},
    salary_min: "9",
    epoch: 1e300,
    date: {},
    url: 5,
    company: [],
  };
  expect(parse([odd])).toMatchObject({
    result: "found",
    value: [{ parsed: { skills: [], salary: null, posted_time: null, company: null } }],
  });
  expect(source.list(page([{ ...odd, id: "\ud800" }])).result).toBe("found");
});

test("it takes no argument", () => {
  expect(source.plan(undefined, {})).toEqual([{ url }]);
  expect(() => source.plan("x", {})).toThrow("no argument");
});

const captures = new URL("../../../../shared/data/pages/remoteok/", import.meta.url);
// The captures are not part of the project.
test.skipIf(!existsSync(captures))("captured answers are read", () => {
  for (const file of readdirSync(captures))
    expect(parse(readFileSync(new URL(file, captures), "utf8")).result, file).toBe("found");
});

test("what the API adds by mistake is left out: empty parts of places, line breaks as letters", () => {
  const description = "<p>Make \\n.</p>\\n<ul>\\n<li>Wax</li></ul>";
  expect(parse([notice, { ...job, location: "Graz, ", description }])).toMatchObject({
    value: [{ parsed: { location: "Graz", description_html: "<p>Make \\n.</p>\n<ul>\n<li>Wax</li></ul>" } }],
  });
});
