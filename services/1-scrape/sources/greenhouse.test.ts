import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { greenhouseSource } from "./greenhouse.ts";

const source = greenhouseSource();
const url = "https://boards-api.greenhouse.io/v1/boards/gnomon/jobs?content=true";
const parse = (body: unknown, at = url) =>
  source.parse({
    url: at,
    mediaType: "application/json",
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
  });

/** Our own board, in the form of the API. */
const job = {
  absolute_url: "https://boards.greenhouse.io/gnomon/jobs/4001",
  internal_job_id: 3001,
  location: { name: "Graz, Austria" },
  metadata: [
    { id: 1, name: "Employment Type", value: "Full-time", value_type: "single_select" },
    { id: 2, name: "Workplace Type", value: ["Hybrid"], value_type: "multi_select" },
  ],
  id: 4001,
  updated_at: "2026-05-03T10:00:00-04:00",
  first_published: "2026-05-01T09:00:00-04:00",
  requisition_id: "R-1",
  title: "Sundial Engineer",
  company_name: "Gnomon",
  content: "&lt;p&gt;Keep time with &lt;strong&gt;Go&lt;/strong&gt; &amp;amp; shadows.&lt;/p&gt;",
  departments: [
    { id: 9, name: "Time" },
    { id: 0, name: "No Department" },
  ],
  offices: [{ id: 5, name: "Graz", location: "Graz, Austria" }],
  pay_input_ranges: [
    { min_cents: 5_000_000, max_cents: 6_500_000, currency_type: "EUR", title: "Annual salary range" },
  ],
};

test("a board gives every job with its own part of the answer as payload", () => {
  const text = JSON.stringify(
    { jobs: [job, { ...job, id: 4002, title: 'A "quoted" [title]' }], meta: { total: 2 } },
    null,
    1,
  );
  const result = parse(text);
  if (result.result !== "found") throw new Error(result.reason);
  expect(result.value).toHaveLength(2);
  const [first, second] = result.value;
  expect(first).toMatchObject({
    source_id: "4001",
    job_url: job.absolute_url,
    parsed: {
      title: "Sundial Engineer",
      company: "Gnomon",
      location: "Graz, Austria",
      employment_type: "Full-time",
      workplace_type: "Hybrid",
      job_functions: ["Time"],
      description_html: job.content,
      posted_time: job.first_published,
      expire_time: null,
      salary: { min: 50_000, max: 65_000, currency: "EUR", period: "Annual salary range" },
    },
  });
  expect(first?.payload?.url).toBe("https://boards-api.greenhouse.io/v1/boards/gnomon/jobs/4001");
  const slice = Buffer.from(second?.payload?.body ?? "").toString();
  expect(text).toContain(slice);
  expect(JSON.parse(slice)).toEqual({ ...job, id: 4002, title: 'A "quoted" [title]' });
});

test("the list is the whole board, and needs no further request", () => {
  const body = Buffer.from(JSON.stringify({ jobs: [job] }));
  const result = source.list({ url, mediaType: "application/json", body });
  expect(result).toMatchObject({
    result: "found",
    value: { next: null, items: [{ source_id: "4001", posting: { source_id: "4001" } }] },
  });
});

test("a single job and jobs inside departments are read too", () => {
  expect(parse(job)).toMatchObject({ result: "found", value: [{ source_id: "4001" }] });
  const nested = { offices: [{ departments: [{ jobs: [job] }, { jobs: [job, { ...job, id: 1 }] }] }] };
  expect(parse(nested)).toMatchObject({
    result: "found",
    value: [{ source_id: "4001" }, { source_id: "1" }],
  });
});

test("an empty board, an unknown board, a wall and a new form are told apart", () => {
  expect(parse({ jobs: [] }).result).toBe("empty");
  expect(parse({ error: "Could not find a job board with token 'gnomonn'" }).result).toBe("gone");
  expect(parse("<html>Access denied</html>").result).toBe("blocked");
  expect(parse("<html>Welcome</html>").result).toBe("changed");
  expect(parse({ postings: [] }).result).toBe("changed");
  expect(parse("null").result).toBe("changed");
});

test("jobs without an id or a description make the answer a partial one", () => {
  expect(parse({ jobs: [job, { title: "x" }, null] })).toMatchObject({
    result: "partial",
    value: [{ source_id: "4001" }],
  });
  expect(parse({ jobs: [{ id: 3, title: "x" }] })).toMatchObject({
    result: "partial",
    value: [{ parsed: { description_html: null } }],
  });
});

test("fields of another type than the API's are left out and harm nothing", () => {
  const odd = {
    id: 1,
    title: 5,
    content: {},
    location: "x",
    departments: "y",
    offices: {},
    metadata: {},
    pay_input_ranges: {},
  };
  expect(parse({ jobs: [odd] }).result).toBe("changed");
  const nulls = { ...job, offices: [null], departments: [null], metadata: [null], pay_input_ranges: [null] };
  expect(parse({ jobs: [nulls] }).result).toBe("found");
});

test("only the name of a board is taken as argument", () => {
  expect(source.plan("gnomon", {})).toEqual([{ url }]);
  for (const wrong of [undefined, "", "a/b", "../x"])
    expect(() => source.plan(wrong, {})).toThrow("greenhouse:NAME");
});

const captures = new URL("../../../../shared/data/pages/greenhouse/", import.meta.url);
test.skipIf(!existsSync(captures))("captured answers of the API are read or named", () => {
  for (const file of readdirSync(captures)) {
    const result = parse(readFileSync(new URL(file, captures), "utf8")).result;
    expect(result, file).toBe(/400/.test(file) ? "gone" : /content|^job_/.test(file) ? "found" : "partial");
  }
});
