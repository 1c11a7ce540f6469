// Owns the made-up postings that the replica sites show, each site in its own form.

export interface MadeUp {
  /** Digits; each site makes its own kind of id of them. */
  id: string;
  title: string;
  company: string;
  city: string;
  country: string;
  remote: boolean;
  /** Description as markup. */
  html: string;
  type: "full_time" | "part_time" | "contract" | "internship";
  level: "entry" | "mid" | "senior" | "director";
  postedAt: Date;
  salary: { min: number; max: number; currency: string; period: "year" | "hour" } | null;
  applicants: number;
}

const roles = ["Data Engineer", "Data Analyst", "Data Scientist", "Platform Engineer", "Backend Developer"];
const firms = ["Brellwick & Sons", "Ostermoor Labs", "Quillon Health", "Nordvane", "Tamarisk Freight"];
const places = [
  ["Tallinn", "Estonia"],
  ["Denver", "United States"],
  ["Lisboa", "Portugal"],
  ["Köln", "Germany"],
  ["Leeds", "United Kingdom"],
] as const;
const skills = [
  "Python",
  "SQL",
  "Kafka",
  "dbt",
  "Airflow",
  "Spark",
  "Terraform",
  "TypeScript",
  "R",
  "Tableau",
];
const types = ["full_time", "full_time", "contract", "part_time", "internship"] as const;
const levels = ["mid", "senior", "entry", "director"] as const;
const newestAt = Date.UTC(2026, 9, 1, 8);
const apartMs = 37 * 60 * 1000;

/** The same seed gives the same postings, the newest first. */
export function madeUp(count: number, seed = 1): MadeUp[] {
  return Array.from({ length: count }, (_, index) => {
    const pick = <T>(list: readonly T[], salt: number) =>
      list[(index * (salt * 2 + 1) + seed * salt) % list.length] as T;
    const [city, country] = pick(places, 3);
    const role = pick(roles, 1);
    const wanted = [1, 2, 3].map((salt) => pick(skills, salt * 3 + 1));
    const hourly = index % 7 === 0;
    return {
      id: String(4_100_000_000 + seed * 1_000_000 + index),
      title: `${pick(["Senior ", "", "Junior ", "Lead "], 5)}${role} ${index + 1}`,
      company: pick(firms, 2),
      city,
      country,
      remote: index % 3 === 0,
      html:
        `<p>We look for a <strong>${role}</strong> who likes clean data &amp; plain words. This is made-up text, ` +
        `number ${index + 1}.</p><ul>${wanted.map((one) => `<li>${one}: ${1 + (index % 6)}+ years</li>`).join("")}</ul>`,
      type: pick(types, 1),
      level: pick(levels, 1),
      postedAt: new Date(newestAt - index * apartMs),
      salary:
        index % 2 === 0
          ? hourly
            ? { min: 30 + (index % 20), max: 55 + (index % 20), currency: "USD", period: "hour" }
            : { min: 60_000 + index * 100, max: 90_000 + index * 100, currency: "EUR", period: "year" }
          : null,
      applicants: index % 200,
    };
  });
}
