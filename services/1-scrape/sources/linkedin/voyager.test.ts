import { expect, test } from "vitest";
import {
  answerOf,
  type LinkedinSite,
  linkedin,
  voyagerCards,
  voyagerPosting,
} from "../../../../test/replicas/linkedin.ts";
import { type MadeUp, madeUp } from "../../../../test/replicas/postings.ts";
import type { Listed } from "../../source.ts";
import { linkedinVoyagerSource } from "./voyager.ts";

const source = linkedinVoyagerSource();
const { login } = source;
if (login === null) throw new Error("it has a login");
const page = (text: string, url = "https://www.linkedin.com/voyager/api/x") => ({
  url,
  mediaType: "application/vnd.linkedin.normalized+json+2.1",
  body: Buffer.from(text),
});
const parse = (body: unknown) => source.parse(page(typeof body === "string" ? body : JSON.stringify(body)));
const [first] = madeUp(1) as [MadeUp];
const one = (changes: Partial<MadeUp>): MadeUp => ({ ...first, ...changes });
const posting = (changes: Record<string, unknown>) => {
  const answer = voyagerPosting(first) as { data: object; included: object[] };
  return { ...answer, data: { ...answer.data, ...changes } };
};
const plan = (keyword?: string) => source.plan(undefined, { keyword })[0]?.url ?? "";

/** As the fetcher asks: with the account's cookies and what the source wants beside them. */
const ask = (site: LinkedinSite, url: string, cookies: ReadonlyMap<string, string>) =>
  answerOf(site, url, cookies, login.headers(cookies));

function walk(site: LinkedinSite, from: string): { items: Listed[]; asked: string[] } {
  const cookies = site.session("ada");
  const items: Listed[] = [];
  const asked: string[] = [];
  for (let at: string | undefined = from; at !== undefined; ) {
    asked.push(at);
    const { text, url } = ask(site, at, cookies);
    const result = source.list(page(text, url));
    if (result.result === "empty") break;
    if (result.result !== "found") throw new Error(result.reason);
    items.push(...result.value.items);
    at = result.value.next?.url;
  }
  return { items, asked };
}

test("a search becomes a query of Voyager, in which a value cannot end its own place", () => {
  const [asked] = source.plan(undefined, {
    keyword: "R&D (data), lead",
    location: "Denver, CO",
    remote: true,
    withinMs: 3_600_000,
  });
  expect(asked?.url).toBe(
    "https://www.linkedin.com/voyager/api/voyagerJobsDashJobCards?decorationId=com.linkedin.voyager.dash.deco.jobs.search.JobSearchCardsCollection-220&count=25&q=jobSearch&query=(origin:JOB_SEARCH_PAGE_JOB_FILTER,keywords:R%26D%20%28data%29%2C%20lead,locationUnion:(seoLocation:(location:Denver%2C%20CO)),selectedFilters:(sortBy:List(DD),timePostedRange:List(r3600),workplaceType:List(2)),spellCorrectionEnabled:true)&start=0",
  );
  expect(new URL(asked?.url ?? "").href).toBe(asked?.url);
  expect(() => source.plan("acme", {})).toThrow("no argument");
});

test("the session's cookie is repeated as a token, without its quotes", () => {
  expect(login.headers(new Map([["JSESSIONID", '"ajax:123"']]))).toMatchObject({
    "csrf-token": "ajax:123",
    "x-restli-protocol-version": "2.0.0",
    accept: "application/vnd.linkedin.normalized+json+2.1",
  });
});

test("a list is walked to the end that it states", () => {
  const { items, asked } = walk(linkedin(madeUp(60)), plan());
  expect(items.map(({ source_id }) => source_id)).toEqual(madeUp(60).map(({ id }) => id));
  expect(asked.map((url) => /start=(\d+)/.exec(url)?.[1])).toEqual(["0", "25", "50"]);
  expect(items[0]).toEqual({
    source_id: first.id,
    url: `https://www.linkedin.com/voyager/api/jobs/jobPostings/${first.id}?decorationId=com.linkedin.voyager.deco.jobs.web.shared.WebFullJobPosting-65`,
    stamp: String(first.postedAt.getTime()),
    postedAt: first.postedAt.getTime(),
  });
});

test("of a longer list the first thousand are asked for, and how many there are is known", () => {
  const site = linkedin(madeUp(1_100));
  const { items, asked } = walk(site, plan());
  expect(items).toHaveLength(1_000);
  expect(asked.at(-1)).toContain("start=975");
  const { text, url } = ask(site, plan(), site.session("ada"));
  expect(source.list(page(text, url))).toMatchObject({ value: { total: 1_100 } });
});

