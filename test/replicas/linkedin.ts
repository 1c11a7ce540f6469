// Owns the replica of LinkedIn: what guests see (search fragments, the view of a posting, the wall that comes after a
// while), the login, the pages of members, which only a script fills, and Voyager, the API behind them.
import { randomUUID } from "node:crypto";
import type { MadeUp } from "./postings.ts";
import type { Answering, ReplicaAnswer, ReplicaRequest } from "./site.ts";

export interface LinkedinSite {
  answer: Answering;
  /** Ids of postings that take no more applications. */
  closed: Set<string>;
  /** Members by the value of their li_at. */
  sessions: Map<string, string>;
  /** Members whose account is restricted; their session shows it. */
  banned: Set<string>;
  /** The cookies of a member, as if it had logged in. */
  session(member: string): ReadonlyMap<string, string>;
}

export interface LinkedinOptions {
  /** Cards in one fragment: 10, and 25 in earlier years. */
  pageSize?: number;
  /** Beyond it the site shows nothing, however much there is. */
  shownMax?: number;
  /** Guests meet the wall after so many pages. */
  wallAfter?: number;
  /** Names with their passwords. */
  members?: ReadonlyMap<string, string>;
  /** For "posted within"; milliseconds since 1970. */
  now?: () => number;
}

const memberPageSize = 25;
const employment = {
  full_time: ["F", "Full-time"],
  part_time: ["P", "Part-time"],
  contract: ["C", "Contract"],
  internship: ["I", "Internship"],
} as const;
const levels = {
  entry: ["2", "Entry level"],
  mid: ["3", "Associate"],
  senior: ["4", "Mid-Senior level"],
  director: ["5", "Director"],
} as const;

