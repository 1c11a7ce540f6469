import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { postingOf } from "./extract.ts";
import { skillstream as runSkillstream } from "./skillstream.fixture.ts";

const skillstream = (args: string[], input = "") =>
  runSkillstream(args, input, { SKILLSTREAM_EXTRACT_WORKERS: "1" });

const posting = {
  id: "p1",
  title: "Java Developer",
  text: "Requirements\n- 3+ years of Java\nNice to have\n- Docker",
  is_remote: true,
};
const linesOf = (out: string) =>
  out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("skillstream extract", () => {
  test("answers each posting on a line of its own, in the form of the evaluation", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "skillstream-")), "postings.jsonl");
    writeFileSync(
      file,
      `${JSON.stringify(posting)}\n\n${JSON.stringify({ ...posting, id: "p2", text: "" })}\n`,
    );
    const { code, out, err } = await skillstream(["extract", file]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [first, second] = linesOf(out);
    expect(first).toMatchObject({
      id: "p1",
      experience_years_min: 3,
      experience_years_max: null,
      work_model: "remote",
      lines: "QQPP",
      skills: [
        {
          name: "java",
          kind: "technology",
          requirement: "required",
          mentions: [
            { field: "title", text: "Java", start: 0, end: 4 },
            { field: "description", text: "Java", start: 27, end: 31 },
          ],
        },
        { name: "docker", requirement: "preferred" },
      ],
    });
    expect(second).toMatchObject({ id: "p2", lines: "" });
  });

  test("reads one posting as it stands on a page, and answers the text that its offsets count in", async () => {
    const page = "<h1>Platform Engineer</h1>\n<p>You need <b>Terraform</b> &amp; AWS.</p>";
    const { code, out, err } = await skillstream(["extract", "--text", "-"], page);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [answer] = linesOf(out) as [
      {
        title: string;
        text: string;
        skills: { name: string; mentions: { text: string; start: number; end: number }[] }[];
      },
    ];
    expect(answer.title).toBe("Platform Engineer");
    expect(answer.skills.map(({ name }) => name)).toEqual(expect.arrayContaining(["terraform", "aws"]));
    const terraform = answer.skills.find(({ name }) => name === "terraform")?.mentions[0];
    expect(answer.text.slice(terraform?.start, terraform?.end)).toBe("Terraform");
    const titled = await skillstream(["extract", "--text", "-", "--title", "Cook"], page);
    expect(linesOf(titled.out)[0]?.title).toBe("Cook");
    expect((await skillstream(["extract", "--title", "Cook", "-"], page)).code).toBe(2);
  });

  test("names each line that cannot be read, reads the others and ends with 1", async () => {
    const input = ["{", JSON.stringify(posting), "[]", JSON.stringify({ id: "x", title: "y" })].join("\n");
    const { code, out, err } = await skillstream(["extract", "-"], input);
    expect(code).toBe(1);
    expect(linesOf(out).map(({ id }) => id)).toEqual(["p1"]);
    expect(err).toMatch(/^line 1: .*JSON/m);
    expect(err).toMatch(/^line 3: it is no JSON object$/m);
    expect(err).toMatch(/^line 4: it has neither "text" nor/m);
  });

  test.each([
    ["an extractor that does not exist", ["--extractor", "oracle"], /no extractor "oracle"/],
    [
      "a version that is not this one",
      ["--extractor", "embedded@0.0.0"],
      /there is no extractor embedded@0.0.0; this is embedded@/,
    ],
    ["two files", ["a", "b"], /takes one file/],
  ])("refuses %s with 2", async (_, args, message) => {
    const { code, out, err } = await skillstream(["extract", ...args]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });

  test("takes a normalized posting as it is", () => {
    const normalized = { job_id: "n1", title: "Dev", description: "Go", lines: "Q", salary: null };
    expect(postingOf(normalized)).toMatchObject({ job_id: "n1", description: "Go", lines: "Q" });
  });
});
