import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { answered } from "../../../test/replicas/boards.ts";
import { greenhouseBoards, greenhouseJob } from "../../../test/replicas/greenhouse.ts";
import { type MadeUp, madeUp } from "../../../test/replicas/postings.ts";
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

const postings = madeUp(30).map((one) => ({ ...one, company: "Quillon Health" }));
const board = greenhouseBoards(postings);
const [first] = postings as [MadeUp];
const api = "https://boards-api.greenhouse.io/v1/boards/quillon-health";

test("a whole board is read from one answer, and every posting by its own address", () => {
  const [asked] = source.plan("quillon-health", {});
  const result = source.list(answered(board, asked ?? { url: "" }));
  if (result.result !== "found") throw new Error(result.reason);
  expect(result.value.items.map((one) => one.source_id)).toEqual(postings.map((one) => one.id));
  const [item] = result.value.items;
  expect(item?.url).toBe(`${api}/jobs/${first.id}`);
  expect(item?.postedAt).toBe(first.postedAt.getTime());
  const own = source.parse(answered(board, { url: item?.url ?? "" }));
  if (own.result !== "found") throw new Error(own.reason);
  expect(own.value[0]?.parsed).toEqual(item?.posting?.parsed);
  expect(own.value[0]?.parsed).toMatchObject({
    company: "Quillon Health",
    workplace_type: "Remote",
    seniority_level: first.level,
    salary: { min: first.salary?.min, max: first.salary?.max, currency: "USD", period: "Hourly range" },
  });
  expect(source.parse(answered(board, { url: `${api}/jobs/1` })).result).toBe("gone");
});

test("a list without descriptions has each posting fetched, and departments give their jobs their name", () => {
  const thin = source.list(answered(board, { url: `${api}/jobs` }));
  if (thin.result !== "found") throw new Error(thin.reason);
  expect(thin.value.items.every((one) => one.posting === undefined)).toBe(true);
  expect(thin.value.items[0]?.url).toBe(`${api}/jobs/${first.id}`);
  expect(source.parse(answered(board, { url: `${api}/departments` }))).toMatchObject({
    result: "partial",
    value: postings.map((one) => ({ source_id: one.id, parsed: { job_functions: ["Data"] } })),
  });
});

test("a job of two departments is one job with both", () => {
  const shared = { id: 1, title: "Sundial Engineer" };
  const departments = [
    { id: 2, name: "Time", jobs: [shared] },
    { id: 3, name: "Light", jobs: [shared] },
  ];
  expect(parse({ offices: [{ departments }, { departments }] })).toMatchObject({
    result: "partial",
    value: [{ source_id: "1", parsed: { job_functions: ["Time", "Light"] } }],
  });
});

test("hosted pages of the newer form give a board's titles, and a posting whole", () => {
  const thin = source.parse(answered(board, { url: "https://job-boards.greenhouse.io/quillon-health" }));
  if (thin.result !== "partial") throw new Error(thin.result);
  expect(thin.value).toHaveLength(30);
  expect(thin.value[0]?.parsed).toMatchObject({ company: "Quillon Health", job_functions: ["Data"] });
  const url = thin.value[0]?.job_url ?? "";
  expect(source.parse(answered(board, { url }))).toMatchObject({
    result: "found",
    value: [
      {
        source_id: first.id,
        job_url: url,
        parsed: {
          title: first.title,
          company: "Quillon Health",
          company_logo_url: "https://cdn.example/logo.png",
          location: `${first.city}, ${first.country}`,
          employment_type: "Full-time",
          description_html: `<p>Who we are.</p>\n${first.html}`,
          salary: {
            min: first.salary?.min,
            max: first.salary?.max,
            currency: "USD",
            period: "Annual salary",
          },
          posted_time: first.postedAt.toISOString(),
        },
      },
    ],
  });
});