const escaped = (text: string) =>
  text.replace(/[&<>"]/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[one] ?? one);
const slug = (one: MadeUp) =>
  `${one.title} at ${one.company}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .concat(`-${one.id}`);
const place = (one: MadeUp) => `${one.city}, ${one.country}`;
const day = (one: MadeUp) => one.postedAt.toISOString().slice(0, 10);
const logoOf = (one: MadeUp) =>
  `https://media.licdn.com/dms/image/v2/${one.company.length}/company-logo_100_100/0/made_up_logo?e=1&v=beta`;
const viewOf = (one: MadeUp) => `https://ee.linkedin.com/jobs/view/${slug(one)}`;

export function linkedin(postings: readonly MadeUp[], options: LinkedinOptions = {}): LinkedinSite {
  const {
    pageSize = 10,
    shownMax = 1_000,
    wallAfter = Number.POSITIVE_INFINITY,
    members,
    now = Date.now,
  } = options;
  const closed = new Set<string>();
  const sessions = new Map<string, string>();
  const banned = new Set<string>();
  const tokens = new Map<string, string>();
  let asked = 0;

  const session = (member: string) => {
    const cookies = new Map([
      ["li_at", `AQED${randomUUID()}`],
      ["JSESSIONID", `"ajax:${randomUUID()}"`],
    ]);
    sessions.set(cookies.get("li_at") ?? "", member);
    tokens.set(cookies.get("li_at") ?? "", (cookies.get("JSESSIONID") ?? "").replaceAll('"', ""));
    return cookies;
  };

  /** What a search finds, the latest first. */
  function matching(wanted: (name: string) => string | null): MadeUp[] {
    const words = (wanted("keywords") ?? "").toLowerCase().split(/\s+/);
    const where = (wanted("location") ?? "").toLowerCase();
    const within = /^r(\d+)$/.exec(wanted("f_TPR") ?? "")?.[1];
    const among = (name: string, value: string) => wanted(name)?.split(",").includes(value) !== false;
    return postings
      .filter((one) => !closed.has(one.id))
      .filter((one) => words.every((word) => one.title.toLowerCase().includes(word)))
      .filter((one) => place(one).toLowerCase().includes(where))
      .filter((one) => among("f_WT", one.remote ? "2" : "1"))
      .filter((one) => among("f_JT", employment[one.type][0]))
      .filter((one) => among("f_E", levels[one.level][0]))
      .filter((one) => within === undefined || one.postedAt.getTime() >= now() - Number(within) * 1000)
      .sort((a, b) => b.postedAt.getTime() - a.postedAt.getTime());
  }

  function guestSearch(request: ReplicaRequest): ReplicaAnswer {
    const start = Number(request.query.get("start") ?? 0) || 0;
    if (start >= shownMax) return { status: 400, body: "" };
    const found = matching((name) => request.query.get(name)).slice(0, shownMax);
    return { body: fragment(found.slice(start, start + pageSize)) };
  }

  function guestPage(request: ReplicaRequest): ReplicaAnswer {
    const found = matching((name) => request.query.get(name));
    return {
      body: `${head("d_jobs_guest_search", "Jobs | LinkedIn")}<header>${navigation}</header>
<span class="results-context-header__job-count">${found.length > shownMax ? `${shownMax.toLocaleString("en")}+` : found.length}</span>
<code id="totalResults" style="display: none"><!--${found.length}--></code>
<ul class="jobs-search__results-list">${found.slice(0, pageSize).map(card).join("")}</ul>`,
    };
  }

  function voyager(request: ReplicaRequest): ReplicaAnswer {
    const token = tokens.get(request.cookies.get("li_at") ?? "");
    const member = sessions.get(request.cookies.get("li_at") ?? "");
    if (member === undefined || token === undefined) {
      if (!request.cookies.has("li_at")) return json({ status: 401 }, 401);
      // The API takes the dead cookie back and says no more than "ask again".
      const location = `${request.path}?${request.query}`;
      const over = "li_at=delete me; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
      return { status: 302, body: "", headers: { location, "set-cookie": over } };
    }
    if (banned.has(member)) return redirect("/checkpoint/challenge/AgHmadeup");
    const given = request.headers["csrf-token"];
    if (given !== token || request.cookies.get("JSESSIONID")?.replaceAll('"', "") !== token)
      return { status: 403, type: "text/plain", body: "CSRF check failed." };
    const id = /^\/voyager\/api\/jobs\/jobPostings\/(\d+)$/.exec(request.path)?.[1];
    if (id !== undefined) {
      const one = postings.find((posting) => posting.id === id);
      return one === undefined
        ? json({ data: { status: 404 } }, 404)
        : json(voyagerPosting(one, closed.has(id)));
    }
    const query = request.query.get("query") ?? "";
    const start = Number(request.query.get("start") ?? 0) || 0;
    const count = Math.min(100, Number(request.query.get("count") ?? 25) || 25);
    if (start >= shownMax) return json({ data: { status: 400 } }, 400);
    const filters = new Map(
      [...query.matchAll(/(\w+):List\(([^)]*)\)/g)].map(([, name, value]) => [name, value]),
    );
    const named: Record<string, string> = { f_WT: "workplaceType", f_JT: "jobType", f_E: "experience" };
    const found = matching((name) => {
      if (name === "keywords") return /[(,]keywords:([^,)]*)/.exec(query)?.[1] ?? null;
      if (name === "location") return /\(location:([^)]*)\)/.exec(query)?.[1] ?? null;
      return filters.get(name === "f_TPR" ? "timePostedRange" : (named[name] ?? "")) ?? null;
    });
    return json(voyagerCards(found.slice(0, shownMax).slice(start, start + count), start, found.length));
  }

  function logIn(request: ReplicaRequest): ReplicaAnswer {
    const form = new URLSearchParams(request.text);
    const user = form.get("session_key") ?? "";
    if (user === "" || members?.get(user) !== form.get("session_password"))
      return { body: loginPage("Wrong email or password. Try again or create an account.") };
    if (banned.has(user)) return redirect("/checkpoint/challenge/AgHmadeup");
    const cookies = [...session(user)].map(([name, value]) => `${name}=${value}; Path=/; Max-Age=31536000`);
    return { status: 303, body: "", headers: { location: "/feed/", "set-cookie": cookies } };
  }

  /** A page of members. Its lists come by a second request, which its script makes. */
  function memberPage(request: ReplicaRequest): ReplicaAnswer | undefined {
    const member = sessions.get(request.cookies.get("li_at") ?? "");
    if (member === undefined) return undefined;
    if (banned.has(member)) return redirect("/checkpoint/challenge/AgHmadeup");
    if (request.path === "/feed/")
      return { body: `${head("d_flagship3_feed", "Feed | LinkedIn")}<main>News</main>` };
    if (request.path === "/jobs/search/") {
      return {
        body: `${head("d_flagship3_search_srp_jobs", "Jobs | LinkedIn")}${filledBy("/made-up/cards")}`,
      };
    }
    if (request.path === "/made-up/cards") {
      const start = Number(request.query.get("start") ?? 0) || 0;
      const found = matching((name) => request.query.get(name));
      return {
        body: memberCards(found.slice(0, shownMax).slice(start, start + memberPageSize), found.length),
      };
    }
    const id = /^\/(?:jobs\/view|made-up\/view)\/(?:[^/]*-)?(\d+)\/?$/.exec(request.path)?.[1];
    const one = postings.find((posting) => posting.id === id);
    if (one === undefined) return undefined;
    if (request.path.startsWith("/made-up/")) return { body: memberView(one, closed.has(one.id)) };
    return {
      body: `${head("d_flagship3_job_details", "Job | LinkedIn")}${filledBy(`/made-up/view/${one.id}`)}`,
    };
  }

  function guest(request: ReplicaRequest): ReplicaAnswer | undefined {
    if (++asked > wallAfter) {
      return redirect(
        `/authwall?trk=qf&sessionRedirect=${encodeURIComponent(`https://www.linkedin.com${request.path}`)}`,
      );
    }
    if (request.path === "/jobs-guest/jobs/api/seeMoreJobPostings/search") return guestSearch(request);
    if (/^\/jobs\/search\/?$/.test(request.path)) return guestPage(request);
    const id =
      /^\/jobs-guest\/jobs\/api\/jobPosting\/(\d+)$/.exec(request.path)?.[1] ??
      /^\/jobs\/view\/(?:[^/]*-)?(\d+)\/?$/.exec(request.path)?.[1];
    const one = postings.find((posting) => posting.id === id);
    if (one === undefined) return undefined;
    const view = guestView(one, closed.has(one.id));
    return {
      body: request.path.startsWith("/jobs/view/")
        ? wholePage(one, view, postings)
        : `<!DOCTYPE html>${view}`,
    };
  }

  return {
    closed,
    sessions,
    banned,
    session,
    answer(request) {
      const { path, method } = request;
      if (path === "/authwall") return { body: authwall };
      if (path === "/login" && method === "GET") return { body: loginPage("") };
      if (path === "/checkpoint/lg/login-submit")
        return method === "POST" ? logIn(request) : redirect("/login");
      if (path.startsWith("/checkpoint/challenge/")) return { body: restricted };
      if (path.startsWith("/voyager/api/")) return voyager(request);
      if (path.startsWith("/made-up/") || path === "/feed/") return memberPage(request) ?? redirect("/login");
      return memberPage(request) ?? guest(request);
    },
  };
}

