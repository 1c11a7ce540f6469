// Owns what is read in a posting once its text is clean: which reading of a fact goes before which, and the record
// of where each fact was read. How a fact is worded is its own file's matter. Pure; null is null, never a guess.
import type { Posting, PostingPlace, StatedSalary } from "@skillstream/schemas/types.ts";
import { withoutOrders } from "@skillstream/schemas/without-orders.ts";
import { withClues } from "./clues.ts";
import { companyNameOf } from "./company.ts";
import { employmentIn, employmentOf, employmentOfTitle, internshipBeside } from "./employment.ts";
import { yearsIn } from "./experience.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { languageOf } from "./language.ts";
import { type ReadLine, readLines } from "./lines.ts";
import { ordersOf } from "./orders.ts";
import { salaryIn, salaryOf, yearlyOf } from "./pay.ts";
import { placesOf } from "./places.ts";
import { functionOf, roleOf } from "./roles.ts";
import { seniorityIn, seniorityOf, seniorityOfTitle } from "./seniority.ts";
import { termsOf } from "./terms.ts";
import { workplaceIn, workplaceOf } from "./workplace.ts";

/** Clean text. */
export interface Texts {
  title: string;
  company: string | null;
  location: string | null;
  description: string;
}

/** What the source states beside the text, in its own words. */
export interface Stated {
  employment_type: string | null;
  seniority_level: string | null;
  workplace_type: string | null;
  job_functions: readonly string[];
  skills: readonly string[];
  salary: StatedSalary | null;
}

export type Facts = Pick<
  Posting,
  | "company_name"
  | "role"
  | "job_function"
  | "seniority_level"
  | "employment_type"
  | "workplace_type"
  | "places"
  | "salary"
  | "salary_per_year"
  | "experience_years_min"
  | "experience_years_max"
  | "skill_terms"
  | "language"
  | "lines"
  | "fingerprint"
  | "orders"
  | "derived_from"
  | "unreadable"
>;

export function factsOf(texts: Texts, stated: Stated): Facts {
  const { company, location } = texts;
  const orders = ordersOf(texts);
  const title = withoutOrders(texts.title, "title", orders);
  const description = withoutOrders(texts.description, "description", orders);
  const derived_from: Record<string, string> = {};
  const unreadable: string[] = [];

  /** The first reading that says something; later ones are not asked. Where none does, what was stated is unreadable. */
  function first<Value>(
    field: keyof Facts,
    isStated: boolean,
    readings: [where: string, read: () => Value | null][],
  ): Value | null {
    for (const [where, read] of readings) {
      const value = read();
      if (value === null) continue;
      if (where !== "stated") derived_from[field] = where;
      return value;
    }
    if (isStated) unreadable.push(field);
    return null;
  }

  const titleLine = withClues(title, [{ text: title, label: "O" }]);
  const lines = withClues(description, readLines(description));
  const language = first("language", false, [["description", () => languageOf(description)]]);
  const company_name = companyNameOf(company);
  if (company_name !== null && company_name !== company) derived_from.company_name = "company";

  const employment_type = first("employment_type", saysSomething(stated.employment_type), [
    ["title", () => internshipBeside(employmentOf(stated.employment_type), title)],
    ["stated", () => employmentOf(stated.employment_type)],
    ["title", () => employmentOfTitle(title)],
    ["description", () => employmentIn(lines)],
  ]);
  const seniority_level = first("seniority_level", saysSomething(stated.seniority_level), [
    // A title says it in the company's own words; a site's field has one of a few.
    ["title", () => seniorityOfTitle(title)],
    ["stated", () => seniorityOf(stated.seniority_level)],
    ["description", () => seniorityIn(lines)],
  ]);
  const workplace_type = first("workplace_type", saysSomething(stated.workplace_type), [
    // A site's field has one of three, or a yes; the company's own words say what it means.
    ["location", () => workplaceOf(location)],
    ["title", () => workplaceOf(title)],
    ["description", () => workplaceIn(lines)],
    ["stated", () => workplaceOf(stated.workplace_type)],
  ]);
  const places = saysSomething(location) ? placesOf(location) : [];
  if (places.length > 0) derived_from.places = "location";
  // "Remote" and "Worldwide" name no place, and say all that they mean.
  else if (saysSomething(location) && workplaceOf(location) === null && !anyPlace.test(location ?? ""))
    unreadable.push("location");
  const country = onlyCountry(places);
  const salary = first("salary", hasAmount(stated.salary), [
    ["stated", () => salaryOf(stated.salary, country)],
    ["title", () => salaryIn(titleLine, country)],
    ["description", () => salaryIn(lines, country)],
  ]);
  const salary_per_year = salary === null ? null : yearlyOf(salary);
  if (salary !== null && salary.period !== "year") derived_from.salary_per_year = "salary";
  const years = first("experience_years_min", false, [["description", () => yearsIn(lines)]]);
  if (years !== null && years.max !== null) derived_from.experience_years_max = "description";
  const role = first("role", false, [["title", () => roleOf(title, lines)]]);
  const job_function = first("job_function", false, [
    ["role", () => (role === null ? null : functionOf(role, ""))],
    ["job_functions", () => functionOf(null, stated.job_functions.join(", "))],
    ["title", () => functionOf(null, title)],
  ]);

  return {
    company_name,
    role,
    job_function,
    seniority_level,
    employment_type,
    workplace_type,
    places,
    salary,
    salary_per_year,
    experience_years_min: years?.min ?? null,
    experience_years_max: years?.max ?? null,
    skill_terms: termsOf(stated.skills),
    language,
    lines: lettersOf(texts.description, description, lines),
    fingerprint: fingerprintOf({ ...texts, title, description }, lines),
    orders,
    derived_from,
    unreadable,
  };
}

/** A letter for each line of the text as written: one that gives orders, and says nothing else, is about nothing. */
function lettersOf(written: string, read: string, lines: readonly ReadLine[]): string {
  const letters = lines.map(({ label }) => label);
  if (read === written) return letters.join("");
  const readLines = read.split("\n");
  let next = 0;
  return written
    .split("\n")
    .map((line, index) => {
      if (line.trim() === "") return "";
      return readLines[index]?.trim() === "" ? "O" : letters[next++];
    })
    .join("");
}

/** The country that all places are in. */
function onlyCountry(places: readonly PostingPlace[]): string | null {
  const country = places[0]?.country ?? null;
  return places.every((place) => place.country === country) ? country : null;
}

const anyPlace =
  /^(?:global(?:ly)?|world ?wide|international|distributed|flexible|(?:any ?where|everywhere|any|all|various|multiple|several)(?: (?:locations?|places|cities|in the world|on earth))?)$/i;

/** What sources write where they have nothing to say. */
const nothingSaid =
  /^(?:not (?:applicable|specified|available)|n ?\/ ?a|none|null|nan|undefined|other|unknown|unspecified|any|tb[acd]|to be (?:announced|confirmed|determined))$/i;

/** Whether there is something to be read in a field: what has neither letter nor digit says nothing. */
export function saysSomething(stated: string | null): boolean {
  return stated !== null && /[\p{L}\p{N}]/u.test(stated) && !nothingSaid.test(stated.trim());
}

function hasAmount(stated: StatedSalary | null): boolean {
  return stated !== null && (stated.min !== null || stated.max !== null);
}