test("splitting a list leaves no posting out and names none twice", () => {
  const postings = madeUp(120);
  const site = linkedin(postings);
  let asks = [{ url: plan() }];
  for (let depth = 0; depth < 2; depth++) {
    asks = asks.flatMap((asked) => source.split(asked));
    const ids = asks.flatMap(({ url }) => walk(site, url).items).map(({ source_id }) => source_id);
    expect(ids).toHaveLength(postings.length);
    expect(new Set(ids).size).toBe(postings.length);
  }
  expect(asks).toHaveLength(3 * 7);
  // A level is not stated by every posting: the list stays beside its parts, and is not split again.
  const byLevel = source.split({ url: asks[0]?.url.replace("start=0", "start=25") ?? "" });
  expect(byLevel).toHaveLength(6 + 1);
  expect(byLevel[6]?.url).toBe(`${asks[0]?.url}&servedEventEnabled=false`);
  expect(byLevel.flatMap((asked) => source.split(asked))).toEqual([]);
});

test("a posting is read with every field", () => {
  const whole = one({ remote: true, level: "director", applicants: 17, type: "full_time" });
  const result = parse(voyagerPosting(whole));
  expect(result).toEqual({
    result: "found",
    value: [
      {
        source_id: whole.id,
        job_url: `https://www.linkedin.com/jobs/view/${whole.id}`,
        parsed: {
          title: whole.title,
          company: whole.company,
          company_logo_url: expect.stringMatching(/^https:\/\/media\.licdn\.com\/.*company-logo_200_200/),
          location: `${whole.city}, ${whole.country}`,
          employment_type: "Full-time",
          seniority_level: "Director",
          workplace_type: "Remote",
          industries: ["Technology, Information and Internet"],
          job_functions: ["Engineering", "Information Technology"],
          description_html: expect.stringMatching(
            /^<p>We look for .* data &amp; plain words\..*<\/p>\n<li>.*<\/li>/,
          ),
          skills: ["SQL", "dbt"],
          salary: {
            min: whole.salary?.min,
            max: whole.salary?.max,
            currency: whole.salary?.currency,
            period: "HOURLY",
          },
          posted_time: whole.postedAt.toISOString(),
          expire_time: new Date(whole.postedAt.getTime() + 30 * 86_400_000).toISOString(),
          apply_url: `https://careers.example/apply/${whole.id}`,
          reposted: true,
          reposted_info: `first listed ${new Date(whole.postedAt.getTime() - 10 * 86_400_000).toISOString()}`,
          applicant_count: "17",
          application_type: "OffsiteApply",
          skills_summary: "SQL, dbt",
        },
      },
    ],
  });
});

test("other forms of the same facts are read too", () => {
  const parsed = (changes: Record<string, unknown>) => {
    const result = parse(posting(changes));
    return result.result === "found" || result.result === "partial" ? result.value[0]?.parsed : undefined;
  };
  expect(
    parsed({
      applyMethod: {
        "com.linkedin.voyager.jobs.SimpleOnsiteApply": {
          easyApplyUrl: "https://www.linkedin.com/job-apply/1",
        },
      },
    }),
  ).toMatchObject({
    application_type: "SimpleOnsiteApply",
    apply_url: "https://www.linkedin.com/job-apply/1",
  });
  expect(
    parsed({
      companyDetails: { "com.linkedin.voyager.jobs.JobPostingCompanyName": { companyName: "Loom" } },
    }),
  ).toMatchObject({ company: "Loom" });
  expect(
    parsed({
      companyDetails: {
        "com.linkedin.voyager.deco.jobs.web.shared.WebCompactJobPostingCompany": {
          companyResolutionResult: { name: "Nail" },
        },
      },
    }),
  ).toMatchObject({ company: "Nail" });
  expect(
    parsed({ "*workplaceTypesResolutionResults": undefined, workplaceTypes: ["urn:li:fs_workplaceType:3"] }),
  ).toMatchObject({ workplace_type: "Hybrid" });
  expect(parsed({ formattedEmploymentStatus: undefined })).toMatchObject({ employment_type: "FULL_TIME" });
  expect(parsed({ description: { html: "<p>Words</p>" } })).toMatchObject({
    description_html: "<p>Words</p>",
  });
  expect(
    parsed({ salaryInsights: { providedByEmployer: false, compensationBreakdown: [{ minSalary: 1 }] } }),
  ).toMatchObject({ salary: null });
  expect(parsed({ applies: 0, applyMethod: null })).toMatchObject({ applicant_count: null, apply_url: null });
});

