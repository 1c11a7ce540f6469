import { expect, test } from "vitest";
import { withClues } from "./clues.ts";
import type { ReadLine } from "./lines.ts";
import { workplaceIn, workplaceOf } from "./workplace.ts";

const lines = (text: string, label: ReadLine["label"] = "D") =>
  withClues(
    text,
    text.split("\n").map((line) => ({ text: line, label })),
  );

test.each([
  ["Remote", "remote"],
  ["TELECOMMUTE", "remote"],
  ["Berlin or remote", "remote"],
  ["Télétravail", "remote"],
  ["Remoto - Brasil", "remote"],
  ["Berlin (Hybrid)", "hybrid"],
  ["Hybrid/Remote", "hybrid"],
  ["Remote, On-site, Hybrid", "remote"],
  ["Híbrido", "hybrid"],
  ["On-site", "onsite"],
  ["In office", "onsite"],
  ["In sede", "onsite"],
  ["Op locatie", "onsite"],
  ["På plats", "onsite"],
  ["Stacjonarnie", "onsite"],
  ["Praca zdalna", "remote"],
  ["Op afstand", "remote"],
  ["Madrid, presencial", "onsite"],
  ["Not remote", null],
  ["Berlin", null],
  ["Remotely Ltd", null],
  ["", null],
] as const)("a field that says %j is %s", (text, type) => {
  expect(workplaceOf(text)).toBe(type);
});

test.each([
  ["This role is fully remote.", "remote"],
  ["You can work from our Lyon office or remotely.", "remote"],
  ["We're a remote-first company.", "remote"],
  ["Lamp keeper, part-time, remote, 3 days a week.", "remote"],
  ["Telework is possible.", "remote"],
  ["Fully remote, Monday to Friday.", "remote"],
  ["We meet in the tower's office on Tuesdays and work from home.", "hybrid"],
  ["Fridays from home if you want.", "hybrid"],
  ["Telework up to two days per week after six months.", "hybrid"],
  ["Two days a week in Porto and the rest from home.", "hybrid"],
  ["Office by the harbour, or at home as the storms allow.", "hybrid"],
  ["Dienstags im Büro, sonst nicht.", "hybrid"],
  ["Le vendredi en télétravail.", "hybrid"],
  ["Viernes teletrabajo.", "hybrid"],
  ["Às sextas teletrabalho.", "hybrid"],
  ["The role sits at our home office in Porto and is not eligible for remote work.", "onsite"],
  ["Monday to Friday in the office.", "onsite"],
  ["Work location: Porto, on site.", "onsite"],
  ["Work from home support", null],
  ["De lunes a viernes en la oficina, de 9 a 17.", null],
  ["Free lunch in the office on Thursdays.", null],
  ["Location: Remote", "remote"],
  ["Work from anywhere in Europe", "remote"],
  ["100 % Homeoffice ist möglich", "remote"],
  ["We work hybrid, with two days of remote work.", "hybrid"],
  ["Three days a week in our Leeds office", "hybrid"],
  ["You will be in the office 2-3 days per week.", "hybrid"],
  ["2 jours de télétravail par semaine", "hybrid"],
  ["Télétravail possible deux jours par semaine", "hybrid"],
  ["Modelo híbrido no Recife", "hybrid"],
  ["Lavoro ibrido da Torino", "hybrid"],
  ["On-site, Tuesday to Saturday.", "onsite"],
  ["All lab work is done on site.", "onsite"],
  ["Five days a week in our office", "onsite"],
  ["This is an on-site role in Oslo.", "onsite"],
  ["You join our team full time, in person.", "onsite"],
  ["Du arbeitest Vor Ort in Graz.", "onsite"],
  ["Lampworks | Glazier | Ghent | In person | Full time", "onsite"],
  ["Lampworks | Glazier | Ghent | Onsite / Remote | Full time", "remote"],
] as const)("a text that says %j is %s", (text, type) => {
  expect(workplaceIn(lines(text))).toBe(type);
});

test.each([
  "This role is not remote.",
  "You support remote teams and on-site customers.",
  "Home office stipend of 500 dollars",
  "Work remotely for up to four weeks a year",
  "Remote sensing and remote access tools",
  "You know hybrid clouds.",
  "A hybrid role: part teacher, part builder",
  "A fund of 300 dollars to set up remote work",
  "The interview is on-site in Ghent.",
  "Lunch in the office every day",
  "Microsoft Office",
  "Two company gatherings a year, in person",
  "Du verkaufst am Telefon, Vor Ort oder auf der Messe.",
  "Arbeit vor Ort bei unseren Kundinnen",
  "",
])("%j says nothing of where the work is done", (text) => {
  expect(workplaceIn(lines(text))).toBeNull();
});

test("of several that are offered it is the most flexible", () => {
  expect(workplaceIn(lines("Hybrid in Porto, or fully remote within Portugal"))).toBe("remote");
  expect(workplaceIn(lines("On-site role in Porto\nHybrid possible"))).toBe("hybrid");
});

test("days that are asked for in the office make remote work hybrid", () => {
  expect(workplaceIn(lines("Remote work\nThree days a week in the office"))).toBe("hybrid");
});

test("the small print is not read", () => {
  expect(workplaceIn(lines("We are a fully remote company.", "L"))).toBeNull();
});

test("days are read wherever they stand", () => {
  expect(workplaceIn(lines("We meet in the office on Mondays and Thursdays.", "L"))).toBe("hybrid");
});

test("a hostile line is read in no time", () => {
  const hostile = [
    "remote ",
    "office 3 ",
    "3 days ",
    "hybrid or ",
    "on-site-",
    "not ",
    "fridays home ",
    "office on ",
  ].map((one) => one.repeat(100_000 / one.length));
  const before = process.cpuUsage();
  for (const line of hostile) workplaceIn(lines(line));
  const { user } = process.cpuUsage(before);
  expect(user / 1_000).toBeLessThan(500);
});
