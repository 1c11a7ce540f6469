import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { lint, parseTaxonomy, readTaxonomy, skillKinds, type TaxonomyFile } from "./taxonomy.ts";

describe("the taxonomy", () => {
  test("has no fault", () => {
    const taxonomy = parseTaxonomy((file) =>
      readFileSync(new URL(file === "version" ? file : `${file}.txt`, import.meta.url), "utf8"),
    );
    expect(lint(taxonomy)).toEqual([]);
  });

  test("names at least 3,000 skills, and of every kind what postings ask for", () => {
    const { skills } = readTaxonomy();
    expect(skills.length).toBeGreaterThanOrEqual(3_000);
    const least = {
      technology: 2_000,
      method: 1_800,
      domain: 800,
      soft: 150,
      language: 80,
      certification: 80,
    };
    for (const kind of skillKinds)
      expect(skills.filter((skill) => skill.kind === kind).length, kind).toBeGreaterThanOrEqual(least[kind]);
  });

  test("tells by a rule every word that this list of notorious ones holds", () => {
    const ruled = new Set(readTaxonomy().rules.map((rule) => rule.form));
    for (const word of "go r c spark excel swift rust chef access make julia react express spring slack".split(
      " ",
    )) {
      expect(ruled, word).toContain(word);
    }
  });
});

const sound: Record<TaxonomyFile, string> = {
  version: "1.0.0",
  group: "language group",
  stack: "language group",
  related: "go ~ rust",
  technology: "[language group]\ngo = golang\nrust",
  method: "",
  domain: "",
  soft: "",
  language: "",
  certification: "",
  ambiguous: "[go]\nwritten: Go\nnever: ~ to market\nwhen: list",
  removed: "[too wide]\nsoftware, tools",
  mapped: "go = go coding",
  affixes: "before: knowledge of\nafter: skills",
};
const lintOf = (changed: Partial<typeof sound>) =>
  lint(parseTaxonomy((file) => ({ ...sound, ...changed })[file]));

test("a section of stack.txt that holds no technology is named", () => {
  expect(lintOf({ stack: "language group\nfrontend" })).toEqual([
    "stack.txt: no technology stands under [frontend]",
  ]);
});

describe("the files", () => {
  test("write a comma inside a phrase as \\,", () => {
    const { rules } = parseTaxonomy(
      (file) => ({ ...sound, ambiguous: "[go]\nnever: ~\\, set\\, match, to ~\nwhen: list" })[file],
    );
    expect(rules[0]?.never).toEqual([
      { before: "", after: ", set, match" },
      { before: "to ", after: "" },
    ]);
  });
});

test("the lists of terms write a comma as the other files do", () => {
  const { terms } = parseTaxonomy((file) => ({ ...sound, mapped: "go = build\\, test and ship" })[file]);
  expect([...terms.mapped.keys()]).toEqual(["build, test and ship"]);
});

describe("related skills", () => {
  test("are written once and hold both ways, in the order of the file", () => {
    const { skills } = parseTaxonomy(
      (file) =>
        ({
          ...sound,
          technology: "[language group]\ngo = golang\nrust\nzig\nc",
          related: "# neighbours\ngo ~ rust, zig\nc ~ go",
        })[file],
    );
    const related = Object.fromEntries(skills.map((skill) => [skill.name, skill.related]));
    expect(related).toEqual({ go: ["rust", "zig", "c"], rust: ["go"], zig: ["go"], c: ["go"] });
  });

  test("are known of at least 800 skills, two to six of each", () => {
    const counts = readTaxonomy().skills.map((skill) => skill.related.length);
    expect(counts.filter((count) => count >= 2).length).toBeGreaterThanOrEqual(800);
    expect(Math.max(...counts)).toBeLessThanOrEqual(6);
  });
});

