import { expect, test } from "vitest";
import { weworkremotelySource } from "./weworkremotely.ts";

const source = weworkremotelySource();
const url = "https://weworkremotely.com/remote-jobs.rss";
const page = (body: string, at = url) => ({
  url: at,
  mediaType: "application/rss+xml",
  body: Buffer.from(body),
});
const parse = (body: string, at = url) => source.parse(page(body, at));

const link = "https://weworkremotely.com/remote-jobs/wick-sons-candle-engineer";
/** Our own, in the form of the feed. */
const item = `<item>
  <media:content url="https://we-work-remotely.example/logos/7.gif" type="image/png"/>
  <title>Wick &amp; Sons: Candle Engineer: Nights</title>
  <region>Anywhere in the World</region><country>🇦🇹 Austria</country><state/>
  <skills>Wax, Fire, and Patience</skills>
  <category>Full-Stack Programming</category><type>Full-Time</type>
  <description>&lt;p&gt;Make &amp;amp; sell.&lt;/p&gt;&lt;p&gt;&lt;strong&gt;To apply:&lt;/strong&gt; &lt;a href="https://wick.example/apply"&gt;here&lt;/a&gt;</description>
  <pubDate>Fri, 25 Sep 2026 00:33:21 +0000</pubDate><expires_at>Sun, 25 Oct 2026 00:33:21 +0000</expires_at>
  <guid>${link}</guid><link>${link}</link></item>`;
const feed = (...items: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Jobs: all</title>${items.join("\n")}</channel></rss>`;

test("an item is read in all its fields, with itself as payload", () => {
  const result = parse(feed(item));
  if (result.result !== "found") throw new Error(result.result);
  const [posting] = result.value;
  expect(posting).toMatchObject({
    source_id: "wick-sons-candle-engineer",
    job_url: link,
    parsed: {
      title: "Candle Engineer: Nights",
      company: "Wick & Sons",
      company_logo_url: "https://we-work-remotely.example/logos/7.gif",
      location: "Anywhere in the World; 🇦🇹 Austria",
      employment_type: "Full-Time",
      workplace_type: "remote",
      job_functions: ["Full-Stack Programming"],
      skills: ["Wax", "Fire", "Patience"],
      posted_time: "2026-09-25T00:33:21.000Z",
      expire_time: "2026-10-25T00:33:21.000Z",
      apply_url: "https://wick.example/apply",
    },
  });
  expect(posting?.parsed.description_html).toContain("<p>Make &amp; sell.</p>");
  expect(Buffer.from(posting?.payload?.body ?? "").toString()).toBe(item);
  expect(source.parse({ ...page(""), ...posting?.payload })).toEqual(result);
});

test("the list holds whole postings and needs no further request", () => {
  expect(source.list(page(feed(item)))).toMatchObject({
    result: "found",
    value: { next: null, items: [{ url: link, postedAt: Date.UTC(2026, 8, 25, 0, 33, 21) }] },
  });
});

test("a title without a colon names no company, and dates of no form are none", () => {
  const bare = `<item><title>Candle Engineer</title><link>${link}</link><pubDate>x 1</pubDate></item>`;
  expect(parse(feed(bare))).toMatchObject({
    result: "found",
    value: [{ parsed: { title: "Candle Engineer", company: null, posted_time: null, location: null } }],
  });
});

test("an empty feed, a feed that is cut off, items without a link, a wall and a new form are told apart", () => {
  expect(parse(feed()).result).toBe("empty");
  expect(parse(feed(item, item).slice(0, -300))).toMatchObject({
    result: "partial",
    reason: "the feed is cut off",
  });
  expect(parse(feed(item, "<item><title>a: b</title></item>"))).toMatchObject({
    result: "partial",
    missing: 1,
  });
  expect(parse("<html><title>Just a moment…</title>Verify you are human</html>").result).toBe("blocked");
  expect(parse("<html>Welcome</html>").result).toBe("changed");
  expect(parse("").result).toBe("changed");
});

test("a posting's own page is read by its JSON-LD, under the same name", () => {
  const html =
    '<html><script type="application/ld+json">{"@type":"JobPosting","title":"Candle Engineer"}</script></html>';
  expect(parse(html, link)).toMatchObject({
    result: "found",
    value: [{ source_id: "wick-sons-candle-engineer" }],
  });
});

test("a category may be named, and nothing else", () => {
  expect(source.plan(undefined, {})).toEqual([{ url }]);
  expect(source.plan("remote-programming-jobs", {})).toEqual([
    { url: "https://weworkremotely.com/categories/remote-programming-jobs.rss" },
  ]);
  for (const wrong of ["", "a/b", "../x", "A"])
    expect(() => source.plan(wrong, {})).toThrow("weworkremotely:NAME");
});
