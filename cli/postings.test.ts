import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { normalize as normalizeEvent, normalizerVersion } from "@skillstream/normalize/normalize.ts";
import { createSite } from "@skillstream/platform/local/demo/site.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import { jobId, type RawPosting } from "@skillstream/scrape/source.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UsageError } from "./command.ts";
import { command as normalize } from "./normalize.ts";
import { command as parse } from "./parse.ts";
import { eventOf, rowOf } from "./raw-posting.ts";
import { command as scrape } from "./scrape.ts";

// `parse`, `normalize`, `sources` and `scrape` as processes, as a person calls them.
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

const main = fileURLToPath(new URL("main.ts", import.meta.url));

async function skillstream(
  args: string[],
  input = "",
): Promise<{ code: number | null; rows: Record<string, unknown>[]; words: string }> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, SKILLSTREAM_HOME: folder },
    cwd: folder,
  });
  let out = "";
  let words = "";
  child.stdout.setEncoding("utf8").on("data", (part) => {
    out += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part) => {
    words += part;
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return {
    code,
    words,
    rows: out
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

test("a captured page becomes a raw posting with the fields that it states, and then a normalized one", async () => {
  const epoch = Date.UTC(2026, 10, 1);
  await using site = await createSite({ seed: 1, postings: 300, epoch, now: () => epoch });
  const file = join(folder, "page.html");
  await writeFile(file, await (await fetch(`${site.url}/jobs/2`)).text());
  const parsed = await skillstream(["parse", "demo", file, "--url", "https://demo.example/jobs/2"]);
  expect(parsed.code).toBe(0);
  expect(parsed.rows).toHaveLength(1);
  const [row] = parsed.rows;
  expect(row).toMatchObject({
    source: "demo",
    source_id: "2",
    job_url: "https://demo.example/jobs/2",
    synthetic: true,
    source_file: file,
  });
  expect(Object.values(row ?? {})).not.toContain(null);
  const normalized = await skillstream(
    ["normalize", "-"],
    parsed.rows.map((one) => JSON.stringify(one)).join("\n"),
  );
  expect(normalized.code).toBe(0);
  expect(normalized.rows[0]).toMatchObject({
    job_id: row?.job_id,
    title: row?.title,
    normalizer: normalizerVersion,
    source_file: file,
  });
  expect(normalized.rows[0]?.description).not.toContain("<");
});

test("a page without postings says what it is, and a file that is not there fails without stopping the rest", async () => {
  const wall = join(folder, "wall.html");
  const empty = join(folder, "empty.json");
  await writeFile(wall, "<html>Access denied</html>");
  await writeFile(empty, '{"jobs":[]}');
  const { code, rows, words } = await skillstream([
    "parse",
    "greenhouse",
    wall,
    join(folder, "nothing.json"),
    empty,
  ]);
  expect(code).toBe(1);
  expect(rows).toEqual([
    { result: "blocked", cause: "forbidden", reason: expect.any(String), source_file: wall },
    { result: "empty", reason: expect.any(String), source_file: empty },
  ]);
  expect(words).toContain("nothing.json");
});

test("rows that cannot be normalized are named by line and reason, the others come through", async () => {
  const rows = [
    '{"source":"x","source_id":"1","title":"Lamplighter","description_html":"<p>Oil</p>"}',
    "{broken",
    '{"source":"x","source_id":"2","title":" "}',
    '{"result":"blocked","reason":"a wall"}',
    "[1]",
  ];
  const result = await skillstream(["normalize"], rows.join("\n"));
  expect(result.code).toBe(1);
  expect(result.rows).toMatchObject([{ title: "Lamplighter", description: "Oil", posted_time: null }]);
  for (const words of ["line 2:", "line 3: title is empty", "line 4: blocked: a wall", "line 5:"])
    expect(result.words).toContain(words);
});

test("several files are read one after the other, with a report of what each field got", async () => {
  const own = join(folder, "own.jsonl");
  const table = join(folder, "table.csv");
  const posting = {
    source: "x",
    source_id: "1",
    title: "Senior Lamplighter",
    employment_type: "Full-time",
    workplace_type: "somewhere",
    posted_time: "2026-10-30",
    description_html: "<p>You will light our lamps with us, and you will put them out in the morning.</p>",
  };
  await writeFile(own, `${JSON.stringify(posting)}\n{"source":"x","source_id":"2","title":" "}\n`);
  await writeFile(table, "title,description,job_id\nLamplighter,Oil,3\n,Oil,4\n");
  const files = ["normalize", own, join(folder, "nowhere.csv"), table];
  const plain = await skillstream(files);
  expect(plain.rows.map(({ title }) => title)).toEqual(["Senior Lamplighter", "Lamplighter"]);
  for (const words of [
    "nowhere.csv: ",
    "own.jsonl: line 2: title is empty",
    "4 rows of 3 files in ",
    "workplace_type 1",
  ])
    expect(plain.words).toContain(words);
  const { code, rows, words } = await skillstream([...files, "--report"]);
  expect(code).toBe(1);
  expect(words).toContain("4 rows of 3 files in ");
  expect(rows).toEqual([
    expect.objectContaining({
      files: 3,
      rows: 4,
      normalized: 2,
      rejected: { "title is empty": 2 },
      unreadable: { workplace_type: 1 },
      fields: expect.objectContaining({
        employment_type: { got: 1, stated: 1 },
        workplace_type: { got: 0, stated: 0 },
        seniority_level: { got: 1, stated: 0 },
        language: { got: 1, stated: 0 },
        posted_time: { got: 1, stated: 1 },
        salary: { got: 0, stated: 0 },
      }),
    }),
  ]);
});

test("a wrong call says what would be right and ends with 2", async () => {
  const result = await skillstream(["parse", "nowhere", "x"]);
  expect(result.code).toBe(2);
  expect(result.words).toContain("the sources are demo, ");
});

test.each([
  [parse, ["demo"], "at least one file"],
  [parse, ["demo", "x", "--url", "nowhere"], "--url"],
  [scrape, [], "takes one source"],
  [scrape, ["demo", "--since", "soon"], "--since"],
  [scrape, ["demo", "--limit", "0"], "--limit"],
  [scrape, ["greenhouse"], "greenhouse:NAME"],
  [normalize, ["--mapping", "nothing"], "--mapping"],
])("the wrong call %#, %j, is refused before anything happens", async (command, args, words) => {
  await expect(command.run(args)).rejects.toThrow(UsageError);
  await expect(command.run(args)).rejects.toThrow(words);
});

test("the sources are listed with what they can do", async () => {
  const { code, rows } = await skillstream(["sources"]);
  expect(code).toBe(0);
  expect(rows).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        source: "demo",
        synthetic: true,
        on: true,
        targets: [expect.objectContaining({ target: "demo", health: "new", open: 0 })],
      }),
      expect.objectContaining({ source: "greenhouse", argument: "BOARD", synthetic: false, targets: [] }),
    ]),
  );
});