const json = (body: unknown, status = 200): ReplicaAnswer => ({
  status,
  type: "application/vnd.linkedin.normalized+json+2.1; charset=utf-8",
  body: JSON.stringify(body),
});
const redirect = (location: string): ReplicaAnswer => ({ status: 302, body: "", headers: { location } });

const head = (key: string, title: string) =>
  `<!DOCTYPE html><html lang="en"><head><meta name="pageKey" content="${key}"><meta charset="utf-8">
<meta id="config" data-recaptcha-v3-integration-lix-value="control"><title>${escaped(title)}</title></head><body>`;
/** On every page that guests see. */
const navigation = `<nav><a href="https://www.linkedin.com/login?session_redirect=x">Sign in</a><a href="/signup/cold-join">Join now</a>
<form action="https://www.linkedin.com/uas/login-submit"><h2>Sign in to see who you already know</h2></form></nav>`;
const authwall = `${head("auth_wall_desktop_jobs", "Sign Up | LinkedIn")}<main class="authwall-join-form">${"<p>Join LinkedIn to keep looking.</p>".repeat(200)}</main>`;
const restricted = `${head("d_checkpoint_ch", "Security Verification | LinkedIn")}<h1>Access to your account has been restricted</h1>`;

function loginPage(complaint: string): string {
  return `${head("d_checkpoint_lg_consumerLogin", "LinkedIn Login, Sign in | LinkedIn")}
<form class="login__form" action="/checkpoint/lg/login-submit" method="post"><div role="alert">${complaint}</div>
<input id="username" name="session_key"><input id="password" name="session_password" type="password">
<button type="submit">Sign in</button></form>`;
}

