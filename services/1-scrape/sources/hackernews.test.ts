import { existsSync, readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { hackernewsSource } from "./hackernews.ts";

const source = hackernewsSource();
const [stories] = source.plan(undefined, {});
const page = (body: unknown, url = "https://hn.algolia.com/api/v1/search_by_date?tags=comment,story_48") => ({
  url,
  mediaType: "application/json",
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});
const parse = (body: unknown) => source.parse(page(body));

/** Our own, in the form of Algolia's API. */
const hit = {
  author: "wick",
  comment_text:
    'Wick | Candle Engineer | Graz, Austria | ONSITE<p>See <a href="https:&#x2F;&#x2F;wick.example&#x2F;jobs">us</a>.',
  created_at: "2026-09-01T10:00:00Z",
  created_at_i: 1788256800,
  objectID: "4801",
  parent_id: 48,
  story_id: 48,
};
const reply = { ...hit, objectID: "4802", parent_id: 4801, comment_text: "Is it hot there?" };
const posting = {
  source_id: "4801",
  job_url: "https://news.ycombinator.com/item?id=4801",
  parsed: {
    company: "Wick",
    title: "Candle Engineer",
    location: "Graz, Austria",
    description_html: hit.comment_text,
    posted_time: "2026-09-01T10:00:00.000Z",
    apply_url: "https://wick.example/jobs",
  },
};

test("the last threads that ask who is hiring lead to one list of their comments", () => {
  const titles = [
    "Ask HN: Who wants to be hired?",
    "Ask HN: Who is hiring? (September 2026)",
    "Ask HN: Who is hiring?",
  ];
  const hits = titles.map((title, index) => ({ objectID: String(47 + index), title }));
  const result = source.list(page({ hits, nbHits: 3 }, stories?.url));
  if (result.result !== "found") throw new Error(result.result);
  expect(result.value.items).toEqual([]);
  const next = new URL(result.value.next?.url ?? "");
  expect(next.searchParams.get("tags")).toBe("comment,(story_48,story_49)");
  expect(source.list(page({ hits: hits.slice(0, 1), nbHits: 1 }, stories?.url)).result).toBe("changed");
});

test("comments right under a thread are postings, replies are not", () => {
  const result = source.list(page({ hits: [reply, hit], nbHits: 2 }));
  expect(result).toMatchObject({
    result: "found",
    value: {
      next: null,
      items: [{ source_id: "4801", url: "https://hacker-news.firebaseio.com/v0/item/4801.json", posting }],
    },
  });
  const found = parse({ hits: [reply, hit], nbHits: 2 });
  if (found.result !== "found") throw new Error(found.result);
  const payload = found.value[0]?.payload;
  expect(JSON.parse(Buffer.from(payload?.body ?? "").toString())).toEqual(hit);
  expect(source.parse({ ...page(""), ...payload })).toMatchObject({ result: "found", value: [posting] });
});

test("older comments are asked for by time, and two of one second do not stop the walk", () => {
  const next = (body: unknown, url?: string) => {
    const result = source.list(page(body, url));
    return "value" in result ? result.value.next?.url : undefined;
  };
  const second = next({ hits: [hit], nbHits: 9 }) ?? "";
  expect(new URL(second).searchParams.get("numericFilters")).toBe("created_at_i<=1788256800");
  const third = next({ hits: [hit], nbHits: 9 }, second) ?? "";
  expect(new URL(third).searchParams.get("numericFilters")).toBe("created_at_i<=1788256799");
  expect(next({ hits: [reply], nbHits: 9 })).toContain("1788256800");
  expect(next({ hits: [hit], nbHits: 1 })).toBeUndefined();
});

test("the item of the site's own API and the tree of a thread are read alike", () => {
  const item = {
    id: 4801,
    by: "wick",
    parent: 48,
    text: hit.comment_text,
    time: hit.created_at_i,
    type: "comment",
  };
  expect(parse(item)).toMatchObject({ result: "found", value: [posting] });
  const tree = { id: 48, type: "story", children: [{ ...item, created_at_i: item.time, children: [item] }] };
  expect(parse(tree)).toMatchObject({ result: "found", value: [posting] });
});

test("what was taken back is gone, and is no posting of a list", () => {
  expect(parse({ id: 4801, deleted: true, type: "comment", time: 1 }).result).toBe("gone");
  expect(parse({ id: 4801, dead: true, type: "comment", text: "x" }).result).toBe("gone");
  expect(parse("null").result).toBe("gone");
  expect(parse({ hits: [{ ...hit, comment_text: null }] }).result).toBe("empty");
});

test("an empty thread, a wall and a new form are told apart", () => {
  expect(parse({ hits: [], nbHits: 0 }).result).toBe("empty");
  expect(parse({ id: 48, type: "story" }).result).toBe("empty");
  expect(parse("<html>Too many requests</html>").result).toBe("blocked");
  expect(parse({ items: [] }).result).toBe("changed");
  expect(parse({ hits: [{ objectID: "1", words: "x" }] }).result).toBe("changed");
  expect(parse({ hits: [hit, { ...hit, objectID: {} }] })).toMatchObject({ result: "partial", missing: 1 });
});

test("a thread may be named by its number", () => {
  const [ask] = source.plan("48", {});
  expect(new URL(ask?.url ?? "").searchParams.get("tags")).toBe("comment,story_48");
  for (const wrong of ["", "x", "4 8"]) expect(() => source.plan(wrong, {})).toThrow("hackernews:ID");
});

const captures = new URL("../../../../shared/data/postings/", import.meta.url);
// The captures are not part of the project.
test.skipIf(!existsSync(captures))("real comments are read, and most of them name company and place", () => {
  const texts = readdirSync(captures)
    .filter((file) => file.startsWith("hn-"))
    .map((file) => JSON.parse(gunzipSync(readFileSync(new URL(file, captures))).toString()) as { jobs: [] })
    .flatMap(({ jobs }) => jobs as { source: string; text: string; id: number; time: number }[])
    .filter((job) => job.source === "who_is_hiring");
  const all = texts.flatMap((job) => {
    const result = parse({ ...job, type: "comment" });
    return "value" in result ? result.value : [];
  });
  expect(all).toHaveLength(texts.length);
  const share = (field: "company" | "title" | "location") =>
    all.filter(({ parsed }) => parsed[field] !== null).length / all.length;
  expect(share("company")).toBeGreaterThan(0.8);
  expect(share("title")).toBeGreaterThan(0.5);
  expect(share("location")).toBeGreaterThan(0.6);
});
