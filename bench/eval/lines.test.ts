import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { hasMaterial } from "../../training/lines/material.ts";

// The labelled postings stand beside the repository, on machines that have them.
test.skipIf(!hasMaterial())(
  "of lines of companies it never saw, the model keeps 97 of 100 relevant ones, and 85 of 100 kept are relevant",
  () => {
    // A process of its own: eleven fits take ten times as long among a test's rewritten imports.
    const script = fileURLToPath(new URL("../eval.ts", import.meta.url));
    const { crossValidated, relevantMin } = JSON.parse(
      execFileSync(process.execPath, [script, "lines", "--json"], { encoding: "utf8" }),
    );
    const own = crossValidated.find((one: { relevantMin: number }) => one.relevantMin === relevantMin);
    expect(own.recall).toBeGreaterThanOrEqual(0.97);
    expect(own.precision).toBeGreaterThanOrEqual(0.85);
    expect(own.letters).toBeGreaterThan(0.86);
  },
  180_000,
);
