// Owns the dimension of skills: the store writes the taxonomy that it came with, under its version. Written twice, a
// row merges away; versions that older extractions name stay.
import { type ClickHouseClient, clickhouseError } from "@skillstream/platform/clickhouse.ts";
import { readTaxonomy, type Taxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";

export async function writeSkills(
  client: ClickHouseClient,
  { version, skills }: Taxonomy = readTaxonomy(),
): Promise<void> {
  try {
    await client.insert({
      table: "dim_skill",
      format: "JSONEachRow",
      columns: ["taxonomy", "skill", "kind", "broader"],
      values: skills.map(({ name, kind, broader }) => ({
        taxonomy: version,
        skill: name,
        kind,
        broader: broader ?? "",
      })),
    });
  } catch (error) {
    throw clickhouseError(error);
  }
}
