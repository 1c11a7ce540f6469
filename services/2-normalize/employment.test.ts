import { expect, test } from "vitest";
import { withClues } from "./clues.ts";
import { employmentIn, employmentOf, employmentOfTitle, internshipBeside } from "./employment.ts";
import type { ReadLine } from "./lines.ts";

test.each([
  ["FULL_TIME", "full_time"],
  ["FULL_TIME, CONTRACTOR", "full_time"],
  ["CONTRACTOR", "contract"],
  ["Contract", "contract"],
  ["Part-time", "part_time"],
  ["PartTime", "part_time"],
  ["Vollzeit", "full_time"],
  ["Permanent", "full_time"],
  ["Temps partiel", "part_time"],
  ["CDI", "full_time"],
  ["CDD", "temporary"],
  ["Jornada completa", "full_time"],
  ["Estágio", "internship"],
  ["Befristet", "temporary"],
  ["Fixed-term contract", "temporary"],
  ["FullTime", "full_time"],
  ["Fixed-term", "temporary"],
  ["Unbefristet", "full_time"],
  ["Internship", "internship"],
  ["INTERN", "internship"],
  ["Full-time internship", "internship"],
  ["Temporary", "temporary"],
  ["PER_DIEM", "temporary"],
  ["Freelance", "contract"],
  ["OTHER", null],
  ["Internal", null],
  ["", null],
  ["x".repeat(1_000_000), null],
] as const)("employment %j is %s", (stated, type) => {
  expect(employmentOf(stated)).toBe(type);
});

test.each([
  ["Lamplighter Intern", "internship"],
  ["Lamps Ltd | Lamplighter | Full-timeWe light lamps", "full_time"],
  ["Praktikum Leuchtturm (m/w/d)", "internship"],
  ["Stage - Gardien de phare", "internship"],
  ["Werkstudent Technik", "internship"],
  ["Internship Program Manager", null],
  ["Stage Manager", null],
  ["Internal Auditor", null],
  ["Lamplighter (Contract)", "contract"],
  ["Lamplighter – 6 month contract", "contract"],
  ["Recruiter (Contract - 6 months)", "contract"],
  ["Contract Counsel", null],
  ["Contracts Manager, Lamps", null],
  ["Lamplighter (Fixed Term Contract)", "temporary"],
  ["Keeper, maternity cover", "temporary"],
  ["Part-time Keeper", "part_time"],
  ["Keeper (full-time)", "full_time"],
  ["Freelance Writer", null],
  ["Writer (Freelance)", "contract"],
  ["Keeper", null],
] as const)("the title %j says %s", (title, type) => {
  expect(employmentOfTitle(title)).toBe(type);
});

const read = (text: string, label: ReadLine["label"] = "O") =>
  employmentIn(withClues(text, [{ text, label }]));

test.each([
  ["This is a full-time position in Oslo.", "full_time"],
  ["Temp to perm, starting in May.", "temporary"],
  ["A fixed-term appointment.", "temporary"],
  ["This is maternity cover.", "temporary"],
  ["Temporary for three months.", "temporary"],
  ["Anstellung: Vollzeit, unbefristet", "full_time"],
  ["Poste en CDI, à temps plein", "full_time"],
  ["Poste en CDD de 6 mois", "temporary"],
  ["Teilzeit, 20 Stunden", "part_time"],
  ["A six month contract", "contract"],
  ["It is an independent contractor role", "contract"],
  ["Full-time or part-time, as you like", "full_time"],
  ["This internship lasts half a year, full-time.", "internship"],
  ["All full-time employees get 30 days off", null],
  ["Part-time employees are covered as well", null],
  ["You check customers by our CDD rules", null],
  ["You negotiate contracts", null],
  ["An internship experience is a plus", null],
  ["Part-time, seasonal or freelance roles may get fewer of these", null],
  ["A full-time opportunity", "full_time"],
  ["Take your time", null],
] as const)("the line %j says %s", (text, type) => {
  expect(read(text)).toBe(type);
});

test("of an intern a field tells the hours", () => {
  expect(internshipBeside("full_time", "Lamplighter Intern")).toBe("internship");
  expect(internshipBeside("full_time", "Internal Lamplighter")).toBeNull();
  expect(internshipBeside("part_time", "Working student, lamps")).toBeNull();
});

test("what the company says of itself is not read", () => {
  expect(read("We are 200 people, all full-time", "A")).toBeNull();
});

test.each(["full ", "part-time and ", "contract ", "(", "intern"])(
  "a text of %j without end takes a moment",
  (piece) => {
    const text = piece.repeat(1_000_000 / piece.length);
    const before = process.cpuUsage();
    read(text);
    employmentOfTitle(text);
    employmentOf(text);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  },
);
