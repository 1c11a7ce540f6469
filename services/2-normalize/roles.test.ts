import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { LineLabel, ReadLine } from "./lines.ts";
import { functionOf, roleOf } from "./roles.ts";
import { parseRoles } from "./roles-file.ts";

const nameOf = (title: string) => roleOf(title, [])?.name ?? null;
const line = (label: LineLabel, text: string): ReadLine => ({ label, text });

describe("a title", () => {
  test.each([
    ["Senior Backend Engineer (Go)", "backend engineer"],
    ["Software Engineer, iOS", "mobile engineer"],
    ["Software Engineer II - Machine Learning Platform", "machine learning engineer"],
    ["Senior Full-Stack Developer (Ruby)", "full stack engineer"],
    ["Engineer, Embedded", "embedded engineer"],
    ["Member of Technical Staff, Infrastructure", "platform engineer"],
    ["Sr. Mgr / Engineering Manager, Data", "engineering manager"],
    ["Manager, Customer Success", "customer success manager"],
    ["Director, Product Marketing", "product marketing manager"],
    ["Account Senior Executive", "account executive"],
    ["Lead Generation Specialist", "sales development representative"],
    ["Sales Engineer", "sales engineer"],
    ["Product Manager, Data Science", "product manager"],
    ["Data Science Product Manager", "product manager"],
    ["Executive Assistant to the CEO", "executive assistant"],
    ["Chief of Staff", "chief of staff"],
    ["(Senior) Account Executive", "account executive"],
    ["Lead, Software Development", "engineering manager"],
    ["Staff Accountant", "accountant"],
    ["Research & Development Engineer - Thermal", "mechanical engineer"],
    ["Registered Nurse (RN), Night Shift", "nurse"],
    ["Line Cook", "chef"],
    ["Forklift Operator", "warehouse worker"],
    ["Kindergarten Teacher", "teacher"],
    ["HR Business Partner", "hr business partner"],
    ["FP&A Analyst", "financial analyst"],
    ["Sr. Manager, FP&A", "finance manager"],
    // A field beside a rank, and among other words.
    ["Head of Veterinary Marketing", "marketing manager"],
    ["Director, Institutional Sales APAC", "sales manager"],
    ["Working Student Accounting", "accountant"],
    ["Data Scientist-Human Resources", "data scientist"],
    ["Join our talent community", null],
    // Who works with whom, and on what.
    ["Norvale - Data Engineer", "data engineer"],
    ["Member of Technical Staff - Product Designer", "product designer"],
    ["Factory Simulation Engineer, Special Projects", "manufacturing engineer"],
    ["Vehicle Homologation Engineer", null],
    // Other languages, and endings that only tell a gender.
    ["Softwareentwickler:in (m/w/d)", "software engineer"],
    ["Softwareentwicklerin Java", "software engineer"],
    ["Verkäufer/in im Außendienst", "sales representative"],
    ["Développeuse back-end", "backend engineer"],
    ["Infirmier(ère) de nuit", "nurse"],
    ["Ingeniero/a de datos", "data engineer"],
    ["Enfermeira", "nurse"],
    ["Sjuksköterska", "nurse"],
    ["Systemutvecklare Java", "software engineer"],
    ["Responsable Marketing Produit", "product marketing manager"],
    ["Engenheiro(a) de Software Pleno", "software engineer"],
    ["Verpleegkundige", "nurse"],
    ["Contabile", "accountant"],
    // What names no role.
    ["Founding Engineer", null],
    ["Analyst", null],
    ["Open Application", null],
    ["Join us!", null],
    ["", null],
  ])("%j is %j", (title, role) => {
    expect(nameOf(title)).toBe(role);
  });

  test("that names a role is surer than one that is found further on", () => {
    const confidence = (title: string) => roleOf(title, [])?.confidence ?? 0;
    expect(confidence("Product Designer")).toBeGreaterThan(confidence("Norvale GmbH | Product Designer"));
  });

  test("is read in a bounded time, whatever it holds", () => {
    const started = process.cpuUsage().user;
    for (const part of ["engineer ", "(a", "/in", " - ", "senior staff ", "é", "to for at "]) {
      roleOf(part.repeat(50_000), []);
      functionOf(null, part.repeat(50_000));
    }
    expect((process.cpuUsage().user - started) / 1000).toBeLessThan(500);
  });
});

const pipelines = [
  line("D", "Build ETL data pipelines in Airflow and Spark that load our data warehouse."),
  line("D", "Own ingestion from Kafka, and data quality."),
  line("Q", "You know Snowflake, dbt and data modeling."),
];
const dashboards = [
  line("D", "Build dashboards and reports in Tableau, and answer ad hoc questions of stakeholders."),
  line("D", "Follow our KPIs and trends."),
  line("Q", "Good SQL and Excel; reporting and data visualization."),
];
const science = [
  line("D", "Design experiments and A/B testing, and do causal inference on their outcome."),
  line("D", "Build predictive models: regression, clustering, forecasting."),
  line("Q", "Strong statistics."),
];
const training = [
  line("D", "Train models in PyTorch on many GPUs, and bring model serving and inference to production."),
  line("D", "Own model deployment and MLOps: training pipelines, a feature store."),
  line("Q", "Deep learning and neural networks, embeddings."),
];

