// What the warehouse's staging view gives out, `skillstream import` reads back as the same postings.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { normalize } from "@skillstream/normalize/normalize.ts";
import { select } from "@skillstream/platform/clickhouse.ts";
import { createLog } from "@skillstream/platform/log.ts";
import type { Posting } from "@skillstream/schemas/types.ts";
import { freshDatabase } from "@skillstream/store/fresh.ts";
import { createLanding } from "@skillstream/store/landing.ts";
import { found } from "@skillstream/store/sample.ts";
import { createWarehouse } from "@skillstream/store/warehouse.ts";
import { afterAll, expect, test } from "vitest";
import { openPostings } from "./posting-files.ts";

const scope = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), "staging-view-"));
scope.defer(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => scope.disposeAsync());

const fixtures = new URL("../services/1-scrape/files/fixtures/", import.meta.url);

async function postingsOf(place: string): Promise<Posting[]> {
  const file = await openPostings(place, { importedAt: Date.UTC(2026, 10, 1), payload: false });
  const postings: Posting[] = [];
  for await (const read of file.postings) {
    const outcome = "event" in read ? normalize(read.event) : undefined;
    if (outcome?.kind === "emit") postings.push(outcome.value);
  }
  expect(file.mapping()).toBe("linkedin-staging");
  return postings;
}

test("the export of a set in LinkedIn's staging form is read back as the same postings", async () => {
  const log = createLog("test", "fatal");
  const { client } = scope.use(await freshDatabase());
  const duplicates = { update: async () => undefined };
  const warehouse = scope.use(createWarehouse(client, { generation: 1, log, duplicates }));

  const before = await postingsOf(fileURLToPath(new URL("linkedin-staging.csv", fixtures)));
  expect(before.length).toBeGreaterThan(1);
  await createLanding(client, { generation: 1, log }).write(
    0,
    before.map((posting, origin) => found(origin, posting)),
  );
  await warehouse.settled();
  const rows = await select(
    client,
    "SELECT * EXCEPT (generation, source) FROM linkedin_jobs_staging WHERE generation = 1",
  );
  const place = join(folder, "export.jsonl");
  writeFileSync(place, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));

  const byId = (postings: Posting[]) => postings.toSorted((a, b) => a.job_id.localeCompare(b.job_id));
  expect(byId(await postingsOf(place))).toEqual(byId(before));
}, 120_000);
