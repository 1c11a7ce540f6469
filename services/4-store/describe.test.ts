import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { describeFresh } from "./describe.ts";

test("every table and column says what it is, and docs/WAREHOUSE.md is what the database says", async () => {
  const { page, undescribed } = await describeFresh();
  expect(undescribed).toEqual([]);
  const file = new URL("../../docs/WAREHOUSE.md", import.meta.url);
  expect(readFileSync(file, "utf8"), "run npm run docs:data").toBe(page);
});