test("hosted pages of the older form are read by their markup", () => {
  const at = "https://boards.greenhouse.io/acme/jobs/77";
  const posting = `<div id="header"><h1 class="app-title">Keeper</h1><span class="company-name">at Acme</span>
    <div class="location">Graz</div></div><div id="content"><p>Shadows.</p></div>`;
  expect(parse(posting, at)).toMatchObject({
    result: "found",
    value: [
      {
        source_id: "77",
        parsed: { title: "Keeper", company: "Acme", location: "Graz", description_html: "<p>Shadows.</p>" },
      },
    ],
  });
  const opening = `<div class="opening"><a data-mapped="true" href="/acme/jobs/77">Keeper</a><br>
    <span class="location">Graz</span></div>`;
  expect(parse(`<h3>Time</h3>${opening}`, "https://boards.greenhouse.io/acme")).toMatchObject({
    result: "partial",
    value: [{ source_id: "77", job_url: at, parsed: { title: "Keeper", location: "Graz" } }],
  });
  expect(parse("<h1>Current openings</h1>", "https://boards.greenhouse.io/acme?error=true").result).toBe(
    "gone",
  );
});

test("fields of any other type state nothing", () => {
  const keys = Object.keys(greenhouseJob(first)).filter((key) => key !== "id" && key !== "title");
  for (const wrong of [7, null, "x", [[]], { a: [null] }, true]) {
    const all = { ...greenhouseJob(first), ...Object.fromEntries(keys.map((key) => [key, wrong])) };
    expect(parse({ jobs: [all] }).result).toBe("found");
    const data = { state: { loaderData: { a: wrong, b: { jobPost: { ...all, pay_ranges: wrong } } } } };
    expect(parse(`<script>window.__remixContext = ${JSON.stringify(data)};</script>`).result).toBe("found");
  }
});

test("only the name of a board is taken as argument", () => {
  expect(source.plan("gnomon", {})).toEqual([{ url }]);
  expect(source.plan("eu/gnomon", {})[0]?.url).toMatch(/^https:\/\/boards-api\.eu\.greenhouse\.io\/v1\//);
  for (const wrong of [undefined, "", "a/b", "../x"])
    expect(() => source.plan(wrong, {})).toThrow("greenhouse:NAME");
});

const captures = new URL("../../../../shared/data/pages/greenhouse/", import.meta.url);
/** How many of a capture's jobs stand in a department with a name. */
const inDepartments: Record<string, number> = {
  "department_200_0.json": 2,
  "departments_200_0.json": 1,
  "jobs_with_content_200_0.json": 1,
  "office_200_0.json": 1,
  "offices_200_0.json": 1,
};
// The captures are other people's: they stand beside the project or not at all.
test.skipIf(!existsSync(captures))(
  "captured answers of the API are read with the fields that they hold",
  () => {
    for (const file of readdirSync(captures)) {
      const text = readFileSync(new URL(file, captures), "utf8");
      const result = parse(text);
      if (/400/.test(file)) {
        expect(result.result, file).toBe("gone");
        continue;
      }
      expect(result.result, file).toBe(/content|^job_/.test(file) ? "found" : "partial");
      if (!("value" in result)) throw new Error(file);
      const count = text.match(/"absolute_url"/g)?.length ?? 0;
      expect(result.value, file).toHaveLength(count);
      for (const field of ["title", "company", "location", "apply_url"] as const)
        expect(
          result.value.filter(({ parsed }) => parsed[field] !== null),
          `${file} ${field}`,
        ).toHaveLength(count);
      const described = result.value.filter(({ parsed }) => parsed.description_html !== null).length;
      expect(described, file).toBe(text.match(/"content":"./g)?.length ?? 0);
      const placed = result.value.filter(({ parsed }) => parsed.job_functions.length > 0).length;
      expect(placed, file).toBe(inDepartments[file] ?? 0);
    }
  },
);

test("a level that is a bare number is no seniority", () => {
  const level = (value: string) => {
    const metadata = [{ id: 3, name: "Job Level", value, value_type: "single_select" }];
    const result = parse({ jobs: [{ ...job, metadata }] });
    return result.result === "found" ? result.value[0]?.parsed.seniority_level : result;
  };
  expect(level("30")).toBeNull();
  expect(level("Senior")).toBe("Senior");
});