test("a posting without its description is partial, and an answer without inner data is read as well", () => {
  expect(parse(posting({ description: null })).result).toBe("partial");
  const { data, included } = posting({}) as { data: object; included: object[] };
  expect(parse({ ...data, included })).toMatchObject({
    result: "found",
    value: [{ parsed: { company: first.company } }],
  });
});

test("cards are partial postings; the second card of each is none", () => {
  const result = parse(
    voyagerCards([one({ remote: true, level: "director", type: "contract" }), ...madeUp(2, 2)], 0, 3),
  );
  expect(result).toMatchObject({
    result: "partial",
    value: [
      {
        source_id: first.id,
        job_url: `https://www.linkedin.com/jobs/view/${first.id}/`,
        parsed: {
          title: first.title,
          company: first.company,
          company_logo_url: expect.stringContaining("company-logo_200_200"),
          location: `${first.city}, ${first.country}`,
          workplace_type: "Remote",
          posted_time: first.postedAt.toISOString(),
          reposted: true,
          application_type: "Easy Apply",
          applicant_count: `${first.applicants} applicants`,
          salary: { min: first.salary?.min, max: first.salary?.max },
        },
      },
      {},
      {},
    ],
  });
  if (result.result === "partial") expect(result.value).toHaveLength(3);
});

test("the same cards are read from the API's other forms", () => {
  const answer = voyagerCards(madeUp(2), 0, 2) as { data: Record<string, unknown>; included: object[] };
  const { paging } = answer.data;
  const urns = madeUp(2).map(({ id }) => `urn:li:fsd_jobPostingCard:(${id},JOBS_SEARCH)`);
  const wrapped = urns.map((urn) => ({ jobCard: { jobPostingCardWrapper: { "*jobPostingCard": urn } } }));
  const asked = (list: object) => ({
    ...answer,
    data: { data: { $type: "x", jobsDashJobCardsByAnySearch: list } },
  });
  for (const form of [asked({ paging, elements: wrapped }), asked({ paging, "*elements": urns })]) {
    expect(parse(form)).toEqual(parse(answer));
    expect(source.list(page(JSON.stringify(form)))).toEqual(source.list(page(JSON.stringify(answer))));
  }
  const company = { entityUrn: "urn:li:fs_normalized_company:7", name: "Made Up" };
  const old = {
    $type: "com.linkedin.voyager.jobs.JobPosting",
    entityUrn: "urn:li:fs_normalized_jobPosting:4100000001",
    title: "Tinsmith",
    formattedLocation: "Graz, Austria",
    workRemoteAllowed: true,
    listedAt: 1_767_225_600_000,
    companyDetails: { "*companyResolutionResult": company.entityUrn },
  };
  const mini = { ...old, entityUrn: "urn:li:fs_miniJob:4100000002", companyDetails: null };
  expect(parse({ data: { elements: [{}, {}] }, included: [company, old, mini] })).toMatchObject({
    result: "partial",
    value: [
      {
        source_id: "4100000001",
        parsed: {
          title: "Tinsmith",
          company: "Made Up",
          location: "Graz, Austria",
          workplace_type: "Remote",
          posted_time: "2026-01-01T00:00:00.000Z",
        },
      },
      { source_id: "4100000002", parsed: { company: null } },
    ],
  });
  const byName = {
    data: { data: { "*jobsDashJobPostingsById": "urn:li:fsd_jobPosting:4100000003" } },
    included: [{ ...old, entityUrn: "urn:li:fsd_jobPosting:4100000003", description: { text: "Solder." } }],
  };
  expect(parse(byName)).toMatchObject({ result: "found", value: [{ parsed: { title: "Tinsmith" } }] });
});

test("a closed posting and one that is not there are gone, nothing found is empty", () => {
  const site = linkedin([first]);
  site.closed.add(first.id);
  const cookies = site.session("ada");
  const at = (id: string) =>
    ask(site, `https://www.linkedin.com/voyager/api/jobs/jobPostings/${id}`, cookies).text;
  expect(parse(at(first.id))).toEqual({ result: "gone", reason: "the posting is closed" });
  expect(parse(at("9999999999"))).toMatchObject({ result: "gone" });
  expect(source.list(page(ask(site, plan("x"), cookies).text, plan("x")))).toEqual({
    result: "empty",
    reason: "the search finds no postings",
  });
  expect(parse(voyagerCards([], 0, 0)).result).toBe("empty");
});