/** What scrolling loads: nothing at all where there is no more. */
export function fragment(postings: readonly MadeUp[]): string {
  return `<!DOCTYPE html>\n\n${postings.length === 0 ? "<!---->" : postings.map(card).join("\n")}`;
}

function card(one: MadeUp): string {
  const pay = one.salary;
  return `<li><div class="base-card relative w-full base-card--link base-search-card job-search-card" data-entity-urn="urn:li:jobPosting:${one.id}" data-column="1">
  <a class="base-card__full-link absolute" href="${viewOf(one)}?position=1&amp;pageNum=0&amp;refId=x"><span class="sr-only">
      ${escaped(one.title)}
  </span></a>
  <div class="search-entity-media"><img class="artdeco-entity-image" data-delayed-url="${escaped(logoOf(one))}" data-ghost-url="https://static.licdn.com/ghost" alt></div>
  <div class="base-search-card__info"><h3 class="base-search-card__title">
      ${escaped(one.title)}
    </h3><h4 class="base-search-card__subtitle"><a class="hidden-nested-link" href="https://ee.linkedin.com/company/x">
      ${escaped(one.company)}
    </a></h4><!----><div class="base-search-card__metadata"><span class="job-search-card__location">
      ${escaped(place(one))}
    </span>${pay === null ? "" : `<span class="job-search-card__salary-info">${money(pay.min, pay)} - ${money(pay.max, pay)}</span>`}
    <time class="job-search-card__listdate" datetime="${day(one)}">
      1 week ago
    </time></div></div></div></li>`;
}

const signs: Record<string, string> = { USD: "$", EUR: "€" };
const money = (amount: number, { currency }: { currency: string }) =>
  `${signs[currency] ?? currency}${amount.toLocaleString("en", { minimumFractionDigits: 2 })}`;

