// Owns the proof that the scraper itself, a process of its own, reads the open feeds and any site by its sitemaps
// to the end, from servers that answer as theirs do.
import { afterEach, expect, test } from "vitest";
import { anysite, type Form } from "./replicas/anysite.ts";
import { hackernews, remoteok, weworkremotely } from "./replicas/feeds.ts";
import { madeUp } from "./replicas/postings.ts";
import { startReplica } from "./replicas/site.ts";
import { Scraper } from "./scraper.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

function kept<T extends AsyncDisposable>(one: T): T {
  open.push(one);
  return one;
}

const found = (scraper: Scraper) =>
  scraper
    .events()
    .flatMap(({ event, source, source_id }) => (event === "found" ? [`${source} ${source_id}`] : []));

test("feeds are read whole, with one request a page and none for a posting", async () => {
  const postings = madeUp(60);
  const [ok, wwr, hn] = await Promise.all(
    [remoteok(postings), weworkremotely(postings), hackernews(postings)].map((site) => startReplica(site)),
  );
  if (ok === undefined || wwr === undefined || hn === undefined) throw new Error("no replica");
  const replicas = [ok, wwr, hn].map(kept);
  const scraper = kept(
    new Scraper(
      {
        SKILLSTREAM_SOURCES: "remoteok,weworkremotely,hackernews",
        SKILLSTREAM_SITES: `remoteok=${ok.url},weworkremotely=${wwr.url},hackernews=${hn.url}`,
      },
      replicas.map(({ host }) => host),
    ),
  );
  await scraper.start();
  await scraper.until(() => found(scraper).length >= 180);
  await scraper.until(
    async () => (await scraper.runs()).filter(({ result }) => result === "found").length >= 3,
  );
  expect(new Set(found(scraper)).size).toBe(180);
  const asked = (log: typeof ok.log) => log.map(({ path }) => path.split("?")[0]);
  expect(asked(ok.log)).toEqual(["/robots.txt", "/api"]);
  expect(asked(wwr.log)).toEqual(["/robots.txt", "/remote-jobs.rss"]);
  expect(asked(hn.log)).toEqual(["/robots.txt", "/api/v1/search_by_date", "/api/v1/search_by_date"]);
}, 60_000);

test("any site is read through its sitemaps, in whichever form its pages state their postings", async () => {
  const postings = madeUp(90);
  const forms: readonly Form[] = ["JSON-LD", "microdata", "RDFa"];
  const site = anysite(postings, (one) => forms[Number(one.id) % 3] ?? "JSON-LD");
  const robots = "User-agent: *\nCrawl-delay: 0.02\nDisallow: /news/\nSitemap: /sitemap.xml\n";
  const replica = kept(await startReplica(site, { robots }));
  const scraper = kept(new Scraper({ SKILLSTREAM_SOURCES: `jsonld:${replica.url}` }, [replica.host]));
  await scraper.start();
  await scraper.until(async () => (await scraper.runs())[0]?.result === "found");
  expect(new Set(found(scraper)).size).toBe(90);
  expect(found(scraper)).toHaveLength(90);
  const asked = replica.log.map(({ path }) => path);
  expect(asked.filter((path) => path.startsWith("/sitemaps/"))).toEqual([
    "/sitemaps/jobs-1.xml.gz",
    "/sitemaps/jobs-2.xml.gz",
    "/sitemaps/jobs-3.xml.gz",
  ]);
  expect(asked.filter((path) => path.startsWith("/news/"))).toEqual([]);
  const parsed = scraper.events().flatMap((event) => (event.event === "found" ? [event.parsed] : []));
  expect(new Set(parsed.map((one) => one?.title))).toEqual(new Set(postings.map(({ title }) => title)));
  expect(parsed.every((one) => one?.company !== null && one?.description_html !== null)).toBe(true);
}, 60_000);
