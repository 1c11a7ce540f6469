import type { Answer } from "@skillstream/platform/outcome.ts";
import { parseTaxonomy, type TaxonomyFile } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { EnrichedPosting, Skill } from "@skillstream/schemas/types.ts";
import { expect, test } from "vitest";
import { emergingTerms } from "./emerging.ts";
import { freshDatabase } from "./fresh.ts";
import { landingColumns, landingRow } from "./row.ts";
import { found } from "./sample.ts";

const observed = Date.UTC(2026, 4, 7);
const description = "You bring:\n- Experience with Quokkaflow and SQL\n- Patience";

const lacking = (name: string): Skill => ({
  name,
  in_taxonomy: false,
  kind: "technology",
  requirement: "required",
  confidence: 0.6,
  mentions: [{ field: "description", text: "Quokkaflow", start: 29, end: 39 }],
});

/** A version of posting `job_id`, of company `company`, that names what the taxonomy lacks. */
function naming(
  origin: number,
  job_id: string,
  company: string,
  ...names: string[]
): Answer<EnrichedPosting> {
  const fingerprint = { title: "engineer", company: company.toLowerCase(), bands: [], signature: "" };
  const answer = found(origin, { job_id, company, description, fingerprint, observed_at: observed }, ["SQL"]);
  if (answer.result.kind === "emit") answer.result.value.extraction.skills.push(...names.map(lacking));
  return answer;
}

const taxonomy = (removed: string) => {
  const files: Partial<Record<TaxonomyFile, string>> = {
    technology: "[database]\nsql = structured query language\n",
    group: "database\n",
    removed: `[none]\n${removed}\n`,
    version: "1.0.0",
  };
  return parseTaxonomy((file) => files[file] ?? "");
};

test("what the taxonomy lacks queues by how many companies name it, with the lines that prove it", async () => {
  await using database = await freshDatabase();
  const { client } = database;
  const answers = [
    naming(0, "a", "Heron", "quokkaflow"),
    naming(1, "a", "Heron", "quokkaflow"),
    naming(2, "b", "Pike", "quokkaflow", "wombat scoring"),
    naming(3, "c", "Pike", "wombat scoring"),
    naming(4, "d", "Teal", "data stuff"),
    naming(5, "e", "Heron", "data stuff", "quokkaflow"),
  ];
  const rows = answers.map((answer) => landingRow({ generation: 1, partition: 0 }, answer)).join("");
  await client.command({
    query: `INSERT INTO landing (${landingColumns.map((column) => `\`${column}\``).join(", ")}) FORMAT JSONCompactEachRow\n${rows}`,
  });
  const asked = { generation: 1, sinceMs: observed, companiesMin: 2, limit: 10 };
  const queue = await emergingTerms(client, taxonomy("tools"), asked);
  expect(queue.map(({ term, postings, companies }) => [term, postings, companies])).toEqual([
    ["quokkaflow", 3, 2],
    ["data stuff", 2, 2],
  ]);
  const [first] = queue;
  expect(first).toMatchObject({
    kind: "technology",
    first_seen: new Date(observed).toISOString().slice(0, 10),
  });
  expect(first?.evidence).toHaveLength(3);
  expect(first?.evidence.map(({ job_id }) => job_id)).toEqual(["a", "b", "e"]);
  expect(first?.evidence[0]).toMatchObject({
    job_id: "a",
    company: "Heron",
    line: "- Experience with Quokkaflow and SQL",
  });

  const reviewed = await emergingTerms(client, taxonomy("data stuff"), { ...asked, companiesMin: 1 });
  expect(reviewed.map(({ term }) => term)).toEqual(["quokkaflow", "wombat scoring"]);
});

test("trends do not count what the taxonomy lacks", () => {
  const row = JSON.parse(
    landingRow({ generation: 1, partition: 0 }, naming(0, "a", "Heron", "quokkaflow")),
  ) as unknown[];
  expect(row).toContainEqual(["SQL"]);
  expect(row).toContainEqual(["quokkaflow"]);
});
