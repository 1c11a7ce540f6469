// Owns docs/WAREHOUSE.md: every table and view with its columns, and the graph of what is computed from what. All
// of it is read from a database that the migrations made and from the SQL that runs on it. What a column means
// stands in its own COMMENT, or, where a name means the same in every table, once in columns.txt beside the
// migrations. docs/warehouse.ts writes the page.
import { readdirSync, readFileSync } from "node:fs";
import { type ClickHouseClient, readSql, select } from "@skillstream/platform/clickhouse.ts";
import { freshDatabase } from "./fresh.ts";
import { type Lineage, lineageOf, type Statement } from "./lineage.ts";

interface Table {
  name: string;
  engine: string;
  comment: string;
  partition_key: string;
  sorting_key: string;
  as_select: string;
  create_table_query: string;
}

interface Column {
  table: string;
  name: string;
  type: string;
  comment: string;
}

export interface Description {
  page: string;
  /** Tables and columns that nobody has said the meaning of. */
  undescribed: string[];
}

/** What the store keeps for itself. */
const hidden = /^(?:migrations|migrations_lock)$|_staging_/;

async function describeWarehouse(client: ClickHouseClient): Promise<Description> {
  const sql = (name: string) => readSql(`queries/${name}.sql`, import.meta.url);
  const tables = (await select<Table>(client, sql("describe_tables"))).filter(
    ({ name }) => !hidden.test(name),
  );
  const columns = await select<Column>(client, sql("describe_columns"));
  const glossary = readGlossary();
  const meaning = ({ name, comment }: Column) => comment || glossary.get(name) || "";
  const lineage = lineageOf(
    tables.map(({ name }) => name),
    {
      views: tables
        .filter(({ as_select }) => as_select !== "")
        .map(({ name, as_select }) => ({ name, text: as_select })),
      work: statementsIn("./"),
      queries: statementsIn("../5-serve/queries/"),
    },
  );
  const undescribed = [
    ...tables.filter(({ comment }) => comment === "").map(({ name }) => name),
    ...columns
      .filter((column) => tables.some(({ name }) => name === column.table) && meaning(column) === "")
      .map(({ table, name }) => `${table}.${name}`),
  ];
  const pages = tables.map((table) => {
    const own = columns.filter((column) => column.table === table.name);
    return sectionOf(table, own, meaning, lineage);
  });
  return { page: [opening, graphOf(tables, lineage), ...pages].join("\n"), undescribed };
}

const opening = `# The warehouse

Written by \`npm run docs:data\` from the database's own tables and the SQL that runs on it; a test fails where it
has drifted. Why it is built this way stands in [ADR 24](adr/0024-warehouse.md).
`;

function graphOf(tables: readonly Table[], { sources }: Lineage): string {
  const shape = ({ name, as_select }: Table) =>
    as_select === "" ? `  ${name}[${name}]` : `  ${name}([${name}])`;
  const edges = tables.flatMap(({ name }) =>
    (sources.get(name) ?? []).map((from) => `  ${from} --> ${name}`),
  );
  return `## What is computed from what

Square ones are tables, round ones views.

\`\`\`mermaid
flowchart LR
${tables.map(shape).join("\n")}
${edges.join("\n")}
\`\`\`
`;
}

function sectionOf(
  table: Table,
  columns: readonly Column[],
  meaning: (column: Column) => string,
  { sources, readers }: Lineage,
): string {
  const facts = [
    `${table.as_select === "" ? table.engine : "View"}.`,
    table.partition_key === "" ? "" : `Partitioned by \`${table.partition_key}\`.`,
    table.sorting_key === "" ? "" : `Ordered by \`${table.sorting_key}\`.`,
    ttlOf(table),
    listed("From", sources.get(table.name)),
    listed("Read by", readers.get(table.name)),
  ].filter((one) => one !== "");
  const rows = columns.map(
    (column) => `| \`${column.name}\` | \`${column.type}\` | ${cell(meaning(column))} |`,
  );
  return `## ${table.name}

${table.comment}

${facts.join(" ")}

| column | type | what it says |
|---|---|---|
${rows.join("\n")}
`;
}

function ttlOf({ create_table_query }: Table): string {
  const ttl = / TTL (.*?) SETTINGS /.exec(create_table_query)?.[1];
  return ttl === undefined ? "" : `Kept until \`${ttl}\`.`;
}

function listed(what: string, names: readonly string[] = []): string {
  return names.length === 0 ? "" : `${what} ${names.map((name) => `\`${name}\``).join(", ")}.`;
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function readGlossary(): Map<string, string> {
  const text = readFileSync(new URL("../../schemas/clickhouse/columns.txt", import.meta.url), "utf8");
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const [name = "", meaning = ""] = line.split(" = ");
        return [name, meaning];
      }),
  );
}

/** Every .sql file below a folder, by its name. */
function statementsIn(folder: string): Statement[] {
  const base = new URL(folder, import.meta.url);
  return readdirSync(base, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql"))
    .sort()
    .map((file) => ({
      name: file.slice(file.lastIndexOf("/") + 1, -".sql".length),
      text: readFileSync(new URL(file, base), "utf8"),
    }));
}

/** The page as this program's own migrations make it. */
export async function describeFresh(): Promise<Description> {
  await using database = await freshDatabase();
  return await describeWarehouse(database.client);
}