/** The part of a posting's page that the guest API gives alone. */
export function guestView(one: MadeUp, closed = false): string {
  const { salary: pay } = one;
  const per = pay?.period === "hour" ? "hr" : "yr";
  const criterion = (label: string, value: string) =>
    `<li class="description__job-criteria-item"><h3 class="description__job-criteria-subheader">${label}</h3>
<span class="description__job-criteria-text description__job-criteria-text--criteria">
 ${value} </span></li>`;
  return `<section class="top-card-layout container-lined"><div class="top-card-layout__card">
<a href="https://ee.linkedin.com/company/x?trk=public_jobs_topcard_logo"><img class="artdeco-entity-image artdeco-entity-image--square-5" data-delayed-url="${escaped(logoOf(one))}" alt="x"></a>
<h2 class="top-card-layout__title font-sans topcard__title">${escaped(one.title)}</h2>
<h4 class="top-card-layout__second-subline"><div class="topcard__flavor-row"><span class="topcard__flavor">
<a class="topcard__org-name-link topcard__flavor--black-link" href="https://ee.linkedin.com/company/x">
 ${escaped(one.company)} </a></span>
<span class="topcard__flavor topcard__flavor--bullet"> ${escaped(place(one))}${one.remote ? " (Remote)" : ""} </span></div>
<div class="topcard__flavor-row"><span class="posted-time-ago__text topcard__flavor--metadata"> ${one.level === "director" ? "Reposted 2 weeks ago" : "3 days ago"} </span>
<span class="num-applicants__caption topcard__flavor--metadata topcard__flavor--bullet"> ${one.applicants} applicants </span></div></h4>
${
  closed
    ? `<figure class="closed-job closed-job__flavor topcard__flavor-row"><figcaption class="closed-job__flavor--closed">No longer accepting applications</figcaption></figure>`
    : one.type === "contract"
      ? `<button class="apply-button" data-tracking-control-name="public_jobs_apply-link-onsite">Apply</button>`
      : `<button data-tracking-control-name="public_jobs_apply-link-offsite_contextual-sign-in-modal">Apply</button>
<code id="applyUrl" style="display: none"><!--"https://www.linkedin.com/jobs/view/externalApply/${one.id}?url=${encodeURIComponent(`https://careers.example/apply/${one.id}?a=1&b=2`)}&urlHash=x"--></code>`
}
</div></section>
<div class="decorated-job-posting__details">${
    pay === null
      ? ""
      : `<section class="core-section-container compensation"><h3>Base pay range</h3><div class="salary compensation__salary">
 ${money(pay.min, pay)}/${per} - ${money(pay.max, pay)}/${per} </div></section>`
  }
<section class="core-section-container my-3 description"><div class="description__text description__text--rich"><section class="show-more-less-html" data-max-lines="5">
<div class="show-more-less-html__markup show-more-less-html__markup--clamp-after-5 relative overflow-hidden">
 ${one.html} </div><button class="show-more-less-html__button">Show more</button></section></div>
<ul class="description__job-criteria-list">${criterion("Seniority level", levels[one.level][1])}${criterion("Employment type", employment[one.type][1])}
${criterion("Job function", "Engineering and Information Technology")}${criterion("Industries", "Technology, Information and Internet")}</ul></section></div>
<code id="decoratedJobPostingId" style="display: none"><!--"${one.id}"--></code>`;
}

function wholePage(one: MadeUp, view: string, all: readonly MadeUp[]): string {
  return `${head("d_jobs_guest_details", `${one.company} hiring ${one.title}`).replace(
    "</head>",
    `<link rel="canonical" href="${viewOf(one)}"><meta property="lnkd:url" content="https://www.linkedin.com/jobs/view/${one.id}/"></head>`,
  )}<header>${navigation}</header><main>${view}
<section class="core-section-container my-3 similar-jobs"><ul>${all
    .slice(0, 3)
    .map((other) =>
      card(other)
        .replaceAll("base-search-card", "base-main-card")
        .replaceAll("job-search-card", "main-job-card"),
    )
    .join("")}</ul></section></main></body></html>`;
}

const urn = (kind: string, id: string) => `urn:li:${kind}:${id}`;
/** A company's number, made of its name. */
const companyId = (one: MadeUp) => String(1_000 + one.company.length * 7 + one.company.charCodeAt(0));

function logo(one: MadeUp): object {
  return {
    $type: "com.linkedin.common.VectorImage",
    rootUrl: "https://media.licdn.com/dms/image/v2/made-up/company-logo_",
    artifacts: [100, 200].map((width) => ({
      width,
      fileIdentifyingUrlPathSegment: `${width}_${width}/${companyId(one)}?e=1`,
    })),
  };
}

