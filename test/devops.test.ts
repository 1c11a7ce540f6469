// A posting of the well-known kind, from its text through the normalizer's facts to what the extractor says of it.

import { createEmbedded } from "@skillstream/extract/embedded.ts";
import { factsOf } from "@skillstream/normalize/facts.ts";
import { nothingStated } from "@skillstream/schemas/blank.ts";
import { readTaxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { expect, test } from "vitest";

const title = "DevOps Engineer";
const description = `About Quillfern
Quillfern keeps the timetables of forty ferry lines and tells passengers when to run.
We are a Series B company, and our platform team is a team of 6.

What you will do
- Run the clusters on which our timetables live, and work closely with the four product teams
- Write infrastructure as code, review it, and take part in the on-call rotation
- Bring the time from merge to production below ten minutes

What you need
- 3-5 years of experience in a DevOps or platform role
- Terraform for everything that is not a ferry
- Azure, above all Azure Kubernetes Service (AKS)
- CI/CD with GitHub Actions
- Solid knowledge of Kubernetes and Docker
- Prometheus or Grafana for monitoring
- Bachelor's degree in computer science or equivalent experience

Nice to have
- Experience with SOC 2 audits
- Go or Python

What we offer
- 30 days of paid vacation
- 1,500 EUR training budget a year
- Stock options
- Free ferry rides
- Home office budget

This is a full-time position. You work hybrid, two days a week in our Rostock office.
The salary is between 62,000 and 74,000 EUR a year. We cannot sponsor visas.
Quillfern is an equal opportunity employer.`;

test("a mid-level DevOps posting gives each skill at its level, and its benefits as benefits", () => {
  const facts = factsOf({ title, company: "Quillfern", location: "Rostock", description }, nothingStated());
  const { skills, required, preferred, benefits, role, company, context, workplace, flags } = createEmbedded(
    readTaxonomy(),
  )({ ...facts, title, description });
  const at = (level: string) =>
    skills.filter(({ requirement }) => requirement === level).map(({ name }) => name);

  expect(at("required")).toEqual(
    expect.arrayContaining([
      "terraform",
      "azure",
      "azure kubernetes service",
      "github actions",
      "ci/cd",
      "kubernetes",
      "docker",
      "prometheus",
      "grafana",
    ]),
  );
  expect(at("preferred")).toEqual(expect.arrayContaining(["soc 2", "go", "python"]));
  expect(at("required")).not.toEqual(expect.arrayContaining(["soc 2"]));
  expect(at("mentioned")).toEqual(expect.arrayContaining(["infrastructure as code"]));

  expect(benefits).toEqual({
    training: ["1,500 EUR training budget a year"],
    time_off: ["30 days of paid vacation"],
    other: ["Stock options", "Free ferry rides", "Home office budget"],
  });
  expect(required).toMatchObject({
    experience_years_min: 3,
    experience_years_max: 5,
    education: "bachelor",
  });
  expect(preferred.education).toBeNull();
  expect(role).toMatchObject({
    title,
    visa: "no_sponsorship",
    employment_type: "full_time",
    salary: { min: 62_000, max: 74_000, currency: "EUR", period: "year" },
  });
  expect(workplace.work_model).toBe("hybrid");
  expect(company.type).toBe("Series B company");
  expect(context.team).toBe("team of 6");
  expect(context.responsibilities).toEqual([
    "Run the clusters on which our timetables live, and work closely with the four product teams",
    "Write infrastructure as code, review it, and take part in the on-call rotation",
    "Bring the time from merge to production below ten minutes",
  ]);
  expect(context.collaboration).toEqual(["work closely with the four product teams"]);
  expect(flags).toEqual([]);
});
