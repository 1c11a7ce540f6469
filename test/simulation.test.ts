// The stages, the destinations and the landing rules under simulated faults. Every run is named by its seed;
// `simulate(seed)` repeats it.
import { afterEach, expect, test, vi } from "vitest";

const seeds = 200;

afterEach(() => {
  vi.doUnmock("@skillstream/platform/repeats.ts");
  vi.doUnmock("@skillstream/store/landing.ts");
  vi.resetModules();
});

async function violationsOver(count: number): Promise<{ found: string[]; faults: Record<string, number> }> {
  const { simulate } = await import("./simulation/world.ts");
  const found: string[] = [];
  const faults: Record<string, number> = {};
  for (let seed = 1; seed <= count; seed++) {
    const result = await simulate(seed);
    for (const [fault, times] of Object.entries(result.faults)) faults[fault] = (faults[fault] ?? 0) + times;
    found.push(...result.violations.slice(0, 3).map((violation) => `seed ${seed}: ${violation}`));
  }
  return { found, faults };
}

test("two hundred seeded runs with kills, zombies, rebalances and lost answers lose nothing and store nothing twice", async () => {
  const { found, faults } = await violationsOver(seeds);
  expect(found).toEqual([]);
  for (const fault of ["kill", "freeze", "rebalance", "lose", "refuse", "late", "setback"]) {
    expect(faults[fault], `the seeds bring no ${fault}`).toBeGreaterThan(seeds / 2);
  }
});

test("without the rule that the store resumes from its table the simulation finds it out", async () => {
  vi.doMock("@skillstream/store/landing.ts", async (original) => {
    const real = await original<typeof import("@skillstream/store/landing.ts")>();
    const landInto: typeof real.landInto = (table, options) => ({
      ...real.landInto(table, options),
      resume: () => Promise.resolve(null),
    });
    return { ...real, landInto };
  });
  const { found } = await violationsOver(20);
  expect(found).not.toEqual([]);
});

test("without the rule that drops repeats the simulation finds it out", async () => {
  vi.doMock("@skillstream/platform/repeats.ts", () => ({ isRepeat: () => false }));
  const { found } = await violationsOver(20);
  expect(found).not.toEqual([]);
});