describe("the linter", () => {
  test("passes what is sound", () => {
    expect(lintOf({})).toEqual([]);
  });

  test.each<[string, Partial<typeof sound>, RegExp]>([
    [
      "two skills with one alias and no rule",
      { technology: "[language group]\ngo = golang\nrust = Golang" },
      /technology.txt:3: .*share the form "golang"/,
    ],
    [
      "an alias that differs only by a hyphen",
      { technology: "[language group]\ngo\nrust = rust lang, rust-lang" },
      /same as another form/,
    ],
    [
      "a skill that stands twice",
      { technology: "[language group]\ngo\nrust\nrust" },
      /technology.txt:4: "rust" stands at technology.txt:3/,
    ],
    ["a name that is not canonical", { technology: "[language group]\ngo\nRust" }, /must be written "rust"/],
    [
      "a section that nothing defines",
      { technology: "[languages]\ngo\nrust" },
      /technology.txt:2: its section \[languages\]/,
    ],
    [
      "a skill outside of any section",
      { technology: "go\n[language group]\nrust" },
      /technology.txt:1: a skill stands under/,
    ],
    [
      "a skill that is broader than itself",
      { technology: "[language group]\ngo\n[a]\nb\n[b]\na" },
      /"a" is broader than itself/,
    ],
    ["a group that is a skill too", { group: "language group\nrust" }, /group.txt: "rust" is a skill too/],
    [
      "a related skill that does not exist",
      { related: "go ~ zig" },
      /related.txt:1: there is no skill "zig"/,
    ],
    ["a skill that is related to an alias", { related: "rust ~ golang" }, /there is no skill "golang"/],
    ["a skill that is related to itself", { related: "go ~ go" }, /"go" is related to itself/],
    [
      "a relation that stands the other way round already",
      { related: "go ~ rust\nrust ~ go" },
      /related.txt:2: "rust" and "go" stand at related.txt:1 already/,
    ],
    [
      "a related skill that is broader",
      { technology: "[language group]\ngo = golang\n[go]\nrust" },
      /related.txt:1: of "go" and "rust" one is broader/,
    ],
    [
      "a seventh related skill",
      {
        technology: `[language group]\ngo = golang\n${"abcdefg"
          .split("")
          .map((x) => `x${x}x`)
          .join("\n")}`,
        related: "go ~ xax, xbx, xcx, xdx, xex, xfx, xgx",
      },
      /"go" has more than 6 related skills/,
    ],
    [
      "a line of related skills that names none",
      { related: "go" },
      /related.txt:1: write "name ~ name, name"/,
    ],
    ["two letters without a rule", { technology: "[language group]\ngo\nqt" }, /"qt" is too short/],
    [
      "a rule for a form that no skill has",
      { ambiguous: `${sound.ambiguous}\n[swift]\nwhen: alone` },
      /no skill has the form "swift"/,
    ],
    [
      "a second rule for a form",
      { ambiguous: `${sound.ambiguous}\n[go]\nwhen: alone` },
      /has a rule at ambiguous.txt:1 already/,
    ],
    [
      "a phrase without its form",
      { ambiguous: "[go]\nnever: to market\nwhen: list" },
      /"to market" holds none/,
    ],
    ["evidence that does not exist", { ambiguous: "[go]\nwhen: mood" }, /"mood" is no evidence/],
    [
      "a part of a rule that does not exist",
      { ambiguous: "[go]\nsometimes: go" },
      /"sometimes" is not part of a rule/,
    ],
    ["a removed form of a skill", { removed: "golang" }, /removed.txt:1: "golang" is a form of "go"/],
    ["what is removed twice", { removed: "tools\nTools" }, /removed.txt:2: "Tools" stands at removed.txt:1/],
    ["a mapping to no skill", { mapped: "zig = zig coding" }, /mapped.txt:1: there is no skill "zig"/],
    ["a mapped form of a skill", { mapped: "rust = Golang" }, /"golang" is a form of "go" already/],
    ["what is both mapped and removed", { mapped: "go = tools" }, /"tools" is removed at removed.txt:2/],
    ["what is mapped twice", { mapped: "go = x\nrust = X" }, /mapped.txt:2: "X" stands at mapped.txt:1/],
    ["a mapping without terms", { mapped: "go" }, /mapped.txt:1: write "skill = term, term"/],
    ["an affix on no side", { affixes: "around: skills" }, /affixes.txt:1: write "before: words"/],
    ["a version that is none", { version: "new" }, /version: write it as/],
  ])("names %s", (_, changed, problem) => {
    expect(lintOf(changed).join("\n")).toMatch(problem);
  });
});
