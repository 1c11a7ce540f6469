import { expect, test } from "vitest";
import { parseRobots } from "./robots.ts";

const rules = (text: string) => parseRobots(text, "skillstream");

test("a group that names us counts instead of the one for all, and groups that name us are joined", () => {
  const robots = rules(`User-agent: *
Disallow: /

User-agent: other
User-agent: SkillStream
Disallow: /a

User-agent: skillstream
Disallow: /b
Crawl-delay: 2`);
  expect(robots.allows("/c")).toBe(true);
  expect(robots.allows("/a/x")).toBe(false);
  expect(robots.allows("/b")).toBe(false);
  expect(robots.crawlDelayMs).toBe(2000);
});

test("the longest rule that fits decides, and Allow wins where two are equally long", () => {
  const robots = rules(
    "User-agent: *\nAllow: /p\nDisallow: /\nDisallow: /page\nAllow: /page\nDisallow: /page/secret",
  );
  expect(robots.allows("/x")).toBe(false);
  expect(robots.allows("/page/one")).toBe(true);
  expect(robots.allows("/page/secret/1")).toBe(false);
});

test("stars stand for anything and a dollar sign for the end", () => {
  const robots = rules("User-agent: *\nDisallow: /jobs/*/apply\nDisallow: /*.pdf$\nDisallow: /*?*sort=");
  expect(robots.allows("/jobs/12/apply")).toBe(false);
  expect(robots.allows("/jobs/12")).toBe(true);
  expect(robots.allows("/a/b.pdf")).toBe(false);
  expect(robots.allows("/a/b.pdf?x")).toBe(true);
  expect(robots.allows("/list?page=2&sort=date")).toBe(false);
});

test("an escaped and a plain character are the same, and comments and unknown lines are passed over", () => {
  const robots = rules(
    "\ufeffSitemap: x\nUser-agent: * # everyone\nDisallow: /caf%C3%A9 # closed\nDisallow: /a%2Fb\nNoindex: /",
  );
  expect(robots.allows("/café/x")).toBe(false);
  expect(robots.allows("/a/b")).toBe(true);
  expect(robots.allows("/%61%2fb")).toBe(false);
});

test("an empty file, an empty rule and rules before any group forbid nothing; robots.txt itself is always open", () => {
  expect(rules("").allows("/x")).toBe(true);
  expect(rules("Disallow: /\nUser-agent: *\nDisallow:").allows("/x")).toBe(true);
  expect(rules("User-agent: *\nDisallow: /").allows("/robots.txt")).toBe(true);
});

test("a pattern of a thousand stars takes no time", () => {
  const robots = rules(`User-agent: *\nDisallow: /${"*a".repeat(1000)}$`);
  const started = process.threadCpuUsage();
  robots.allows(`/${"a".repeat(5000)}b`);
  expect(process.threadCpuUsage(started).user).toBeLessThan(200_000);
});
