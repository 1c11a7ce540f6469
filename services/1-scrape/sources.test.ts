import { expect, test } from "vitest";
import { jobId, unreadable } from "./source.ts";
import { allSources, checkNames, chosenOf } from "./sources.ts";

const sources = allSources({ demoUrl: "http://127.0.0.1:8090", sites: new Map() });

test("a word that names no source continues the one before", () => {
  const targets = chosenOf(["demo", "greenhouse:acme", "globex"], sources);
  expect(targets.map(({ name, argument }) => [name, argument])).toEqual([
    ["demo", undefined],
    ["greenhouse:acme", "acme"],
    ["greenhouse:globex", "globex"],
  ]);
});

test.each([["globex"], ["demo", "globex"], ["nowhere:x"], ["greenhouse"], ["demo:x"]])(
  "%s is refused with what would be right",
  (...written) => {
    expect(() => chosenOf(written, sources)).toThrow(/greenhouse:|no argument/);
  },
);

test("settings that name no source, or one without a login, are refused together", () => {
  const right = { robotsExempt: ["indeed"], logins: ["linkedin-voyager"], sites: new Map([["lever", "x"]]) };
  expect(() => checkNames(right, sources)).not.toThrow();
  const wrong = { robotsExempt: ["inded"], logins: ["greenhouse"], sites: new Map([["foo", "x"]]) };
  expect(() => checkNames(wrong, sources)).toThrow(
    /ROBOTS_EXEMPT names "inded", .*did you mean indeed\?\n.*LOGINS names "greenhouse", .* without a login\n.*SITES names "foo"/,
  );
});

test("a job's id is the hash of its source and the source's id, kept apart", () => {
  expect(jobId("demo", "1")).toMatch(/^[0-9a-f]{32}$/);
  expect(jobId("demo", "1")).not.toBe(jobId("demo1", ""));
});

test("a small page with a wall's words is a wall, a long one that also has them is a page in another form", () => {
  const wall = "<title>Hold on</title><p>Please verify you are human</p>";
  expect(unreadable(wall, "no postings")).toMatchObject({ result: "blocked", cause: "captcha" });
  expect(unreadable(wall + "<p>About our team.</p>".repeat(5_000), "no postings")).toEqual({
    result: "changed",
    reason: "no postings",
  });
});
