import { foldForm } from "@skillstream/schemas/taxonomy/fold.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { describe, expect, test } from "vitest";
import { termsOf } from "./terms.ts";

describe("a stated skill", () => {
  test.each([
    // One skill in its many spellings.
    [["python", "Python3", "python 3.x", "PyThoN", "Python 3.11+", "python (advanced)"], ["python"]],
    [["aws", "amazon web service", "aws knowledge", "Amazon Web Services (AWS)"], ["aws"]],
    [["Knowledge of Python", "experience with python", "5+ years of Python", "Python skills"], ["python"]],
    [["Strong hands-on experience with Kubernetes"], ["kubernetes"]],
    [
      ["Angular v17", "Java 8+"],
      ["angular", "java"],
    ],
    [["English (C1)", "fluent english"], ["english"]],
    [["Sehr gute Kenntnisse in Docker"], ["docker"]],
    // Several in one entry.
    [["Python, Docker; Kubernetes"], ["python", "docker", "kubernetes"]],
    [["Java/Scala"], ["java", "scala"]],
    [["Python and Docker"], ["python", "docker"]],
    [["CI/CD"], ["ci/cd"]],
    [["Microsoft Office (Word, Excel)"], ["microsoft office", "word", "excel"]],
    // What a dictionary has too is the skill, where skills are listed.
    [
      ["Go", "R", "C", "Excel"],
      ["go", "r", "c", "excel"],
    ],
    // No skills.
    [["data processing", "Remote", "Senior", "full-time", "Software Engineer", "work experience"], []],
    [["", "  ", "—", "42", "C1 level"], []],
    [["N/A", "None", "TBD", "Not applicable", "See description"], []],
    [["5 years"], []],
    // What nobody knows stays, cleaned; numbers that belong to it too.
    [["Knowledge of Candle-Making", "candle making"], ["candle-making"]],
    [["Wachsgießen"], ["wachsgießen"]],
    [["Frobnicator 9000"], ["frobnicator 9000"]],
    // A sentence is no term.
    [["You have a good feeling for what our customers want and tell us about it at any time"], []],
  ])("%j becomes %j", (stated, terms) => {
    expect(termsOf(stated)).toEqual(terms);
  });

  test("keeps the order and comes once", () => {
    expect(termsOf(["Docker", "wax", "docker", "Python", "WAX"])).toEqual(["docker", "wax", "python"]);
  });

  test("costs no more than its length, and no entry is endless", () => {
    const started = process.cpuUsage().user;
    for (const part of ["knowledge of ", "(", "a/", "3.", " and ", "years "]) {
      termsOf(Array.from({ length: 1000 }, () => part.repeat(10_000)));
    }
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(3_000);
  });
});

test("every form of a skill is that skill: no list takes away what the extractor finds", () => {
  const { skills } = readTaxonomy();
  const owners = new Map<string, Set<string>>();
  for (const { name, aliases } of skills) {
    for (const form of [name, ...aliases].map(foldForm))
      owners.set(form, (owners.get(form) ?? new Set()).add(name));
  }
  const wrong = [...owners].filter(([form, names]) => {
    const terms = termsOf([form]);
    return terms.length !== 1 || !names.has(terms[0] as string);
  });
  expect(wrong.map(([form]) => form)).toEqual([]);
});
