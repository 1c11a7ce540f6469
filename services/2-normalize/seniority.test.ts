import { expect, test } from "vitest";
import { withClues } from "./clues.ts";
import type { LineLabel } from "./lines.ts";
import { seniorityIn, seniorityOf, seniorityOfTitle } from "./seniority.ts";

test.each([
  // Interns, and what only holds the letters.
  ["Software Engineering Intern (Summer)", "intern"],
  ["Werkstudent:in Controlling (m/w/d)", "intern"],
  ["Praktikant Einkauf", "intern"],
  ["Becario/a de Finanzas", "intern"],
  ["Stage - Assistant Chef de Projet", "intern"],
  ["CEO Founder Associate Intern", "intern"],
  ["CEO Founder Associate", null],
  ["Internal Auditor", null],
  ["Head of Sales, Early-Stage Startups", "director"],
  ["Internship Program Manager", null],
  // Executives, and who works for them.
  ["Chief Technology Officer", "executive"],
  ["Chief Information Security Officer", "executive"],
  ["CFO (m/f/d)", "executive"],
  ["Vice-President of Sales", "executive"],
  ["SVP, Risk", "executive"],
  ["Geschäftsführer (m/w/d)", "executive"],
  ["Co-Founder / Engineer", "executive"],
  ["AVP Credit", "director"],
  ["Chief of Staff", null],
  ["Executive Assistant to the CEO", null],
  ["Executive Assistant (to CEO) & Office Manager", null],
  ["Special Officer to the CTO", null],
  ["Founder's Associate", null],
  ["Founders' Associate, Growth", null],
  ["Account Executive", null],
  ["Analyst, Office of the CFO", null],
  // Directors and heads.
  ["Director of Engineering", "director"],
  ["Associate Director, Biostatistics", "director"],
  ["Head of Data", "director"],
  ["Directrice Marketing", "director"],
  ["Art Director", null],
  ["Head Chef", "lead"],
  // Managers of people, and of everything else.
  ["Engineering Manager", "manager"],
  ["Senior Engineering Manager, Platform", "manager"],
  ["Manager, Customer Success", "manager"],
  ["Senior Manager, Tax", "manager"],
  ["Store Manager", "manager"],
  ["Teamleiter Logistik (m/w/d)", "manager"],
  ["Product Manager", null],
  ["Account Manager", null],
  ["Senior Product Manager", "senior"],
  ["Project Manager", null],
  // Leads.
  ["Staff Engineer", "lead"],
  ["Principal Product Designer", "lead"],
  ["Tech Lead", "lead"],
  ["Customer Support Team Lead", "lead"],
  ["Member of Technical Staff", null],
  ["Staff Accountant", null],
  ["Lead Generation Specialist", null],
  // The lower of two.
  ["Sr/Lead Data Engineer", "senior"],
  ["Senior / Staff Backend Engineer", "senior"],
  ["Senior Staff Engineer", "lead"],
  ["Mid/Senior Developer", "mid"],
  ["Junior to Mid Developer", "junior"],
  ["Software Engineer II/III", "mid"],
  // The rest of the ladder.
  ["Sr. Analyst", "senior"],
  ["Desenvolvedor Sênior", "senior"],
  ["Expert Security Engineer", "senior"],
  ["Translation Expert", null],
  ["Software Engineer III", "senior"],
  ["Software Engineer II", "mid"],
  ["Desenvolvedor Pleno", "mid"],
  ["Engineer I", "junior"],
  ["Développeur (débutant)", "junior"],
  ["New Grad Software Engineer", "junior"],
  ["Associate Product Manager", "junior"],
  ["Sales Associate", null],
  ["Associate Attorney", null],
  ["Mid-Market Account Executive", null],
  ["Consultant, Middle East", null],
  ["Senior Living Caregiver", null],
  ["Phase II Trial Coordinator", null],
  ["Software Engineer", null],
] as const)("the title %j is %s", (title, level) => {
  expect(seniorityOfTitle(title)).toBe(level);
});

test.each([
  ["Internship", "intern"],
  ["Entry level", "junior"],
  ["Associate", "junior"],
  ["Mid-Senior level", "mid"],
  ["mid_senior", "mid"],
  ["Senior level", "senior"],
  ["Director", "director"],
  ["Executive", "executive"],
  ["Manager", "manager"],
  ["Management", "manager"],
  ["Not Applicable", null],
  ["", null],
] as const)("a source's %j is %s", (stated, level) => {
  expect(seniorityOf(stated)).toBe(level);
});

test("the text says it of the role, not of the company, and years say nothing", () => {
  const of = (label: LineLabel, text: string) => seniorityIn(withClues(text, [{ text, label }]));
  expect(of("D", "This is a senior-level position in a small team.")).toBe("senior");
  expect(of("Q", "Recent graduates are welcome.")).toBe("junior");
  expect(of("D", "We are looking for a senior keeper of lamps.")).toBe("senior");
  expect(of("D", "Wir suchen eine erfahrene Senior-Entwicklerin.")).toBe("senior");
  expect(of("D", "Nous recherchons un gardien junior.")).toBe("junior");
  expect(of("D", "Buscamos un perfil senior.")).toBe("senior");
  expect(of("D", "Procuramos uma pessoa de nível sênior.")).toBe("senior");
  expect(of("D", "We are hiring someone to teach junior keepers.")).toBeNull();
  expect(of("D", "We are seeking senior leadership's support.")).toBeNull();
  expect(of("A", "Our senior engineers come from everywhere.")).toBeNull();
  expect(of("Q", "You have 12 years of experience.")).toBeNull();
});

test("a hostile title costs no more than a long one", () => {
  const started = process.cpuUsage().user;
  for (const word of ["associate ", "assistant to ", "chief x ", "mid / ", "i "]) {
    seniorityOfTitle(word.repeat(20_000));
  }
  expect((process.cpuUsage().user - started) / 1000).toBeLessThan(500);
});
