// Owns replicas of the sites that are read as feeds: Remote OK's API, We Work Remotely's RSS, and the two APIs
// of Hacker News. Each answers in its site's form, with its addresses leading back to the replica.
import type { MadeUp } from "./postings.ts";
import type { Answering, ReplicaAnswer, ReplicaRequest } from "./site.ts";

const json = (body: unknown): ReplicaAnswer => ({
  type: "application/json; charset=utf-8",
  body: JSON.stringify(body),
});

function originOf({ headers }: ReplicaRequest, real: string): string {
  return headers.host === undefined ? real : `http://${headers.host}`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

function slugOf(...words: string[]): string {
  return words
    .join(" ")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
}

function skillsOf(one: MadeUp): string[] {
  return [...one.html.matchAll(/<li>([^:<]+):/g)].map(([, name = ""]) => name);
}

/** What job pages of all kinds of sites state for search engines. */
export function jobPosting(one: MadeUp, url: string): Record<string, unknown> {
  return {
    "@context": "https://schema.org/",
    "@type": "JobPosting",
    title: one.title,
    description: one.html,
    identifier: { "@type": "PropertyValue", name: one.company, value: one.id },
    url,
    datePosted: one.postedAt.toISOString(),
    employmentType: one.type.toUpperCase(),
    hiringOrganization: { "@type": "Organization", name: one.company, logo: "/logo.png" },
    ...(one.remote ? { jobLocationType: "TELECOMMUTE" } : {}),
    jobLocation: {
      "@type": "Place",
      address: { "@type": "PostalAddress", addressLocality: one.city, addressCountry: one.country },
    },
    ...(one.salary === null
      ? {}
      : {
          baseSalary: {
            "@type": "MonetaryAmount",
            currency: one.salary.currency,
            value: {
              "@type": "QuantitativeValue",
              minValue: one.salary.min,
              maxValue: one.salary.max,
              unitText: one.salary.period.toUpperCase(),
            },
          },
        }),
  };
}

function page(one: MadeUp, url: string): ReplicaAnswer {
  const data = JSON.stringify(jobPosting(one, url)).replaceAll("<", "\\u003c");
  return {
    body: `<!doctype html><html><head><title>${escaped(one.title)}</title><script type="application/ld+json">${data}</script></head><body><h1>${escaped(one.title)}</h1>${one.html}</body></html>`,
  };
}

export function remoteok(postings: readonly MadeUp[]): Answering {
  return (request) => {
    const origin = originOf(request, "https://remoteOK.com");
    const addressOf = (one: MadeUp) =>
      `${origin}/remote-jobs/${slugOf("remote", one.title, one.company)}-${one.id}`;
    if (request.path === "/api") {
      return json([
        {
          last_updated: Math.floor((postings[0]?.postedAt.getTime() ?? 0) / 1000),
          legal:
            "Please link back to the posting's address here, with follow, and name this site as its source.",
        },
        ...postings.map((one) => ({
          slug: slugOf("remote", one.title, one.company, one.id),
          id: one.id,
          epoch: Math.floor(one.postedAt.getTime() / 1000),
          date: one.postedAt.toISOString().replace(".000Z", "+00:00"),
          company: one.company,
          company_logo: one.remote ? `${origin}/assets/img/jobs/${one.id}.png` : "",
          position: one.title,
          tags: skillsOf(one).map((skill) => skill.toLowerCase()),
          description: one.html,
          location: one.remote ? "" : one.city,
          apply_url: addressOf(one),
          salary_min: one.salary?.period === "year" ? one.salary.min : 0,
          salary_max: one.salary?.period === "year" ? one.salary.max : 0,
          logo: "",
          url: addressOf(one),
        })),
      ]);
    }
    const id = /^\/remote-jobs\/.*-(\d+)$/.exec(request.path)?.[1];
    const one = postings.find((posting) => posting.id === id);
    return one === undefined ? undefined : page(one, addressOf(one));
  };
}

const categoryOf = (one: MadeUp) => (/Data/.test(one.title) ? "Data" : "Programming");
const types = {
  full_time: "Full-Time",
  part_time: "Part-Time",
  contract: "Contract",
  internship: "Internship",
};

export function weworkremotely(postings: readonly MadeUp[]): Answering {
  return (request) => {
    const origin = originOf(request, "https://weworkremotely.com");
    const slug = (one: MadeUp) => slugOf(one.company, one.title);
    const addressOf = (one: MadeUp) => `${origin}/remote-jobs/${slug(one)}`;
    const category = /^\/categories\/remote-(\w+)-jobs\.rss$/.exec(request.path)?.[1];
    if (request.path === "/remote-jobs.rss" || category !== undefined) {
      const wanted = postings.filter(
        (one) => category === undefined || categoryOf(one).toLowerCase() === category,
      );
      const items = wanted.map((one) => {
        const about = `<p><strong>Headquarters:</strong> ${one.city}</p>${one.html}<p><strong>To apply:</strong> <a href="${addressOf(one)}">${addressOf(one)}</a></p>`;
        return `    <item>
      <media:content url="${origin}/logos/${one.id}.gif" type="image/png"/>
      <title>${escaped(`${one.company}: ${one.title}`)}</title>
      <region>${one.remote ? "Anywhere in the World" : "Europe Only"}</region>
      <country>${one.remote ? "" : escaped(one.country)}</country>
      <state/>
      <skills>${skillsOf(one).join(", ")}</skills>
      <category>${categoryOf(one)}</category>
      <type>${types[one.type]}</type>
      <description>${Number(one.id) % 2 === 0 ? escaped(about) : `<![CDATA[${about}]]>`}</description>
      <pubDate>${one.postedAt.toUTCString().replace("GMT", "+0000")}</pubDate>
      <expires_at>${new Date(one.postedAt.getTime() + 2_592_000_000).toUTCString().replace("GMT", "+0000")}</expires_at>
      <guid>${addressOf(one)}</guid>
      <link>${addressOf(one)}</link>
    </item>`;
      });
      return {
        type: "application/rss+xml; charset=utf-8",
        body: `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss">
  <channel>
    <title>Remote jobs</title>
    <link>${origin}/remote-jobs</link>
    <ttl>60</ttl>
${items.join("\n")}
  </channel>
</rss>
`,
      };
    }
    const one = postings.find((posting) => request.path === `/remote-jobs/${slug(posting)}`);
    return one === undefined ? undefined : page(one, addressOf(one));
  };
}

/** The first thread holds the latest half of the postings. */
export const threads = [48_100_000, 47_100_000] as const;
/** No answer of the search API holds more, whatever is asked for. */
const hitsMax = 1_000;

export function hackernews(postings: readonly MadeUp[], gone: ReadonlySet<string> = new Set()): Answering {
  const half = Math.ceil(postings.length / 2);
  const threadOf = (one: MadeUp) => (postings.indexOf(one) < half ? threads[0] : threads[1]);
  const idOf = (one: MadeUp) => Number(one.id) % 1_000_000_000;
  const atOf = (one: MadeUp) => Math.floor(one.postedAt.getTime() / 1000);
  const textOf = (one: MadeUp) => {
    const place = one.remote ? "REMOTE (EU)" : `${one.city}, ${one.country} | ONSITE`;
    const pay =
      one.salary?.period === "year" ? ` | €${one.salary.min / 1000}k - €${one.salary.max / 1000}k` : "";
    const link = `https://jobs.example/${one.id}`;
    return (
      `${escaped(one.company)} | ${escaped(one.title)} | ${place} | Full-time${pay}<p>${escaped("We like plain words & clean data.")}` +
      `<p>${skillsOf(one).join(", ")}<p><a href="${link.replaceAll("/", "&#x2F;")}" rel="nofollow">${link.replaceAll("/", "&#x2F;")}</a>`
    );
  };
  const hitOf = (one: MadeUp) => ({
    _tags: ["comment", `author_firm${one.id}`, `story_${threadOf(one)}`],
    author: `firm${one.id}`,
    comment_text: textOf(one),
    created_at: one.postedAt.toISOString(),
    created_at_i: atOf(one),
    objectID: String(idOf(one)),
    parent_id: threadOf(one),
    story_id: threadOf(one),
    story_title: "Ask HN: Who is hiring?",
  });
  const replyOf = (one: MadeUp) => ({
    ...hitOf(one),
    comment_text: "Is this open to people elsewhere?",
    objectID: String(idOf(one) + 500_000_000),
    parent_id: idOf(one),
  });
  const threadTitles = ["Ask HN: Who is hiring? (October 2026)", "Ask HN: Who is hiring? (September 2026)"];

  return ({ path, query }) => {
    if (path === "/api/v1/search_by_date") {
      const tags = query.get("tags") ?? "";
      if (tags === "story,author_whoishiring") {
        const stories = threadTitles.flatMap((title, index) => [
          {
            objectID: String((threads[index] ?? 0) + 1),
            title: "Ask HN: Who wants to be hired?",
            author: "whoishiring",
          },
          { objectID: String(threads[index]), title, author: "whoishiring" },
        ]);
        return json({ hits: stories, nbHits: stories.length, page: 0, nbPages: 1, hitsPerPage: 30 });
      }
      const wanted = new Set([...tags.matchAll(/story_(\d+)/g)].map(([, id]) => Number(id)));
      const until = Number(
        /created_at_i<=(\d+)/.exec(query.get("numericFilters") ?? "")?.[1] ?? Number.MAX_VALUE,
      );
      const all = postings
        .filter((one) => wanted.has(threadOf(one)) && !gone.has(one.id) && atOf(one) <= until)
        .flatMap((one, index) => (index % 5 === 0 ? [replyOf(one), hitOf(one)] : [hitOf(one)]));
      const hits = all.slice(0, Math.min(hitsMax, Number(query.get("hitsPerPage") ?? 20)));
      return json({ hits, nbHits: all.length, page: 0, nbPages: 1, hitsPerPage: hits.length });
    }
    const id = Number(/^\/v0\/item\/(\d+)\.json$/.exec(path)?.[1]);
    if (Number.isNaN(id)) return undefined;
    const one = postings.find((posting) => idOf(posting) === id);
    if (one === undefined) return { type: "application/json", body: "null" };
    const head = { id, parent: threadOf(one), time: atOf(one), type: "comment" };
    return json(
      gone.has(one.id) ? { ...head, deleted: true } : { ...head, by: `firm${one.id}`, text: textOf(one) },
    );
  };
}
