import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import { describe, expect, test } from "vitest";
import { type Automaton, buildAutomaton, scan } from "./automaton.ts";

function found(automaton: Automaton, forms: readonly string[], text: string): string[] {
  const { units, length } = fold(text);
  const all: string[] = [];
  scan(automaton, units, length, (first, end) => {
    for (let state = first; state !== 0; state = automaton.shorter[state] as number) {
      all.push(`${forms[automaton.form[state] as number]}@${end}`);
    }
  });
  return all;
}

describe("the automaton", () => {
  test("finds every form, overlapping ones too, the longest first at each end", () => {
    const forms = ["he", "she", "his", "hers", "ushers"];
    expect(found(buildAutomaton(forms), forms, "ushers his")).toEqual([
      "she@4",
      "he@4",
      "ushers@6",
      "hers@6",
      "his@10",
    ]);
  });

  test("agrees with looking at every place, on random texts of few letters", () => {
    const random = seeded(7);
    const word = (length: number) => Array.from({ length }, () => "ab c"[Math.floor(random() * 4)]).join("");
    for (let round = 0; round < 200; round++) {
      const forms = [
        ...new Set(Array.from({ length: 12 }, () => word(1 + Math.floor(random() * 5)).trim())),
      ].filter((form) => form !== "" && !form.includes("  "));
      const text = `x${word(200).replace(/ +/g, " ").trim()}x`;
      const expected = Array.from({ length: text.length }, (_, index) =>
        forms
          .filter((form) => text.slice(0, index + 1).endsWith(form))
          .sort((a, b) => b.length - a.length)
          .map((form) => `${form}@${index + 1}`),
      ).flat();
      expect(found(buildAutomaton(forms), forms, text)).toEqual(expected);
    }
  });

  test("needs one step a unit: twice the text takes about twice the time", () => {
    const forms = Array.from({ length: 50 }, (_, index) => `${"a".repeat(index + 1)}b`);
    const automaton = buildAutomaton(forms);
    const time = (length: number) => {
      const { units } = { units: new Uint16Array(length).fill(97) };
      const rounds = Array.from({ length: 5 }, () => {
        const before = process.cpuUsage();
        scan(automaton, units, length, () => undefined);
        const { user, system } = process.cpuUsage(before);
        return user + system;
      });
      return Math.min(...rounds);
    };
    time(2_000_000);
    // Quadratic time would be sixteen-fold.
    expect(time(8_000_000)).toBeLessThan(8 * Math.max(time(2_000_000), 1_000));
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
