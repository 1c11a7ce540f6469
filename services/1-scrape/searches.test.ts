import { expect, test } from "vitest";
import { dueAfter, durationMs, readSearches, searchesOf, targetsFor, turnOf } from "./searches.ts";
import { type Source, usual } from "./source.ts";
import { chosenOf } from "./sources.ts";

const nothing: Pick<Source, "plan" | "list" | "parse" | "doc" | "terms"> = {
  doc: "",
  terms: "",
  plan: () => [{ url: "https://jobs.example/" }],
  list: () => ({ result: "empty", reason: "" }),
  parse: () => ({ result: "empty", reason: "" }),
};
const sources: Source[] = [
  { ...usual, ...nothing, name: "indeed", site: "indeed", lists: "words", searches: true },
  { ...usual, ...nothing, name: "linkedin", site: "linkedin", lists: "words", searches: true },
  { ...usual, ...nothing, name: "greenhouse", site: "greenhouse", argument: "BOARD" },
];
const hour = 60 * 60 * 1000;

test("keywords are multiplied by locations, and by sources", () => {
  const targets = searchesOf(
    `searches: [{source: [indeed, linkedin], keywords: [data engineer, analyst], locations: [Berlin, Wien], since: 7d, every: 6h}]`,
    sources,
    "s.yaml",
  );
  expect(targets).toHaveLength(8);
  expect(targets[0]).toMatchObject({
    name: "indeed (data engineer, Berlin)",
    search: { keyword: "data engineer", location: "Berlin", withinMs: 7 * 24 * hour },
    schedule: { everyMs: 6 * hour },
  });
});

test("the file that ships asks Indeed and LinkedIn for three remote jobs, daily at 00:01 UTC for a day", () => {
  const targets = readSearches(new URL("../../searches.yaml", import.meta.url).pathname, sources);
  expect(targets.map(({ name }) => name)).toEqual(
    ["indeed", "linkedin"].flatMap((source) =>
      ["data scientist", "data analyst", "data engineer"].map((keyword) => `${source} (${keyword}, remote)`),
    ),
  );
  for (const { search, schedule } of targets) {
    expect(search).toMatchObject({ remote: true, withinMs: 24 * hour });
    const next = dueAfter(schedule, Date.UTC(2026, 5, 1, 13));
    expect(new Date(next).toISOString()).toBe("2026-06-02T00:01:00.000Z");
  }
});

test("all faults of a file are told together, with what was probably meant", () => {
  const text = `searches:
  - {source: indeed}
  - {source: nowhere, keywords: [x]}
  - {source: linkedin, keywords: [x], keyword: y, since: yesterday, at: "99 0 * * *", every: 1h}
  - {source: linkedin, keywords: [7], remote: maybe}
  - words
  - {source: linkedin, keywords: [z], at: "* * * * * *"}
`;
  let message = "";
  try {
    searchesOf(text, sources, "s.yaml");
  } catch (error) {
    ({ message } = error as Error);
  }
  for (const part of [
    "s.yaml is not right",
    'searches[0]: indeed takes "keywords"',
    '"nowhere" is not a source',
    '"keyword" is not known; did you mean "keywords"?',
    "since: yesterday",
    "no cron pattern",
    "at: * * * * * *",
    "one too many",
    '"keywords" is no list of words',
    '"remote" is neither',
    "searches[4]: it is no mapping",
  ]) {
    expect(message).toContain(part);
  }
});

test.each([
  ["a: [", "is no YAML"],
  ["searches: {}", 'has no list "searches"'],
  ["searches: []\nsearch: []", '"search" is not known'],
  ["searches: [{source: indeed, keywords: [a, a]}]", "indeed (a) stands there twice"],
])("a file with %s is refused", (text, message) => {
  expect(() => searchesOf(text, sources, "s.yaml")).toThrow(message);
});

test("a file that is not there is named with its setting", () => {
  expect(() => readSearches("/nowhere/s.yaml", sources)).toThrow(/\/nowhere\/s\.yaml.*SKILLSTREAM_SEARCHES/);
});

test("only what is switched on is crawled; a board as a whole, a site of searches by its searches", () => {
  const searches = searchesOf("searches: [{source: [indeed, linkedin], keywords: [x]}]", sources, "s.yaml");
  const names = (...written: string[]) =>
    targetsFor(chosenOf(written, sources), searches, 1_000).map(({ name }) => name);
  expect(names("greenhouse:acme")).toEqual(["greenhouse:acme"]);
  expect(names("indeed", "greenhouse:acme,globex".split(",")[0] ?? "", "globex")).toEqual([
    "indeed (x)",
    "greenhouse:acme",
    "greenhouse:globex",
  ]);
});

test("a board that a search names is asked for that alone", () => {
  const searches = searchesOf(
    "searches: [{source: 'greenhouse:acme', keywords: [go], every: 1h}]",
    sources,
    "s",
  );
  const [target, ...more] = targetsFor(chosenOf(["greenhouse:acme"], sources), searches, 1_000);
  expect(target).toMatchObject({ name: "greenhouse:acme (go)", schedule: { everyMs: hour } });
  expect(more).toEqual([]);
});

test("a turn that was missed is made up for at once, and a new target begins at once", () => {
  const schedule = { cron: "1 0 * * *" };
  const startedAt = Date.UTC(2026, 5, 1, 0, 1);
  const done = { sweeping: false, sweepStartedAt: startedAt, sweepDoneAt: startedAt };
  const tomorrow = Date.UTC(2026, 5, 2, 0, 1);
  expect(turnOf(schedule, done, tomorrow - 1)).toEqual({ at: tomorrow, trigger: "schedule" });
  expect(turnOf(schedule, done, tomorrow + hour)).toEqual({ at: tomorrow, trigger: "catch-up" });
  expect(turnOf(schedule, { ...done, sweepDoneAt: null }, tomorrow).at).toBe(0);
  expect(turnOf(schedule, { ...done, sweeping: true }, tomorrow - hour).at).toBe(0);
});

test("times are written with their unit", () => {
  expect(["30m", "24h", "7d", "2w"].map(durationMs)).toEqual([hour / 2, 24 * hour, 168 * hour, 336 * hour]);
  expect(["", "24", "0h", "-1d", "1y", "1h ", "9999999h"].map(durationMs)).toEqual(Array(7).fill(undefined));
});
