import { expect, test } from "vitest";
import { factsOf, type Stated, type Texts } from "./facts.ts";

const nothing: Stated = {
  employment_type: null,
  seniority_level: null,
  workplace_type: null,
  job_functions: [],
  skills: [],
  salary: null,
};

const read = (texts: Partial<Texts>, stated: Partial<Stated> = {}) =>
  factsOf(
    { title: "x", company: null, location: null, description: "", ...texts },
    { ...nothing, ...stated },
  );

test.each([
  ["Senior Data Engineer", null, "senior"],
  ["Data Engineer", "Mid-level", "mid"],
  ["Data Engineer", null, null],
  ["Lead Engineer", "Senior level", "lead"],
  ["Staff Engineer", null, "lead"],
  ["Member of Technical Staff", null, null],
  ["Product Manager", null, null],
  ["Engineering Manager", null, "manager"],
  ["Director of Engineering", null, "director"],
  ["Head of Data", null, "director"],
  ["Chief Technology Officer", null, "executive"],
  ["VP Engineering", null, "executive"],
  ["Software Engineering Intern", "Senior", "intern"],
  ["Internal Auditor", null, null],
  ["Praktikum Marketing", null, "intern"],
  ["Desenvolvedor Sênior", null, "senior"],
  ["Développeur (débutant)", null, "junior"],
  ["Software Engineer II", null, "mid"],
  ["Sr. Analyst", null, "senior"],
  ["Analyst", "Entry level", "junior"],
  ["Analyst", "Manager", "manager"],
] as const)("seniority of %j with %j is %s", (title, seniority_level, level) => {
  expect(read({ title }, { seniority_level }).seniority_level).toBe(level);
});

test("the workplace is what the place, the title or the text says, then what is stated", () => {
  const workplace = (workplace_type: string | null, location: string | null, title: string) =>
    read({ location, title }, { workplace_type }).workplace_type;
  const text = { description: "You are in our office three days a week." };
  expect(read(text, { workplace_type: "Remote" }).workplace_type).toBe("hybrid");
  expect(workplace("On-site", "Remote", "x")).toBe("remote");
  expect(workplace("On-site", "Berlin", "x")).toBe("onsite");
  expect(workplace(null, "Berlin (hybrid)", "x")).toBe("hybrid");
  expect(workplace("TELECOMMUTE", null, "x")).toBe("remote");
  expect(workplace(null, "Berlin", "Engineer (Remote)")).toBe("remote");
  expect(workplace(null, "Berlin", "Remotely related")).toBeNull();
});

test("what the source did not state itself says where it was read", () => {
  const stated = read({ title: "Engineer" }, { employment_type: "Full-time", workplace_type: "Remote" });
  expect(stated.derived_from).not.toHaveProperty("employment_type");
  expect(stated.derived_from).not.toHaveProperty("workplace_type");
  const derived = read({ title: "Marketing Intern (remote)" });
  expect(derived.derived_from).toMatchObject({
    employment_type: "title",
    seniority_level: "title",
    workplace_type: "title",
  });
});

test("what is stated and cannot be read is null, and named", () => {
  const facts = read(
    {},
    {
      employment_type: "gobbledygook",
      workplace_type: "somewhere",
      seniority_level: "Wizard",
      salary: { min: -1, max: null, currency: "USD", period: "year" },
    },
  );
  expect(facts).toMatchObject({ employment_type: null, workplace_type: null, salary: null });
  expect(facts.unreadable).toEqual(["employment_type", "seniority_level", "workplace_type", "salary"]);
  expect(read({}).unreadable).toEqual([]);
});

test("words for nothing, and what the title or the text says in their place, leave nothing unreadable", () => {
  const salary = { min: null, max: null, currency: "USD", period: null };
  const facts = read(
    { location: "Remote" },
    { employment_type: "Other", seniority_level: "Not Applicable", workplace_type: " - ", salary },
  );
  expect(facts.unreadable).toEqual([]);
  expect(read({ title: "Engineer (remote)" }, { workplace_type: "somewhere" })).toMatchObject({
    workplace_type: "remote",
    unreadable: [],
  });
});

test("both ends of the years of experience say where they were read", () => {
  const derived = (text: string) => read({ description: text }).derived_from;
  expect(derived("You have 3-5 years of experience with lamps.")).toMatchObject({
    experience_years_min: "description",
    experience_years_max: "description",
  });
  expect(derived("You have 3+ years of experience with lamps.")).not.toHaveProperty("experience_years_max");
});

test("a location that names no place is unreadable", () => {
  expect(read({ location: "Headquarters" }).unreadable).toEqual(["location"]);
  expect(read({ location: "Worldwide" }).unreadable).toEqual([]);
  expect(read({ location: "Multiple locations" })).toMatchObject({ places: [], unreadable: [] });
  expect(read({ location: "Headquarters (remote)" })).toMatchObject({ places: [], unreadable: [] });
});

test("pay comes to its amount in a year", () => {
  const salary = { min: 50, max: null, currency: "USD", period: "hour" };
  expect(read({}, { salary })).toMatchObject({
    salary_per_year: { min: 104_000, max: null },
    derived_from: { salary_per_year: "salary" },
  });
});
