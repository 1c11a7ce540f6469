import { expect, test } from "vitest";
import {
  answerOf,
  type LinkedinSite,
  linkedin,
  memberCards,
  memberView,
} from "../../../../test/replicas/linkedin.ts";
import { type MadeUp, madeUp } from "../../../../test/replicas/postings.ts";
import type { Listed } from "../../source.ts";
import { linkedinBrowserSource } from "./browser.ts";

const source = linkedinBrowserSource();
const { login } = source;
if (login === null) throw new Error("it has a login");
const site = "https://www.linkedin.com";
const page = (text: string, url = `${site}/jobs/search/?start=0`) => ({
  url,
  mediaType: "text/html; charset=utf-8",
  body: Buffer.from(text),
});
const [first] = madeUp(1) as [MadeUp];
const one = (changes: Partial<MadeUp>): MadeUp => ({ ...first, ...changes });
const viewUrl = `${site}/jobs/view/${first.id}/`;

/** As a browser has it after the page's script has filled it. */
function rendered(replica: LinkedinSite, url: string): string {
  const cookies = replica.session("ada");
  const shell = answerOf(replica, url, cookies).text;
  const path = /fetch\("([^"]+)"/.exec(shell)?.[1];
  return path === undefined
    ? shell
    : answerOf(replica, new URL(path, url).href + new URL(url).search, cookies).text;
}

function walk(replica: LinkedinSite, from: string): { items: Listed[]; asked: string[] } {
  const items: Listed[] = [];
  const asked: string[] = [];
  for (let at: string | undefined = from; at !== undefined; ) {
    asked.push(at);
    const result = source.list(page(rendered(replica, at), at));
    if (result.result === "empty") break;
    if (result.result !== "found") throw new Error(result.reason);
    items.push(...result.value.items);
    at = result.value.next?.url;
  }
  return { items, asked };
}

test("a search is the page that a member would open", () => {
  expect(
    source.plan(undefined, { keyword: "data engineer", location: "Denver", remote: true, withinMs: 1 }),
  ).toEqual([
    { url: `${site}/jobs/search/?keywords=data+engineer&location=Denver&f_WT=2&f_TPR=r60&sortBy=DD&start=0` },
  ]);
  expect(() => source.plan("acme", {})).toThrow("no argument");
});

test("the pages of a search are walked in steps of 25 to the number of results that they state", () => {
  const { items, asked } = walk(linkedin(madeUp(50)), source.plan(undefined, {})[0]?.url ?? "");
  expect(items.map(({ source_id }) => source_id)).toEqual(madeUp(50).map(({ id }) => id));
  expect(asked.map((url) => new URL(url).searchParams.get("start"))).toEqual(["0", "25"]);
  expect(items[0]).toEqual({
    source_id: first.id,
    url: viewUrl,
    stamp: "2026-10-01",
    postedAt: Date.UTC(2026, 9, 1),
  });
});

test("splitting a search leaves no posting out and names none twice", () => {
  const postings = madeUp(90);
  const replica = linkedin(postings);
  const asks = source.plan(undefined, {}).flatMap((ask) => source.split(ask));
  const ids = asks.flatMap(({ url }) => walk(replica, url).items).map(({ source_id }) => source_id);
  expect(ids).toHaveLength(90);
  expect(new Set(ids).size).toBe(90);
});

test("cards that are not filled yet are listed by their ids all the same", () => {
  const result = source.list(page(memberCards(madeUp(25), 25, 7)));
  expect(result).toMatchObject({ result: "found", value: { items: { length: 25 }, total: 25, next: null } });
});

test("a list of 1,000+ is one more at least", () => {
  const text = memberCards(madeUp(25), 1_000).replace("1,000 results", "1,000+ results");
  expect(source.list(page(text))).toMatchObject({ value: { total: 1_001 } });
});