const html = "<p>Oil &amp; wicks.</p><ul><li>Nights</li></ul>";

/** Found by a source that is one of several ways into its site. */
function posting(stated: Partial<RawPosting["parsed"]>): RawPosting {
  const parsed = { ...nothingStated(), title: "Lamplighter", description_html: html, ...stated };
  return { source_id: "7", job_url: "https://lamps.example/7", parsed };
}

test("a raw posting has its description as text and as stated, and times as ISO text", () => {
  const row = rowOf(
    "lamps",
    posting({
      posted_time: "1772600000000",
      expire_time: "2026-05-01",
      salary: { min: 5, max: null, currency: "EUR", period: null },
    }),
    false,
    "page.html",
  );
  expect(row).toEqual({
    job_id: jobId("lamps", "7"),
    source: "lamps",
    source_id: "7",
    job_url: "https://lamps.example/7",
    source_file: "page.html",
    title: "Lamplighter",
    description: "Oil & wicks.\n- Nights",
    description_html: html,
    salary: { min: 5, currency: "EUR" },
    posted_time: "2026-03-04T04:53:20.000Z",
    expire_time: "2026-05-01",
  });
});

test.each([
  ["2026-03-04T05:06:07.123+02:00", "2026-03-04T05:06:07.123+02:00"],
  ["2026-03-04 05:06:07 UTC", "2026-03-04T05:06:07.000Z"],
  ["Wed, 04 Mar 2026 05:06:07 GMT", "2026-03-04T05:06:07.000Z"],
  ["1772600000", "2026-03-04T04:53:20.000Z"],
  ["3 days ago", undefined],
  ["today", undefined],
  ["03/04/2026", undefined],
  ["2026-02-31", undefined],
])("the stated time %j is printed as %j", (stated, printed) => {
  expect(rowOf("lamps", posting({ posted_time: stated }), false, "x").posted_time).toBe(printed);
});

