// Owns `npm run docs:data`: writes WAREHOUSE.md from a database that this program's own migrations make.
import { writeFileSync } from "node:fs";
import { describeFresh } from "@skillstream/store/describe.ts";

const { page, undescribed } = await describeFresh();
writeFileSync(new URL("WAREHOUSE.md", import.meta.url), page);
if (undescribed.length > 0) {
  console.error(`Nobody has said what these are: ${undescribed.join(", ")}`);
  console.error("Give each a COMMENT in a migration, or its name a line in schemas/clickhouse/columns.txt.");
  process.exitCode = 1;
}