test("cards are partial postings with the fields that they show", () => {
  const result = source.parse(
    page(memberCards([one({ remote: true, type: "contract", title: "R&D Analyst" })], 1)),
  );
  expect(result).toMatchObject({
    result: "partial",
    value: [
      {
        source_id: first.id,
        job_url: viewUrl,
        parsed: {
          title: "R&D Analyst",
          company: first.company,
          company_logo_url: expect.stringContaining("company-logo_100_100"),
          location: `${first.city}, ${first.country}`,
          workplace_type: "Remote",
          salary: { min: first.salary?.min, max: first.salary?.max, period: "year" },
          posted_time: "2026-10-01",
          application_type: "Easy Apply",
        },
      },
    ],
  });
});

test("a posting is read as it stands on the page of a member", () => {
  const posting = one({ remote: true, level: "director", type: "full_time", applicants: 150 });
  const replica = linkedin([posting]);
  expect(source.parse(page(rendered(replica, viewUrl), viewUrl))).toEqual({
    result: "found",
    value: [
      {
        source_id: posting.id,
        job_url: viewUrl,
        parsed: {
          title: posting.title,
          company: posting.company,
          company_logo_url: expect.stringContaining("company-logo_100_100"),
          location: `${posting.city}, ${posting.country}`,
          employment_type: "Full-time",
          seniority_level: "Director",
          workplace_type: "Remote",
          industries: [],
          job_functions: [],
          description_html: expect.stringContaining(posting.html),
          skills: ["SQL", "dbt"],
          salary: { min: posting.salary?.min, max: posting.salary?.max, currency: "$", period: "year" },
          posted_time: "Reposted 2 weeks ago",
          expire_time: null,
          apply_url: viewUrl,
          reposted: true,
          reposted_info: "Reposted 2 weeks ago",
          applicant_count: "Over 100 applicants",
          application_type: "Apply",
          skills_summary: null,
        },
      },
    ],
  });
});

test("a posting beside the list of its search is read, the list's cards are left", () => {
  const text = memberCards(madeUp(3, 2), 3) + memberView(one({ title: "Chosen" }));
  expect(source.parse(page(text, `${site}/jobs/search/?currentJobId=${first.id}`))).toMatchObject({
    result: "found",
    value: [{ source_id: first.id, parsed: { title: "Chosen" } }],
  });
});

test("a posting without its description is partial, a closed one gone, a search without results empty", () => {
  const bare = memberView(first).replace(
    /jobs-description__content|jobs-box__html-content|id="job-details"/g,
    "",
  );
  expect(source.parse(page(bare, viewUrl)).result).toBe("partial");
  const replica = linkedin([first]);
  replica.closed.add(first.id);
  expect(source.parse(page(rendered(replica, viewUrl), viewUrl))).toMatchObject({ result: "gone" });
  const words = memberView(one({ html: "<p>No longer accepting applications by post.</p>" }));
  expect(source.parse(page(words, viewUrl)).result).toBe("found");
  const { url } = source.plan(undefined, { keyword: "x" })[0] ?? { url: "" };
  expect(source.list(page(rendered(replica, url), url))).toMatchObject({ result: "empty" });
  expect(source.parse(page(memberCards([], 0)))).toMatchObject({ result: "empty" });
});

test("a page whose script has not run, and one in a new form, are changed, not empty", () => {
  const replica = linkedin(madeUp(3));
  const shell = answerOf(replica, `${site}/jobs/search/?start=0`, replica.session("ada")).text;
  expect(source.list(page(shell)).result).toBe("changed");
  expect(source.list(page("<main><h1>Welcome to our new careers pages</h1></main>")).result).toBe("changed");
});

test("without a session the page is the login's or the guest's, and who is restricted is told so", () => {
  const replica = linkedin(madeUp(3));
  const feed = answerOf(replica, `${site}/feed/`);
  expect(feed.url).toBe(`${site}/login`);
  expect(login.trouble(feed)).toBe("not logged in");
  expect(source.list(page(feed.text, feed.url))).toMatchObject({ result: "blocked", cause: "login" });
  const over = new Map([["li_at", "over"]]);
  expect(login.trouble(answerOf(replica, `${site}/jobs/search/`, over))).toBe("not logged in");
  const cookies = replica.session("ada");
  expect(login.trouble(answerOf(replica, `${site}/feed/`, cookies))).toBeUndefined();
  replica.banned.add("ada");
  expect(login.trouble(answerOf(replica, `${site}/feed/`, cookies))).toBe("banned account");
});