test("what parse prints is normalized to the same posting as what a crawl publishes", () => {
  const found = posting({
    company: "Wick & Sons",
    location: "Elmouth",
    employment_type: "Full-time",
    skills: ["ladders"],
    salary: { min: 50_000, max: 60_000, currency: "$", period: "year" },
    posted_time: "2026-03-04T05:06:07Z",
    // Cleaning twice would take this for markup.
    description_html: "<p>Keep &lt;p&gt; lit &amp;amp; safe</p>",
  });
  const now = Date.UTC(2026, 10, 1);
  const crawled = normalizeEvent({
    ...eventOf(
      { source: "lamps", source_id: "7", job_url: found.job_url, title: "x", source_file: "x" },
      now,
    ),
    parsed: found.parsed,
  });
  const row: unknown = JSON.parse(JSON.stringify(rowOf("lamps", found, false, "x")));
  expect(normalizeEvent(eventOf(row, now))).toEqual(crawled);
});

test("normalize reads the tables that import takes", async () => {
  const table = join(folder, "table.csv");
  await writeFile(
    table,
    "Job Title,Salary Estimate,Job Description,Rating,Company Name,Location\n" +
      'Wick Analyst,$53K-$91K (Glassdoor est.),Trim the wicks.,3.1,"Lamps\n3.1","Elmouth, NM"\n-1,,,,,\n',
  );
  const read = await skillstream(["normalize", table]);
  expect(read.code).toBe(1);
  expect(read.rows).toMatchObject([
    {
      source: "glassdoor",
      title: "Wick Analyst",
      company: "Lamps",
      description: "Trim the wicks.",
      salary: { min: 53_000, max: 91_000, currency: "USD", period: "year" },
      source_file: "table.csv",
    },
  ]);
  expect(read.words).toContain("line 4: it states no title");
  const own = join(folder, "own.csv");
  await writeFile(own, "Title;Company;Description;Skills\nBee keeper;Hive;Keep bees.;smoke\n");
  expect((await skillstream(["normalize", own])).rows).toMatchObject([
    { source: "file", title: "Bee keeper", company: "Hive", description: "Keep bees.", skills: ["smoke"] },
  ]);
  expect(await skillstream(["normalize"])).toMatchObject({
    code: 0,
    rows: [],
    words: expect.stringMatching(/^0 rows of one file/),
  });
});

test("a row in the words of a person's file becomes an event", () => {
  const event = eventOf(
    {
      job_id: "abc",
      title: "Lamplighter",
      description: "Oil",
      skills: "ladders",
      salary: { min: "5", currency: "EUR", period: "year" },
      observed_at: "2026-05-01T00:00:00Z",
    },
    0,
  );
  expect(event).toMatchObject({
    event: "found",
    job_id: "abc",
    source: "file",
    observed_at: Date.UTC(2026, 4, 1),
    parsed: {
      title: "Lamplighter",
      description_html: "Oil",
      skills: ["ladders"],
      salary: { min: 5, max: null, currency: "EUR", period: "year" },
    },
  });
  expect(() => eventOf({ title: "x" }, 0)).toThrow("source_id");
  expect(() => eventOf(null, 0)).toThrow("no JSON object");
});
