import { describe, expect, test } from "vitest";
import { itemOf } from "./duplicates.ts";
import { skillstream } from "./skillstream.fixture.ts";

/** More than 400 characters with which every posting of the company begins. */
const boilerplate = `About Greywater
Greywater runs the pumping stations of ninety towns between the marshes and the hills. We were founded by three plumbers
and a mathematician, and still hold our meetings standing up. Our people come from the trades as often as from the
universities, and everyone spends a day a year at a pump. Water is quiet when it is well, and so are we. We own what we
build, we answer when it rings, and we go home at five.`;

const engineer = `What you will do
- Build the service that forecasts the inflow of each station from rain radar and river gauges.
- Decide with the operators which alarms wake a person and which can wait until morning.
- Keep the history of two million readings a day so that a question about last winter takes a second.
- Replace the scripts that grew on the old server, one a month, without anybody noticing.
What you bring
- Several years with a typed language and a database that you have seen fail.
- Patience with sensors that lie.`;

const buyer = `What you will do
- Negotiate the yearly contracts for valves, seals and motors with a dozen makers.
- Visit the makers twice a year and see for yourself how they test.
- Keep the store in such order that a broken pump is mended the same day.
What you bring
- Experience in purchasing for a plant or a utility.
- A driving licence and no fear of mud.`;

const posting = { company: "Greywater", location: "Emden, Germany", source: "ours" };
const original = {
  ...posting,
  id: "original",
  title: "Senior Software Engineer",
  date: "2026-03-02",
  text: `${boilerplate}\n${engineer}`,
};
const rows = [
  {
    ...posting,
    id: "repost",
    title: "Sr. Software Engineer (m/w/d) - Bremen",
    company: "Greywater GmbH",
    location: "Bremen",
    date: "2026-04-10",
    text: `<p>${boilerplate}</p><ul><li>${engineer.replaceAll("\n- ", "</li><li>")}</li></ul><p>Pay: 70.000 € a year</p>`,
  },
  original,
  { ...original, id: "junior", title: "Junior Software Engineer" },
  { ...posting, id: "buyer", title: "Technical Buyer", date: "2026-03-01", text: `${boilerplate}\n${buyer}` },
  { ...original, id: "other duties", text: `${boilerplate}\n${buyer}` },
  { ...original, id: "elsewhere", company: null, date: "2026-05-01" },
  { ...original, id: "empty", text: "" },
];
const linesOf = (out: string) =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: string; cluster: string });

describe("skillstream duplicates", () => {
  test("puts a repost with its original, and neither with the same text for another role", async () => {
    expect(boilerplate.length).toBeGreaterThan(400);
    const { code, out, err } = await skillstream(
      ["duplicates"],
      rows.map((row) => JSON.stringify(row)).join("\n"),
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(linesOf(out)).toEqual([
      { id: "repost", cluster: "original" },
      { id: "original", cluster: "original" },
      { id: "junior", cluster: "junior" },
      { id: "buyer", cluster: "buyer" },
      { id: "other duties", cluster: "other duties" },
      { id: "elsewhere", cluster: "original" },
      { id: "empty", cluster: "empty" },
    ]);
  });

  test("takes normalized postings, with their fingerprints or without", () => {
    const { text, id, ...fields } = original;
    const normalized = { ...fields, job_id: id, description: text, observed_at: 5 };
    const made = itemOf(normalized);
    expect(made).toEqual({ ...itemOf(original), firstAt: 5 });
    const fingerprint = { title: "known", company: null, bands: [], signature: "AAAA" };
    expect(itemOf({ ...normalized, fingerprint })).toMatchObject({
      title: "known",
      signature: Buffer.alloc(3),
    });
  });

  test("names a line that it cannot read, and goes on", async () => {
    const input = [
      "{",
      "[]",
      '{"id": "a"}',
      '{"title": "b"}',
      '{"id": "c", "title": "d"}',
      JSON.stringify(original),
    ];
    const { code, out, err } = await skillstream(["duplicates", "-"], input.join("\n"));
    expect(code).toBe(1);
    expect(linesOf(out)).toEqual([{ id: "original", cluster: "original" }]);
    expect(err.match(/^line \d:/gm)).toHaveLength(5);
  });

  test("says what show and split take", async () => {
    for (const args of [["show"], ["split", "a"], ["unsplit", "--from", "b"], ["a", "b"]]) {
      const { code, err } = await skillstream(["duplicates", ...args]);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(err).toMatch(/duplicates .*takes/);
    }
  });
});