test("answers in a form that we do not know are changed, not empty", () => {
  for (const body of [
    { data: {} },
    { data: { elements: [{ jobCardUnion: { "*other": "urn:li:x:1" } }] }, included: [] },
    { data: { elements: [{}, null, 3] } },
    [],
    "null",
    "{",
    { data: { status: 400, message: "no such decoration" } },
  ]) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    expect(source.list(page(text)).result, text).toBe("changed");
    expect(["changed", "empty"], text).toContain(parse(text).result);
  }
  const half = voyagerCards(madeUp(2), 0, 2) as { included: { entityUrn: string }[] };
  const lacking = {
    ...half,
    included: half.included.filter(({ entityUrn }) => !entityUrn.includes(`(${first.id},`)),
  };
  expect(source.list(page(JSON.stringify(lacking)))).toMatchObject({ result: "partial", missing: 1 });
});

test("what the API says instead of an answer is told by its cause", () => {
  expect(parse({ data: { status: 401 } })).toMatchObject({ result: "blocked", cause: "login" });
  expect(parse({ status: 403 })).toMatchObject({ result: "blocked", cause: "forbidden" });
  expect(parse({ status: 429 })).toMatchObject({ result: "blocked", cause: "too many requests" });
  const login = `<title>LinkedIn Login, Sign in | LinkedIn</title>`;
  expect(source.list(page(login))).toMatchObject({ result: "blocked", cause: "login" });
});

test("of three accounts the one that is well goes on, the others are told apart", () => {
  const site = linkedin(madeUp(3));
  const [well, restricted] = [site.session("ada"), site.session("bob")];
  site.banned.add("bob");
  const trouble = (cookies: ReadonlyMap<string, string>) => login.trouble(ask(site, plan(), cookies));
  expect(trouble(well)).toBeUndefined();
  expect(trouble(restricted)).toBe("banned account");
  // A session that is over is taken back by the answer's cookies, which the fetcher looks at.
  expect(trouble(new Map())).toBe("not logged in");
  const foreign = new Map([...well, ["JSESSIONID", '"ajax:another"']]);
  expect(ask(site, plan(), foreign)).toMatchObject({ status: 403, text: "CSRF check failed." });
  expect(trouble(foreign)).toBe("not logged in");
});

test("only a restricted account is a banned one; a check, a pause or words of a posting are not", () => {
  const at = (path: string, text: string, status = 200) =>
    login.trouble({ status, url: `https://www.linkedin.com${path}`, text });
  expect(at("/checkpoint/challenge/x", "<h1>Let's do a quick security check</h1>")).toBe("not logged in");
  expect(at("/checkpoint/challenge/x", "<h1>We've restricted your account temporarily</h1>")).toBe(
    "banned account",
  );
  expect(at("/uas/login?x", "")).toBe("not logged in");
  expect(at("/authwall", "")).toBe("not logged in");
  expect(at("/voyager/api/x", "", 401)).toBe("not logged in");
  expect(at("/voyager/api/x", "", 429)).toBeUndefined();
  expect(at("/voyager/api/x", "", 999)).toBeUndefined();
  expect(at("/voyager/api/x", `{"text":"Access to the account is restricted to staff"}`)).toBeUndefined();
});

test("entities that name one another without end take no time", () => {
  const urns = Array.from({ length: 60 }, (_, index) => `urn:li:fsd_x:${index}`);
  const answer = {
    data: { ...posting({}).data, companyDetails: urns },
    included: urns.map((entityUrn) => ({ entityUrn, "*others": urns })),
  };
  const before = process.threadCpuUsage();
  expect(parse(answer).result).toBe("found");
  expect(process.threadCpuUsage(before).user).toBeLessThan(1_000_000);
});

test("fields of another type than the API's are left out and harm nothing", () => {
  const odd = Object.fromEntries(
    Object.keys((voyagerPosting(first) as { data: object }).data)
      .filter((key) => !/jobPostingId|title|Urn$|closedAt|jobState/.test(key))
      .map((key, index) => [key, [7, {}, [], [null], "x", true, null, { a: { b: [] } }][index % 8]]),
  );
  expect(["found", "partial"]).toContain(parse(posting(odd)).result);
  const loop = {
    data: { ...posting({}).data, companyDetails: "urn:a" },
    included: [
      { entityUrn: "urn:a", "*b": "urn:b" },
      { entityUrn: "urn:b", "*a": "urn:a" },
    ],
  };
  expect(parse(loop)).toMatchObject({ result: "found", value: [{ parsed: { company: null } }] });
});
