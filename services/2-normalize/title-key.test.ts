import { describe, expect, test } from "vitest";
import { titleKeyOf } from "./title-key.ts";

const key = (title: string, location: string | null = null) => titleKeyOf(title, location);

describe("the key of a title", () => {
  test.each([
    ["Sr. Data Engineer", "Senior Data Engineer"],
    ["Senior Data Engineer (m/w/d)", "Senior Data Engineer"],
    ["Senior Data Engineer - all genders", "Senior Data Engineer"],
    ["Data Engineer H/F", "Data Engineer"],
    ["Entwickler:in", "Entwickler"],
    ["Développeur(euse) Backend", "Developpeur Backend"],
    ["DATA ENGINEER", "Data Engineer"],
    ["Engineer, Data", "Data Engineer"],
    ["Data Engineers", "Data Engineer"],
    ["Front-End Developer", "Frontend Dev"],
    ["Full Stack Engineer", "Fullstack Engineer"],
    ["Software Engineer II", "Software Engineer 2"],
    ["VP of Sales", "Vice President, Sales"],
    ["Data Engineer #48213", "Data Engineer"],
    ["JR0012345 - Data Engineer", "Data Engineer"],
    ["Data Engineer | R-20931", "Data Engineer"],
    ["Data Engineer (Remote)", "Data Engineer"],
    ["Data Engineer - Hybrid, Full-time", "Data Engineer"],
    ["Hiring now: Data Engineer", "Data Engineer"],
    ["Data Engineer ($120k - $150k)", "Data Engineer"],
    ["Data Engineer 80-100%", "Data Engineer"],
    ["Data Engineer - Berlin", "Data Engineer"],
    ["Data Engineer, New York, NY", "Data Engineer"],
    ["Data Engineer New York", "Data Engineer"],
    ["Account Executive - DACH", "Account Executive (Nordics)"],
  ])("is equal for %j and %j", (one, other) => {
    expect(key(one)).toBe(key(other));
  });

  test.each([
    ["Senior Data Engineer", "Data Engineer"],
    ["Software Engineer II", "Software Engineer III"],
    ["Staff Engineer", "Senior Staff Engineer"],
    ["Backend Engineer", "Frontend Engineer"],
    ["Account Executive, Enterprise", "Account Executive, Mid-Market"],
    ["C++ Engineer", "C# Engineer"],
    ["C Engineer", "C++ Engineer"],
    ["US Tax Accountant", "UK Tax Accountant"],
    ["Part-time Barista", "Barista"],
    ["Intern, Summer 2026", "Intern, Summer 2027"],
    ["Pilot Boeing 737", "Pilot Boeing 777"],
    ["Customer Success Manager, French", "Customer Success Manager, German"],
    ["IT Manager", "Manager"],
  ])("is another one for %j and %j", (one, other) => {
    expect(key(one)).not.toBe(key(other));
  });

  test("leaves out a place that no list knows where the posting's own location names it", () => {
    expect(key("Nurse - Kuhmoinen", "Kuhmoinen, Finland")).toBe(key("Nurse"));
    expect(key("Nurse - Kuhmoinen")).not.toBe(key("Nurse"));
  });

  test("keeps a word that is a place elsewhere, or all there is", () => {
    expect(key("Mobile Engineer", "Mobile, AL")).toBe("engineer mobile");
    expect(key("Berlin", "Berlin")).toBe("berlin");
    expect(key("(m/w/d)")).toBe("");
  });

  test("takes any text in linear time, and never throws", () => {
    const start = process.cpuUsage();
    for (const part of ["m/", "(", "a:", " - ", "1,", "R-", "§", "\ud800", "Berlin ", "#1 "]) {
      expect(typeof key(part.repeat(20_000), part.repeat(20_000))).toBe("string");
    }
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(2_000_000);
  });
});
