import type { DemoPosting, Oddity } from "@skillstream/platform/local/demo/market.ts";
import { createSite, type Site } from "@skillstream/platform/local/demo/site.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import type { ParsedPosting, Posting, RawEvent } from "@skillstream/schemas/types.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { normalize, normalizerVersion } from "./normalize.ts";

const observedAt = Date.UTC(2026, 10, 2, 3);

function event(parsed: Partial<ParsedPosting> | null, fields: Partial<RawEvent> = {}): RawEvent {
  return {
    event: "found",
    job_id: "0123456789abcdef0123456789abcdef",
    source: "test",
    source_id: "1",
    job_url: "https://x.example/1",
    observed_at: observedAt,
    synthetic: true,
    search_keyword: null,
    search_location: null,
    source_file: null,
    reason: null,
    payload: null,
    parsed: parsed === null ? null : { ...nothingStated(), title: "Lamplighter", ...parsed },
    ...fields,
  };
}

function posting(parsed: Partial<ParsedPosting>, fields: Partial<RawEvent> = {}): Posting {
  const outcome = normalize(event(parsed, fields));
  if (outcome.kind !== "emit") throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

test("a posting with all its facts comes out in one vocabulary", () => {
  expect(
    posting({
      title: "Senior Lamplighter &amp; Guide",
      company: " Gnomon  <b>Teapots</b>",
      location: "Graz, AT",
      employment_type: "FULL_TIME",
      workplace_type: "Hybrid",
      description_html:
        "<p>We are looking for you and your ladder, and we will work with you on our lamps.</p>",
      salary: { min: 40_000, max: 50_000, currency: "EUR", period: "YEAR" },
      posted_time: "2026-11-01",
      expire_time: "2026-12-01",
      applicant_count: "12 applicants",
      apply_url: "https://x.example/1/apply",
      skills: ["ladders", " "],
    }),
  ).toMatchObject({
    title: "Senior Lamplighter & Guide",
    company: "Gnomon Teapots",
    location: "Graz, AT",
    employment_type: "full_time",
    seniority_level: "senior",
    workplace_type: "hybrid",
    description: "We are looking for you and your ladder, and we will work with you on our lamps.",
    salary: { min: 40_000, max: 50_000, currency: "EUR", period: "year" },
    posted_time: Date.UTC(2026, 10, 1),
    expire_time: Date.UTC(2026, 11, 1),
    ingestion_date: "2026-11-02",
    applicant_count: 12,
    skills: ["ladders"],
    language: "en",
    lines: "D",
    synthetic: true,
    normalizer: normalizerVersion,
  });
});

test("seen and closed are observed, a found event without a posting and an empty title are rejected", () => {
  expect(normalize(event(null, { event: "seen" }))).toEqual({
    kind: "observe",
    event: "seen",
    reason: "seen",
  });
  const reason = "its page answers 404";
  expect(normalize(event(null, { event: "closed", reason }))).toEqual({
    kind: "observe",
    event: "closed",
    reason,
  });
  expect(normalize(event(null))).toMatchObject({ kind: "reject" });
  for (const title of [null, "", "  ", "&nbsp;", "<script>x</script>", "\u200b"]) {
    expect(normalize(event({ title }))).toEqual({ kind: "reject", reason: "title is empty" });
  }
});

test("the same input gives the same output, and when it was seen does not change its content hash", () => {
  const parsed = { description_html: "<p>text</p>", posted_time: "2026-11-01" };
  expect(posting(parsed)).toEqual(posting(parsed));
  const hash = posting(parsed).content_hash;
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(posting(parsed, { observed_at: observedAt + 5_000 }).content_hash).toBe(hash);
  expect(
    posting({ ...parsed, posted_time: "2026-10-01", applicant_count: "9", reposted: true }).content_hash,
  ).toBe(hash);
  // Markup is not content.
  expect(posting({ ...parsed, description_html: "<div><b>text</b></div>" }).content_hash).toBe(hash);
});

test.each([
  ["title", { title: "Other" }],
  ["company", { company: "Other" }],
  ["place", { location: "Other" }],
  ["description", { description_html: "other" }],
  ["employment", { employment_type: "PART_TIME" }],
  ["pay", { salary: { min: 20, max: 30, currency: "EUR", period: "HOUR" } }],
])("another %s is another content", (_, change) => {
  expect(posting(change).content_hash).not.toBe(posting({}).content_hash);
});

test("impossible times are null: a day that does not exist, a posting from the future, an end before the start", () => {
  expect(posting({ posted_time: "2025-02-31", expire_time: "0000-00-00" })).toMatchObject({
    posted_time: null,
    expire_time: null,
  });
  expect(posting({ posted_time: "2027-01-01" }).posted_time).toBeNull();
  expect(posting({ posted_time: "2026-11-01", expire_time: "2026-10-01" }).expire_time).toBeNull();
  expect(normalize(event({}, { observed_at: Number.MAX_SAFE_INTEGER }))).toMatchObject({ kind: "reject" });
});

test("addresses that are no web addresses are not handed on", () => {
  const result = posting(
    { apply_url: "javascript:alert(1)", company_logo_url: "data:image/svg+xml,x" },
    { job_url: "/relative" },
  );
  expect(result).toMatchObject({ apply_url: null, company_logo_url: null, job_url: null });
});

let site: Site;
beforeAll(async () => {
  site = await createSite({ seed: 1, postings: 1_500, epoch: observedAt, now: () => observedAt });
});
afterAll(() => site[Symbol.asyncDispose]());

/** As a source hands it on; how it gets there is the source's test. */
function demoEvent(one: DemoPosting): RawEvent {
  return event({
    title: one.title,
    company: one.company,
    location: `${one.city}, ${one.country}`,
    description_html: one.descriptionHtml,
    employment_type: one.employment,
    seniority_level: one.seniority,
    workplace_type: one.workplace,
    salary: one.salary,
    posted_time: one.datePosted,
    expire_time: one.validThrough,
  });
}

function odd(kind: Oddity): DemoPosting {
  for (let id = 0; id < 1_100; id++) {
    const found = site.market.posting(id, observedAt);
    if (found.state === "open" && found.posting.oddity === kind) return found.posting;
  }
  throw new Error(`no ${kind}`);
}

test("every posting of the demo market comes out in its language, with every skill it asks for, and no markup", () => {
  for (let id = 0; id < 900; id++) {
    const found = site.market.posting(id, observedAt);
    if (found.state !== "open" || found.posting.oddity === "empty-title") continue;
    const outcome = normalize(demoEvent(found.posting));
    if (outcome.kind !== "emit") throw new Error(`${id} is ${outcome.kind}`);
    const { value } = outcome;
    expect(value.language).toBe(found.posting.language);
    for (const skill of found.posting.skills) expect(value.description).toContain(skill);
    if (found.posting.oddity !== "broken-markup")
      expect(value.description).not.toMatch(/<[a-z/]|&[a-z]+;|Ã|\ufffd/);
    expect(value.lines).toHaveLength(value.description.split("\n").length);
    expect(value.lines).toMatch(/[DQP]/);
    expect(value.salary === null).toBe(found.posting.salary === null);
  }
});

test("hostile postings come through as text, without what was hidden in them", () => {
  const text = (kind: Oddity) => {
    const outcome = normalize(demoEvent(odd(kind)));
    if (outcome.kind !== "emit") throw new Error(outcome.kind);
    return outcome.value.description;
  };
  expect(text("script-tag")).not.toMatch(/taken over|evil/);
  expect(text("event-handler")).not.toMatch(/alert|onerror|javascript:/);
  // The page's own button goes, the posting stays.
  expect(text("event-handler")).not.toContain("Apply here");
  expect(text("event-handler").length).toBeGreaterThan(500);
  expect(text("hidden-text")).not.toMatch(/Haskell|Prolog|Erlang|Delphi|Smalltalk/);
  // What a reader of the page would have read is text like any other.
  expect(text("prompt-injection")).toContain("Ignore all previous instructions");
  expect(text("double-escaped")).not.toMatch(/[<>&]/);
  expect(text("mojibake")).not.toMatch(/[ÃÂ][\u0080-\u00bf]/);
  expect(normalize(demoEvent(odd("impossible-dates")))).toMatchObject({
    value: { posted_time: null, expire_time: null },
  });
  expect(normalize(demoEvent(odd("empty-title")))).toEqual({ kind: "reject", reason: "title is empty" });
});

test("a description of two million characters takes well under a second", () => {
  const raw = demoEvent(odd("huge"));
  const started = process.threadCpuUsage();
  const outcome = normalize(raw);
  expect(process.threadCpuUsage(started).user).toBeLessThan(1_000_000);
  expect(outcome).toMatchObject({ kind: "emit" });
});

test("no nonsense makes it throw", () => {
  const pieces = [
    "<",
    ">",
    "&",
    ";",
    "&#",
    "x",
    "\ud800",
    "\0",
    "é",
    "Ã¼",
    "<p",
    " style='",
    "</",
    "<!--",
    "]]>",
    "- ",
    "\n",
    "2026-02-30",
    "{}",
    "script",
    "&lt;",
    "9e999",
  ];
  let seed = 42;
  const next = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  const text = () =>
    Array.from({ length: Math.floor(next() * 40) }, () => pieces[Math.floor(next() * pieces.length)]).join(
      "",
    );
  for (let round = 0; round < 1_000; round++) {
    const outcome = normalize(
      event({
        title: text(),
        company: text(),
        location: text(),
        description_html: text(),
        employment_type: text(),
        seniority_level: text(),
        workplace_type: text(),
        salary: { min: next() * 1e12 - 1e6, max: null, currency: text(), period: text() },
        posted_time: text(),
        expire_time: text(),
        apply_url: text(),
        applicant_count: text(),
        industries: [text(), text()],
      }),
    );
    expect(["emit", "reject"]).toContain(outcome.kind);
  }
});

test.each([
  ["Over 1,200 applicants", 1200, []],
  ["37 applicants", 37, []],
  ["200+", 200, []],
  ["1.200 Bewerbungen", 1200, []],
  ["Be the first", null, []],
  ["Be among the first 25 applicants", null, []],
  ["Sé de los primeros 25", null, []],
  ["9".repeat(40), null, ["applicant_count"]],
  ["2026-11-02", null, ["applicant_count"]],
  ["-5", null, ["applicant_count"]],
  ["12.5k applicants", null, ["applicant_count"]],
  ["between 20 and 30", null, ["applicant_count"]],
] as const)("the applicants in %j are %j", (applicant_count, count, unreadable) => {
  expect(posting({ applicant_count })).toMatchObject({ applicant_count: count, unreadable });
});

test("addresses and times that are stated and cannot be read are named", () => {
  const broken = { apply_url: "javascript:alert(1)", company_logo_url: "logo.png", posted_time: "soon" };
  expect(posting({ ...broken, expire_time: "0000-00-00" }, { job_url: "/relative" }).unreadable).toEqual([
    "job_url",
    "apply_url",
    "company_logo_url",
    "posted_time",
    "expire_time",
  ]);
  expect(posting({ apply_url: " ", posted_time: "" }, { job_url: null }).unreadable).toEqual([]);
  expect(posting({ apply_url: "N/A", posted_time: "-", expire_time: "TBD" }).unreadable).toEqual([]);
});
