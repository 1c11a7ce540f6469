import { oddities } from "@skillstream/platform/local/demo/market.ts";
import { createSite, type Site } from "@skillstream/platform/local/demo/site.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Captured } from "../source.ts";
import { demoSource } from "./demo.ts";

let site: Site;
const now = Date.UTC(2026, 10, 1);
beforeAll(async () => {
  site = await createSite({ seed: 1, postings: 1_200, epoch: now, now: () => now });
});
afterAll(() => site[Symbol.asyncDispose]());

const source = demoSource("http://127.0.0.1:1");

async function capture(path: string): Promise<Captured> {
  const response = await fetch(site.url + path);
  return {
    url: site.url + path,
    mediaType: response.headers.get("content-type") ?? "",
    body: Buffer.from(await response.arrayBuffer()),
  };
}

test("a list page gives links with their time of change, and the next page", async () => {
  const result = source.list(await capture("/jobs"));
  if (result.result !== "found") throw new Error(result.reason);
  const first = result.value.items[0];
  expect(first?.url).toBe(`${site.url}/jobs/${first?.source_id}`);
  expect(Date.parse(first?.stamp ?? "")).toBe(site.market.stamp(Number(first?.source_id), now)?.changedAt);
  expect(result.value.next?.url).toMatch(/\/jobs\?page=\d+$/);
  const last = source.list(await capture("/jobs?page=50"));
  expect(last).toMatchObject({ result: "found", value: { next: null } });
});

test("every posting of the site parses to what the market says, whatever its page's encoding", async () => {
  let read = 0;
  const seen = new Set<string>();
  for (let id = 0; id < 400; id++) {
    const found = site.market.posting(id, now);
    if (found.state !== "open") continue;
    const result = source.parse(await capture(`/jobs/${id}`));
    if (result.result !== "found") throw new Error(`${id}: ${result.reason}`);
    const [posting] = result.value;
    const { posting: truth } = found;
    read++;
    if (truth.oddity !== null) seen.add(truth.oddity);
    expect(posting).toMatchObject({
      source_id: String(id),
      job_url: `${site.url}/jobs/${id}`,
      parsed: {
        title: truth.title === "" ? null : truth.title,
        company: truth.company,
        location: `${truth.city}, ${truth.country}`,
        seniority_level: truth.seniority,
        workplace_type: truth.workplace,
        employment_type: truth.employment,
        posted_time: truth.datePosted,
        expire_time: truth.validThrough,
        reposted: truth.kind === "repost" ? true : null,
      },
    });
    // windows-1252 says letters that it lacks as entities; all others arrive to the letter.
    if (truth.oddity !== "windows-1252" && truth.oddity !== "meta-charset") {
      expect(posting?.parsed.description_html).toBe(truth.descriptionHtml);
    } else {
      expect(posting?.parsed.description_html).toContain(truth.company);
      expect(posting?.parsed.description_html).not.toMatch(/\ufffd|Ã/);
    }
  }
  expect(read).toBeGreaterThan(300);
  expect([...seen].sort()).toEqual([...oddities].sort());
});

test("a wall, a page in a new form, a list page and a removed posting are told apart", () => {
  const parse = (html: string) =>
    source.parse({ url: "http://x/jobs/1", mediaType: "", body: Buffer.from(html) }).result;
  expect(parse("<h1>Please verify you are human</h1>")).toBe("blocked");
  expect(parse("<h1>Our new look</h1>")).toBe("changed");
  expect(parse('<ol class="jobs"></ol>')).toBe("empty");
  expect(parse("<p>This posting has been removed by its employer.</p>")).toBe("gone");
  const list = (html: string) =>
    source.list({ url: "http://x/jobs", mediaType: "", body: Buffer.from(html) }).result;
  expect(list("<p>Unusual traffic from your network</p>")).toBe("blocked");
  expect(list("<p>hello</p>")).toBe("changed");
  expect(list('<ol class="jobs"></ol>')).toBe("empty");
  expect(
    list('<ol class="jobs"><li class="job-card"><a class="job-link" href="/jobs/1">x</a></li></ol>'),
  ).toBe("partial");
});

test("addresses and ids that are none harm nothing", () => {
  const page = (html: string) => ({ url: "http://x/jobs", mediaType: "", body: Buffer.from(html) });
  const card = '<li class="job-card" data-job-id="1"><a class="job-link" href="http://[">x</a></li>';
  expect(
    source.list(page(`<ol class="jobs">${card}</ol><a rel="next" href="http://[">older</a>`)),
  ).toMatchObject({ result: "partial", value: { items: [], next: null } });
  const posting = '{"@type":"JobPosting","title":"x","identifier":"\\ud800"}';
  expect(source.parse(page(`<script type="application/ld+json">${posting}</script>`))).toMatchObject({
    result: "found",
  });
});

test("the search becomes part of the list's address", () => {
  expect(source.plan(undefined, { keyword: "rust & go", location: "Köln" })).toEqual([
    { url: "http://127.0.0.1:1/jobs?q=rust+%26+go&where=K%C3%B6ln" },
  ]);
  expect(() => source.plan("acme", {})).toThrow("takes no argument");
});