export function voyagerCards(page: readonly MadeUp[], start: number, total: number): object {
  const included = page.flatMap((one) => [
    {
      $type: "com.linkedin.voyager.dash.jobs.JobPostingCard",
      entityUrn: urn("fsd_jobPostingCard", `(${one.id},JOBS_SEARCH)`),
      jobPostingUrn: urn("fsd_jobPosting", one.id),
      "*jobPosting": urn("fsd_jobPosting", one.id),
      preDashNormalizedJobPostingUrn: urn("fs_normalized_jobPosting", one.id),
      jobPostingTitle: one.title,
      title: { $type: "com.linkedin.voyager.dash.common.text.TextViewModel", text: one.title },
      primaryDescription: { text: one.company },
      secondaryDescription: { text: `${place(one)} (${one.remote ? "Remote" : "On-site"})` },
      tertiaryDescription:
        one.salary === null
          ? null
          : {
              text: `${money(one.salary.min, one.salary)}/yr - ${money(one.salary.max, one.salary)}/yr · 2 benefits`,
            },
      logo: { attributes: [{ detailData: { "*companyLogo": urn("fsd_company", companyId(one)) } }] },
      footerItems: [
        { type: "LISTED_DATE", timeAt: one.postedAt.getTime() },
        { type: "APPLICANT_COUNT_TEXT", text: { text: `${one.applicants} applicants` } },
        ...(one.type === "contract" ? [{ type: "EASY_APPLY_TEXT", text: { text: "Easy Apply" } }] : []),
      ],
    },
    {
      $type: "com.linkedin.voyager.dash.jobs.JobPosting",
      entityUrn: urn("fsd_jobPosting", one.id),
      title: one.title,
      repostedJob: one.level === "director",
    },
    // Every posting has a second card, for its own page.
    {
      $type: "com.linkedin.voyager.dash.jobs.JobPostingCard",
      entityUrn: urn("fsd_jobPostingCard", `(${one.id},JOB_DETAILS)`),
    },
    {
      $type: "com.linkedin.voyager.dash.organization.Company",
      entityUrn: urn("fsd_company", companyId(one)),
      logo: { vectorImage: logo(one) },
    },
  ]);
  return {
    data: {
      metadata: {},
      elements: page.map((one) => ({
        jobCardUnion: { "*jobPostingCard": urn("fsd_jobPostingCard", `(${one.id},JOBS_SEARCH)`) },
        $type: "com.linkedin.voyager.dash.jobs.JobsDashJobCard",
      })),
      paging: { count: page.length, start, total, links: [] },
    },
    included,
  };
}

