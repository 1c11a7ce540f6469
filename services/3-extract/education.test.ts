import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import { describe, expect, test } from "vitest";
import { cluesIn } from "./clues.ts";
import { type EducationLine, educationOf } from "./education.ts";
import type { LineLetter } from "./lines.ts";

const lineOf = (source: string, letter: LineLetter = "Q"): EducationLine => {
  const { units, length } = fold(source);
  return { letter, source, clues: cluesIn(units, 0, length) };
};
function asked(source: string, letter: LineLetter = "Q") {
  const { required, preferred } = educationOf([lineOf(source, letter)]);
  return { required, preferred };
}
const required = (source: string, letter: LineLetter = "Q") => asked(source, letter).required;

describe("the lowest degree that is acceptable", () => {
  test.each([
    ["Bachelor's degree in Computer Science", "bachelor"],
    ["Bachelor’s degree or equivalent practical experience", "bachelor"],
    ["- BS/MS/PhD in Computer Science", "bachelor"],
    ["BA or BS in a quantitative field, e.g. statistics", "bachelor"],
    ["B.Sc. or M.Sc. in Physics", "bachelor"],
    ["MS/PhD degree in genetics, or similar", "master"],
    ["BSEE, BSCE, or something like it", "bachelor"],
    ["BSME required", "bachelor"],
    ["MSN or BSN", "bachelor"],
    ["ADN accepted, BSN preferred", "associate"],
    ["Ensino superior em Letras", "bachelor"],
    ["MSc or Ph.D. in robotics", "master"],
    ["Ph.D. in immunology", "phd"],
    ["MBA or another advanced degree", "master"],
    ["High school diploma or GED", "high_school"],
    ["Associate's degree in accounting, or a bachelor's", "associate"],
    ["You hold a degree in a STEM subject", "bachelor"],
    ["A four-year college degree", "bachelor"],
    ["Educated to degree level", "bachelor"],
    ["An engineering degree, or years that taught you the same", "bachelor"],
    ["Currently pursuing a degree in design", "bachelor"],
    ["You are enrolled in a technical university and graduate next summer", "bachelor"],
    ["Currently pursuing a Master's in economics", "master"],
    ["Abgeschlossenes Studium der Informatik oder vergleichbar", "bachelor"],
    ["Bachelor- oder Masterabschluss in Elektrotechnik", "bachelor"],
    ["Abitur oder Fachhochschulreife", "high_school"],
    ["Abgeschlossene Berufsausbildung als Mechatroniker", "associate"],
    ["Diplôme d'ingénieur ou Bac+5", "master"],
    ["De formation Bac +3 minimum", "bachelor"],
    ["BTS ou DUT en comptabilité", "associate"],
    ["Licenciatura en Economía", "bachelor"],
    ["Grado en Matemáticas o similar", "bachelor"],
    ["Formación profesional de grado superior", "associate"],
    ["Ensino superior completo em Administração", "bachelor"],
    ["Bacharelado em Administração", "bachelor"],
    ["Mestrado em Estatística", "master"],
    ["Ensino médio completo", "high_school"],
  ])("%j asks for %s", (source, degree) => {
    expect(required(source)).toBe(degree);
  });

  test("of several lines the lowest counts", () => {
    const lines = [
      lineOf("- Master's degree with two years of work"),
      lineOf("- or a Bachelor's degree with five"),
    ];
    expect(educationOf(lines).required).toBe("bachelor");
  });

  test("a degree in a field, beside one that is named, says which field", () => {
    const lines = [
      lineOf("Degree in linguistics or a neighbouring field"),
      lineOf("Master's degree is required and a PhD is preferred"),
    ];
    expect(educationOf(lines)).toMatchObject({ required: "master", preferred: "phd" });
  });

  test("the lines that ask for one are told", () => {
    const lines = [
      lineOf("Patience"),
      lineOf("A degree in linguistics"),
      lineOf("Our team has a degree of humour", "D"),
    ];
    expect([...educationOf(lines).asking]).toEqual([lines[1]]);
  });

  test("lines that lost their breaks are read apart", () => {
    expect(required("Strong attention to detailBachelor's Degree3 years in support")).toBe("bachelor");
  });
});

describe("what is only preferred", () => {
  test.each([
    ["Bachelor's degree preferred", null, "bachelor"],
    ["BS (MS preferred) in Engineering", "bachelor", "master"],
    ["Bachelor's degree required, Master's preferred", "bachelor", "master"],
    ["Bachelor's in finance; MBA a plus", "bachelor", "master"],
    ["Ideally you have a Master's degree", null, "master"],
    ["MS or PhD in physics is a plus", null, "master"],
    ["Idealerweise abgeschlossenes Studium der Mathematik", null, "bachelor"],
    ["Un Master serait un plus: Master en informatique apprécié", null, "master"],
    ["A PhD is nice to have", null, "phd"],
    ["A Master's degree in marketing (not strictly required)", null, "master"],
  ])("%j requires %s and prefers %s", (source, degree, preferred) => {
    expect(asked(source)).toEqual({ required: degree, preferred });
  });

  test.each([
    "Bachelor's degree, computer science preferred",
    "Bachelor's degree or above; bonus if in Computer Science",
    "BS in Engineering, preferably mechanical",
    "BA in a quantitative field: economics, finance or maths are preferred",
    "Bachelor's degree in biology (focus on genetics preferred)",
    "Bachelor's degree and three years of experience with cranes preferred",
  ])("%j prefers a field, not a degree", (source) => {
    expect(asked(source)).toEqual({ required: "bachelor", preferred: null });
  });

  test("a line of preferred qualifications prefers, unless it says that it requires", () => {
    expect(asked("Master's degree in statistics", "P")).toEqual({ required: null, preferred: "master" });
    expect(asked("Required: bachelor's degree", "P").required).toBe("bachelor");
  });
});

describe("what is no degree", () => {
  test.each([
    "Experience with master data and with Scrum Masters",
    "A high degree of autonomy",
    "Turn the camera by 360 degrees",
    "Proficient in MS Office, MS Excel and MS Project",
    "Deliver to MA, MI, MN and MS. On-site in Boston, MA",
    "Some BS is tolerated, but not in estimates",
    "No degree required",
    "A bachelor's degree is not required",
    "We do not require a degree",
    "Sell to every school district in the state",
    "Build tools for our PhD-level annotators",
    "Associate product manager for the high school program",
    "Become a master of the kiln",
    "Manager of the Masterclass studio",
  ])("%j", (source) => {
    expect(asked(source)).toEqual({ required: null, preferred: null });
  });

  test.each<[LineLetter, string]>([
    ["A", "Our team includes three PhDs and a former baker"],
    ["D", "Work with PhD researchers who hold a degree in physics"],
    ["A", "She holds a master's degree from a college by the sea"],
    ["B", "Tuition for your bachelor's degree"],
    ["L", "We do not ask for a degree in your application"],
  ])("on a line of kind %s: %j", (letter, source) => {
    expect(asked(source, letter)).toEqual({ required: null, preferred: null });
  });
});

test.each([
  "Bachelor's degree ",
  "BS, ",
  "MS/",
  "degree ",
  "master's or ",
  "a",
  "( ",
  "in lieu of a ",
  "enrolled in a ",
  "graduate ",
])("a line of 2 MB of %j costs no more than its beginning", (piece) => {
  const source = piece.repeat(2_000_000 / piece.length);
  const before = process.cpuUsage();
  asked(source);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(500);
});