describe("duties", () => {
  test.each([
    ["pipelines", pipelines, "data engineer"],
    ["dashboards", dashboards, "data analyst"],
    ["model training", training, "machine learning engineer"],
    ["statistics", science, "data scientist"],
  ])("of %s say what a Data Scientist is", (_, lines, role) => {
    expect(roleOf("Data Scientist", lines)?.name).toBe(role);
  });

  test("that agree with the title make it surer, and that overrule it less so", () => {
    const agreeing = roleOf("Data Scientist", science)?.confidence ?? 0;
    const silent = roleOf("Data Scientist", [])?.confidence ?? 0;
    const overruled = roleOf("Data Scientist", pipelines)?.confidence ?? 1;
    expect(agreeing).toBeGreaterThan(silent);
    expect(silent).toBeGreaterThan(overruled - 0.05);
    expect(agreeing).toBeGreaterThan(0.85);
  });

  const frontend = line(
    "D",
    "Build user interfaces in React with CSS, HTML and our design system; care for accessibility.",
  );
  const backend = line("D", "Build REST APIs and microservices on PostgreSQL, Redis and Kafka.");

  test("narrow a wide title", () => {
    expect(roleOf("Software Engineer", [frontend])).toMatchObject({ name: "frontend engineer" });
    expect(roleOf("Software Engineer", [backend])).toMatchObject({ name: "backend engineer" });
    expect(roleOf("Software Engineer", [frontend, backend])).toMatchObject({ name: "full stack engineer" });
    expect(roleOf("Software Engineer", [])).toMatchObject({ name: "software engineer" });
    expect(roleOf("Engineer", [])).toBeNull();
    expect(
      roleOf("Engineer", [line("D", "Mechanical design in SolidWorks: CAD, FEA, GD&T, sheet metal.")]),
    ).toMatchObject({
      name: "mechanical engineer",
    });
  });

  test("do not outweigh what the title says of its kind", () => {
    expect(roleOf("Software Engineer, Backend", [frontend, frontend])?.name).toBe("backend engineer");
  });

  test("of the company, benefits and legal lines say nothing", () => {
    const elsewhere = pipelines.map(({ text }, index) => line("ABL"[index] as LineLabel, text));
    expect(roleOf("Data Scientist", elsewhere)?.name).toBe("data scientist");
  });
});

describe("the function", () => {
  test("is the role's, or what a source states", () => {
    expect(functionOf({ name: "nurse", confidence: 1 }, "")).toBe("healthcare");
    expect(functionOf(null, "Analyst, Product Management")).toBe("product");
    expect(functionOf(null, "Accounting/Auditing, Finance")).toBe("finance");
    expect(functionOf(null, "Human Resources")).toBe("people");
    expect(functionOf(null, "Information Technology")).toBe("it");
    expect(functionOf(null, "Safety Specialist, Data Center Operations")).toBe("it");
    expect(functionOf(null, "R&D")).toBe("engineering");
    expect(functionOf(null, "Other")).toBeNull();
    expect(functionOf(null, "")).toBeNull();
    expect(functionOf({ name: "of another version", confidence: 1 }, "Sales")).toBeNull();
  });
});

describe("roles.txt", () => {
  const book = parseRoles(readFileSync(new URL("roles.txt", import.meta.url), "utf8"));

  test("holds roles of all functions, none wide", () => {
    const roles = [...book.roles.values()].filter(({ isWide }) => !isWide);
    expect(roles.length).toBeGreaterThanOrEqual(120);
    for (const one of book.functions) expect(roles.map((role) => role.function)).toContain(one);
  });

  test("gives each role by its own name", () => {
    for (const role of book.roles.values()) {
      if (!role.isWide) expect(book.forms.get(role.name.replace(" and ", " "))?.name).toBe(role.name);
    }
  });

  test.each([
    ["[a]\nx = y\nz = y", /roles.txt:3: "y" is x already/],
    ["[a]\nx = y\nx = z", /"x" stands twice/],
    ["[a]\nx = y\n  may be: z", /there is no role "z"/],
    ["[a]\nx = y {many}", /there is no set {many}/],
    ["x = y", /write "role = form, form" below a \[function\]/],
    ["[a]\nwords: w\n[b]\nwords: w", /roles.txt:4: "w" is a already/],
    ["[a]\n  title: w", /"title" belongs to a role/],
  ])("is refused as %j", (text, problem) => {
    expect(() => parseRoles(text)).toThrow(problem);
  });
});

const captured = new URL("../../../shared/data/postings/ashby-2025-10.jsonl.gz", import.meta.url);

// The captures are not part of the project.
test.skipIf(!existsSync(captured))(
  "most titles of a real board name a role, and nearly all a function",
  () => {
    const postings: { title: string; department: string; team: string }[] = gunzipSync(readFileSync(captured))
      .toString()
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text));
    let roles = 0;
    let functions = 0;
    for (const { title, department, team } of postings) {
      const role = roleOf(title, []);
      const found =
        role === null
          ? (functionOf(null, `${department}, ${team}`) ?? functionOf(null, title))
          : functionOf(role, "");
      if (role !== null) roles++;
      if (found !== null) functions++;
    }
    expect(roles / postings.length).toBeGreaterThan(0.9);
    expect(functions / postings.length).toBeGreaterThan(0.97);
  },
);