export function voyagerPosting(one: MadeUp, closed = false): object {
  const company = urn("fs_normalized_company", companyId(one));
  const text = one.html
    .replace(/<li>/g, "")
    .replace(/<\/(?:p|li)>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&amp;", "&");
  const items = [...one.html.matchAll(/<li>([^<]*)/g)].map(([, item = ""]) => item);
  return {
    data: {
      $type: "com.linkedin.voyager.jobs.JobPosting",
      entityUrn: urn("fs_normalized_jobPosting", one.id),
      dashEntityUrn: urn("fsd_jobPosting", one.id),
      jobPostingId: Number(one.id),
      jobPostingUrl: `https://www.linkedin.com/jobs/view/${one.id}`,
      title: one.title,
      jobState: closed ? "CLOSED" : "LISTED",
      closedAt: closed ? one.postedAt.getTime() + 1_000 : null,
      listedAt: one.postedAt.getTime(),
      originalListedAt: one.postedAt.getTime() - (one.level === "director" ? 10 * 86_400_000 : 0),
      expireAt: one.postedAt.getTime() + 30 * 86_400_000,
      companyDetails: {
        $type: "com.linkedin.voyager.deco.jobs.web.shared.WebCompactJobPostingCompany",
        company,
        "*companyResolutionResult": company,
      },
      formattedLocation: place(one),
      workRemoteAllowed: one.remote,
      workplaceTypes: [urn("fs_workplaceType", one.remote ? "2" : "1")],
      "*workplaceTypesResolutionResults": {
        [urn("fs_workplaceType", one.remote ? "2" : "1")]: urn("fs_workplaceType", one.remote ? "2" : "1"),
      },
      formattedEmploymentStatus: employment[one.type][1],
      employmentStatus: urn("fs_employmentStatus", one.type.toUpperCase()),
      formattedExperienceLevel: levels[one.level][1],
      formattedIndustries: ["Technology, Information and Internet"],
      formattedJobFunctions: ["Engineering", "Information Technology"],
      skillsDescription: "SQL, dbt",
      applies: one.applicants,
      applyMethod:
        one.type === "contract"
          ? {
              $type: "com.linkedin.voyager.jobs.ComplexOnsiteApply",
              easyApplyUrl: `https://www.linkedin.com/job-apply/${one.id}`,
            }
          : {
              $type: "com.linkedin.voyager.jobs.OffsiteApply",
              companyApplyUrl: `https://careers.example/apply/${one.id}`,
            },
      salaryInsights:
        one.salary === null
          ? null
          : {
              providedByEmployer: true,
              compensationBreakdown: [
                {
                  compensationType: "BASE_SALARY",
                  minSalary: String(one.salary.min),
                  maxSalary: String(one.salary.max),
                  currencyCode: one.salary.currency,
                  payPeriod: one.salary.period === "hour" ? "HOURLY" : "YEARLY",
                },
              ],
            },
      description: {
        $type: "com.linkedin.pemberly.text.AttributedText",
        text,
        attributes: items.map((item) => ({
          start: text.indexOf(item),
          length: item.length,
          type: { $type: "com.linkedin.pemberly.text.ListItem" },
        })),
      },
    },
    included: [
      {
        $type: "com.linkedin.voyager.organization.Company",
        entityUrn: company,
        name: one.company,
        logo: { image: logo(one) },
      },
      {
        $type: "com.linkedin.voyager.jobs.shared.WorkplaceType",
        entityUrn: urn("fs_workplaceType", one.remote ? "2" : "1"),
        localizedName: one.remote ? "Remote" : "On-site",
      },
    ],
  };
}

/** The body comes by a request of its own, as the data of the real pages does. */
const filledBy = (path: string) => `<div id="app"></div><script>
fetch(${JSON.stringify(path)} + location.search).then((answer) => answer.text()).then((html) => {
  document.getElementById("app").innerHTML = html;
});
</script></body></html>`;

/** The first few cards are filled; the others are when one scrolls the list itself. */
export function memberCards(page: readonly MadeUp[], total: number, filled = page.length): string {
  if (page.length === 0)
    return `<div class="jobs-search-no-results-banner"><p>No matching jobs found.</p></div>`;
  return `<div class="scaffold-layout__list"><header><div class="jobs-search-results-list__subtitle"><span>${total.toLocaleString("en")} results</span></div></header><ul>${page
    .map((one, index) =>
      index >= filled
        ? `<li id="ember${index}" class="ember-view occludable-update scaffold-layout__list-item" data-occludable-job-id="${one.id}"></li>`
        : `<li id="ember${index}" class="ember-view occludable-update scaffold-layout__list-item" data-occludable-job-id="${one.id}"><div>
<div data-job-id="${one.id}" class="display-flex job-card-container relative job-card-list"><div class="artdeco-entity-lockup"><img src="${escaped(logoOf(one))}" alt="${escaped(one.company)} logo">
<div class="artdeco-entity-lockup__title"><a class="disabled ember-view job-card-container__link job-card-list__title--link" href="/jobs/view/${one.id}/?eBP=x" aria-label="${escaped(one.title)}"><span aria-hidden="true"><strong><!---->${escaped(one.title)}<!----></strong></span><span class="visually-hidden">${escaped(one.title)}</span></a></div>
<div class="artdeco-entity-lockup__subtitle ember-view"><span>${escaped(one.company)}</span></div>
<div class="artdeco-entity-lockup__caption ember-view"><ul class="job-card-container__metadata-wrapper"><li><span dir="ltr">${escaped(place(one))} (${one.remote ? "Remote" : "On-site"})</span></li></ul></div>
${one.salary === null ? "" : `<div class="artdeco-entity-lockup__metadata ember-view"><ul><li><span>${money(one.salary.min, one.salary)}/yr - ${money(one.salary.max, one.salary)}/yr</span></li></ul></div>`}
</div><ul class="job-card-list__footer-wrapper"><li class="job-card-container__footer-item"><time datetime="${day(one)}">3 days ago</time></li>${
            one.type === "contract"
              ? `<li class="job-card-container__footer-item"><span>Easy Apply</span></li>`
              : ""
          }</ul></div></div></li>`,
    )
    .join("\n")}</ul></div>`;
}

export function memberView(one: MadeUp, closed = false): string {
  const pill = (text: string) =>
    `<button><span class="tvm__text"><strong><span aria-hidden="true">${text}</span></strong></span></button>`;
  return `<main><div class="job-view-layout jobs-details"><div class="job-details-jobs-unified-top-card__container--two-pane">
<img src="${escaped(logoOf(one))}" alt="${escaped(one.company)} logo">
<div class="job-details-jobs-unified-top-card__company-name"><a href="https://www.linkedin.com/company/x/life">${escaped(one.company)}</a></div>
<div class="job-details-jobs-unified-top-card__job-title"><h1 class="t-24"><a href="/jobs/view/${one.id}/?alternateChannel=search">${escaped(one.title)}</a></h1></div>
<div class="job-details-jobs-unified-top-card__primary-description-container"><div class="t-black--light job-details-jobs-unified-top-card__tertiary-description-container">
<span dir="ltr"><span class="tvm__text">${escaped(place(one))}</span> · <span class="tvm__text">${one.level === "director" ? "Reposted 2 weeks ago" : "3 days ago"}</span> · <span class="tvm__text">${one.applicants > 100 ? "Over 100" : one.applicants} applicants</span></span></div></div>
<div class="job-details-fit-level-preferences">${one.salary === null ? "" : pill(`${money(one.salary.min, one.salary)}/yr - ${money(one.salary.max, one.salary)}/yr`)}${pill(one.remote ? "Remote" : "On-site")}${pill(employment[one.type][1])}${pill(levels[one.level][1])}</div>
${
  closed
    ? `<div class="jobs-details-top-card__apply-error"><span class="artdeco-inline-feedback__message">No longer accepting applications</span></div>`
    : `<button class="jobs-apply-button artdeco-button" data-job-id="${one.id}" aria-label="${one.type === "contract" ? "Easy Apply to" : "Apply to"} ${escaped(one.title)}"><span>${one.type === "contract" ? "Easy Apply" : "Apply"}</span></button>`
}
</div><article class="jobs-description__container"><div class="jobs-description__content jobs-description-content"><div class="jobs-box__html-content" id="job-details"><h2 class="text-heading-large">About the job</h2><div class="mt4"><p dir="ltr">${one.html}</p></div></div></div></article>
<a class="job-details-how-you-match__skills-item-subtitle">SQL · dbt</a></div></main>`;
}

/** What the site answers at the end of its redirects, without a server between. */
export function answerOf(
  { answer }: LinkedinSite,
  address: string,
  cookies: ReadonlyMap<string, string> = new Map(),
  headers: Record<string, string> = {},
): { status: number; url: string; text: string } {
  const url = new URL(address);
  const {
    status = 200,
    body,
    headers: sent,
  } = answer({
    method: "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    json: undefined,
    text: "",
    cookies: new Map(cookies),
    headers,
  }) ?? { status: 404, body: "<title>Not found</title>" };
  const onward = sent?.location;
  if (typeof onward === "string")
    return answerOf({ answer } as LinkedinSite, new URL(onward, url).href, cookies, headers);
  return { status, url: url.href, text: String(body) };
}
