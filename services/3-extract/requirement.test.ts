import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import { describe, expect, test } from "vitest";
import type { LineLetter } from "./lines.ts";
import { requirementInTitle, requirementOf, wordingOf } from "./requirement.ts";

/** How strongly a sentence asks for a word in it. */
function levelOf(word: string, sentence: string, letter: LineLetter = "Q") {
  const text = foldForm(sentence);
  const start = text.indexOf(foldForm(word));
  if (start < 0) throw new Error(`no ${word} in ${text}`);
  return requirementOf(text, start, start + foldForm(word).length, letter, wordingOf(text));
}

describe("two levels in one sentence", () => {
  test.each([
    ["Python required, Go a plus", "Python", "Go"],
    ["Strong Python; ideally some Go", "Python", "Go"],
    ["Proficiency in Python, experience with Go is a plus", "Python", "Go"],
    ["You know Python and, ideally, Go", "Python", "Go"],
    ["You must know Python, and preferably Go as well", "Python", "Go"],
    ["Relational databases (Postgres preferred) and caching", "caching", "Postgres"],
    ["Cloud platforms (Azure preferred)", "Cloud", "Azure"],
    ["One language well (preferably Kotlin, Scala) and SQL", "SQL", "Scala"],
    ["One language well (preferably Kotlin, Scala) and SQL", "language", "Kotlin"],
    ["Nice to have: Go. You must have Python", "Python", "Go"],
    ["Familiarity with Go a bonus, but Python is required", "Python", "Go"],
    ["Sehr gute Kenntnisse in Python, gutes Go von Vorteil", "Python", "Go"],
    ["Maîtrise de Python, connaissances de Go appréciées", "Python", "Go"],
    ["Imprescindible Python, se valorará Go", "Python", "Go"],
    ["Domínio de Python, conhecimento em Go será um diferencial", "Python", "Go"],
    ["Experience with Go is a plus.Knowledge of Python", "Python", "Go"],
  ])("%j requires %s and prefers %s", (sentence, required, preferred) => {
    expect(levelOf(required, sentence)).toBe("required");
    expect(levelOf(preferred, sentence)).toBe("preferred");
  });
});

describe("what is not asked for", () => {
  test.each([
    ["There is no Java or SQL either", "Java"],
    ["There is no Java or SQL either", "SQL"],
    ["We write Go, no Java", "Java"],
    ["We write Go rather than Java", "Java"],
    ["Rather than Scala or Java we chose Go", "Java"],
    ["You won't need Java", "Java"],
    ["Python, not Java", "Java"],
    ["Wir schreiben Go, nicht Java", "Java"],
    ["Go statt Java", "Java"],
    ["Go au lieu de Java", "Java"],
    ["Go, pas Java", "Java"],
    ["Go en lugar de Java", "Java"],
    ["Go em vez de Java", "Java"],
  ])("%j makes no claim of %s", (sentence, word) => {
    expect(levelOf(word, sentence)).toBeNull();
  });

  test.each([
    ["No less than 3 years of Java", "Java"],
    ["Not only Java but also Go", "Java"],
    ["Nicht nur Java, sondern auch Go", "Java"],
    ["Não apenas Java, mas também Go", "Java"],
    ["Pas seulement Java", "Java"],
    ["You have no trouble with Java", "Java"],
    ["Stores: no-SQL, columns", "SQL"],
    ["We write Go rather than Java", "Go"],
    ["Rather than Scala or Java we chose Go", "Go"],
    ["Whether or not Java was your first love", "Java"],
  ])("%j claims %s", (sentence, word) => {
    expect(levelOf(word, sentence)).toBe("required");
  });
});

describe("what is only preferred", () => {
  test.each([
    "Go would be great",
    "Experience with Rust and knowledge of Go are a plus",
    "Go (preferred)",
    "Go (optional)",
    "Go will be valued",
    "Prior work with Go will help you move faster",
    "We prefer people who know Go",
    "Bonus points for Go",
    "Bonus: C, Go",
    "Extra credit if you know Go",
    "It helps if you have used Go",
    "Go is a +",
    "Experience in Go is not required but helpful",
    "Im Idealfall kennst du Go",
    "Si possible, une expérience en Go",
    "Preferentemente con Go",
    "Go é um diferencial",
  ])("%j", (sentence) => {
    expect(levelOf("Go", sentence)).toBe("preferred");
  });
});

describe("what prefers nothing, though a word of it does elsewhere", () => {
  test.each([
    "Go to reach the desired outcomes",
    "Python (preferred) or Go",
    "Go (1.22), optional chaining and annual bonus",
    "You prefer simple tools such as Go",
    "Customers prefer to deploy Go",
  ])("%j", (sentence) => {
    expect(levelOf("Go", sentence)).toBe("required");
  });
});

describe("on a line of duties", () => {
  test.each([
    "3+ years of Java",
    "You need to know Java",
    "Strong object-oriented skills in Java",
    "We are hiring a Java developer for our yard",
    "Looking for someone strong in Java",
    "We are seeking an engineer with Java",
    "Java is a must",
    "Familiarity with Java",
  ])("%j asks for it", (sentence) => {
    expect(levelOf("Java", sentence, "D")).toBe("required");
  });

  test.each([
    "Gain experience with Java",
    "Build knowledge of Java in the team",
    "Develop the essential components in Java",
    "Improve the customer experience with Java",
    "Gather requirements for Java services",
    "Take a hands-on role in Java projects",
    "Our team has deep experience with Java",
  ])("%j only tells of it", (sentence) => {
    expect(levelOf("Java", sentence, "D")).toBe("mentioned");
  });
});

describe("on a line about the company", () => {
  test.each([
    ["We have proven expertise in Java", "mentioned"],
    ["You should have experience with Java", "required"],
  ] as const)("%j: %s", (sentence, level) => {
    expect(levelOf("Java", sentence, "A")).toBe(level);
  });
});

describe("what is denied", () => {
  test.each(["No Java required", "You do not need to know Java", "Ohne Java", "Pas besoin de Java"])(
    "%j asks for nothing",
    (sentence) => {
      expect(levelOf("Java", sentence)).toBeNull();
    },
  );
});

test("the part of a line bounds what counts for a word in it", () => {
  const text = "bonus points: tidy kitchens java perks";
  const start = text.indexOf("java");
  const wording = wordingOf(text);
  expect(requirementOf(text, start, start + 4, "Q", wording)).toBe("preferred");
  const within = { start: text.indexOf("java"), end: text.length };
  expect(requirementOf(text, start, start + 4, "Q", wording, within)).toBe("required");
});

test("a title requires tools, and only names trades", () => {
  expect(requirementInTitle("technology")).toBe("required");
  expect(requirementInTitle("method")).toBe("mentioned");
});

test.each([
  "bonus ",
  "preferred ",
  "a plus ",
  "(",
  "(preferred) ",
  "no ",
  "experience with ",
  "hiring a ",
  "and ",
])("words on a line of 2 MB of %j cost no more than on a short one", (piece) => {
  const text = `${piece.repeat(1_000_000 / piece.length)}java ${piece.repeat(1_000_000 / piece.length)}`;
  const start = text.indexOf("java");
  const before = process.cpuUsage();
  for (let i = 0; i < 1_000; i++) requirementOf(text, start, start + 4, "D", { prefers: true, denies: true });
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(2_000);
});
