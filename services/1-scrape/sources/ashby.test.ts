import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ashbyBoards, ashbyJob } from "../../../test/replicas/ashby.ts";
import { answered, uuidOf } from "../../../test/replicas/boards.ts";
import { type MadeUp, madeUp } from "../../../test/replicas/postings.ts";
import { ashbySource } from "./ashby.ts";

const source = ashbySource();
const postings = madeUp(40).map((one) => ({ ...one, company: "Quillon Health" }));
const board = ashbyBoards(postings);
const [first, , third] = postings as [MadeUp, MadeUp, MadeUp];
const ask = (url: string) => answered(board, { url });
const page = (body: unknown, url = "https://api.ashbyhq.com/posting-api/job-board/acme") => ({
  url,
  mediaType: "",
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

test("a board is one answer with every posting whole, and a posting's page is asked when it has left", () => {
  const [asked] = source.plan("quillon-health", {});
  const result = source.list(answered(board, asked ?? { url: "" }));
  if (result.result !== "found") throw new Error(result.reason);
  expect(result.value.next).toBeNull();
  expect(result.value.items.map((one) => one.source_id)).toEqual(postings.map(uuidOf));
  expect(result.value.items[2]).toMatchObject({
    url: `https://jobs.ashbyhq.com/quillon-health/${uuidOf(third)}`,
    postedAt: third.postedAt.getTime(),
  });
  const slice = Buffer.from(result.value.items[2]?.posting?.payload?.body ?? "").toString();
  expect(JSON.parse(slice)).toEqual(ashbyJob(third));
});

test("every field that a job of the API holds is read", () => {
  expect(source.parse(page({ jobs: [ashbyJob(third)], apiVersion: "1" }))).toMatchObject({
    result: "found",
    value: [
      {
        source_id: uuidOf(third),
        job_url: `https://jobs.ashbyhq.com/quillon-health/${uuidOf(third)}`,
        parsed: {
          title: third.title,
          company: "quillon-health",
          location: `${third.city}; Lyon`,
          employment_type: "Contract",
          workplace_type: null,
          job_functions: ["Data", "Platform"],
          description_html: third.html,
          salary: { ...third.salary, period: "1 YEAR" },
          posted_time: third.postedAt.toISOString().replace("Z", "+00:00"),
          apply_url: `https://jobs.ashbyhq.com/quillon-health/${uuidOf(third)}/application`,
        },
      },
    ],
  });
});

test("workplace, pay and place are read in the other ways in which jobs state them", () => {
  const of = (fields: object) => {
    const result = source.parse(page({ jobs: [{ id: "1", title: "x", ...fields }] }));
    return "value" in result ? result.value[0]?.parsed : undefined;
  };
  expect(of({ workplaceType: "Hybrid", isRemote: true })?.workplace_type).toBe("Hybrid");
  expect(of({ isRemote: true })?.workplace_type).toBe("Remote");
  expect(of({ compensation: { scrapeableCompensationSalarySummary: "€66K - €75.5K" } })?.salary).toEqual({
    min: 66_000,
    max: 75_500,
    currency: "€",
    period: null,
  });
  expect(of({ compensation: { compensationTierSummary: "Offers Equity" } })?.salary).toBeNull();
  const tier = {
    components: [{ compensationType: "Salary", minValue: 30, interval: "1 HOUR", currencyCode: "USD" }],
  };
  expect(of({ compensation: { compensationTiers: [tier] } })?.salary).toEqual({
    min: 30,
    max: null,
    currency: "USD",
    period: "1 HOUR",
  });
  expect(
    of({ address: { postalAddress: { addressLocality: "Graz", addressCountry: "Austria" } } })?.location,
  ).toBe("Graz, Austria");
  expect(of({ descriptionPlain: "a < b\nand more" })?.description_html).toBe("a &lt; b<br>\nand more");
});

test("unlisted postings are not shown with others", () => {
  const unlisted = { ...ashbyJob(first), isListed: false };
  expect(source.parse(page({ jobs: [unlisted, ashbyJob(third)] }))).toMatchObject({
    result: "found",
    value: [{ source_id: uuidOf(third) }],
  });
  expect(source.parse(page({ jobs: [unlisted] })).result).toBe("empty");
});

test("hosted pages give a board's titles, a posting whole, and say when one is no more", () => {
  const thin = source.list(ask("https://jobs.ashbyhq.com/quillon-health"));
  if (thin.result !== "found") throw new Error(thin.reason);
  expect(thin.value.items).toHaveLength(40);
  const [item] = thin.value.items;
  expect(item?.posting).toBeUndefined();
  expect(source.parse(ask(item?.url ?? ""))).toMatchObject({
    result: "found",
    value: [
      {
        source_id: item?.source_id,
        job_url: item?.url,
        parsed: {
          title: first.title,
          company: "Quillon Health",
          company_logo_url: "https://cdn.example/square.png",
          location: first.city,
          workplace_type: "Remote",
          job_functions: ["Data", "Platform"],
          description_html: first.html,
          posted_time: first.postedAt.toISOString().slice(0, 10),
        },
      },
    ],
  });
  expect(source.parse(ask("https://jobs.ashbyhq.com/quillon-health/none")).result).toBe("gone");
  expect(source.parse(ask("https://jobs.ashbyhq.com/nobody")).result).toBe("gone");
});

test("what is no board is told apart: none, empty, a wall, a new form", () => {
  expect(source.parse(page({ jobs: [], apiVersion: "1" })).result).toBe("empty");
  expect(source.parse(page({ success: false, errors: ["not_found"] }))).toEqual({
    result: "gone",
    reason: 'the API answers "not_found"',
  });
  expect(source.parse(page("<p>Please enable JavaScript</p>"))).toMatchObject({
    result: "blocked",
    cause: "JavaScript",
  });
  for (const form of ["<h1>Welcome</h1>", "null", "[7]", '{"results":[]}', "window.__appData = {", "{}"])
    expect(source.parse(page(form)).result, form).toBe("changed");
});

test("fields of other types state nothing, and one job without a title leaves the others", () => {
  expect(source.parse(page({ jobs: [{ id: 1 }, null, ashbyJob(first)] }))).toMatchObject({
    result: "partial",
    missing: 2,
  });
  const keys = Object.keys(ashbyJob(first)).filter((key) => key !== "id" && key !== "title");
  for (const wrong of [7, null, "x", [[]], { a: [null] }, true]) {
    const all = { ...ashbyJob(first), ...Object.fromEntries(keys.map((key) => [key, wrong])) };
    expect(source.parse(page([all])).result).toBe("found");
    const data = { organization: wrong, jobBoard: { teams: wrong, jobPostings: [all, wrong] } };
    expect(source.parse(page(`<script>window.__appData = ${JSON.stringify(data)};</script>`)).result).toBe(
      "partial",
    );
  }
});

test("only the name of a board is taken as argument", () => {
  expect(source.plan("Acme Clocks", {})[0]?.url).toBe(
    "https://api.ashbyhq.com/posting-api/job-board/Acme%20Clocks?includeCompensation=true",
  );
  for (const wrong of [undefined, "", "..", "a/b", "a?b"])
    expect(() => source.plan(wrong, {})).toThrow("ashby:NAME");
});

const captures = new URL("../../../../shared/data/pages/ashby/", import.meta.url);
// The captures are other people's: they stand beside the project or not at all.
test.skipIf(!existsSync(captures))("captured boards are read with the fields that they hold", () => {
  for (const file of readdirSync(captures)) {
    const text = readFileSync(new URL(file, captures), "utf8");
    const { jobs } = JSON.parse(text) as { jobs: Record<string, unknown>[] };
    const result = source.parse(page(text));
    if (jobs.length === 0) {
      expect(result.result, file).toBe("empty");
      continue;
    }
    if (result.result !== "found") throw new Error(`${file}: ${result.reason}`);
    expect(result.value, file).toHaveLength(jobs.length);
    for (const [index, { parsed }] of result.value.entries()) {
      expect(Buffer.from(result.value[index]?.payload?.body ?? "").toString().length).toBeGreaterThan(1_000);
      for (const field of [
        "title",
        "company",
        "location",
        "employment_type",
        "posted_time",
        "apply_url",
      ] as const)
        expect(parsed[field], `${file} ${index} ${field}`).not.toBeNull();
      expect(parsed.description_html).toBe(jobs[index]?.descriptionHtml);
      expect(parsed.workplace_type === "Remote").toBe(jobs[index]?.isRemote);
      expect(parsed.salary !== null).toBe(/"compensationType":\s*"Salary"/.test(JSON.stringify(jobs[index])));
    }
  }
});
