import { coreSlots, wholeSlots } from "@skillstream/schemas/fingerprint.ts";
import { describe, expect, test } from "vitest";
import { cluster, comparedMax, type Item } from "./cluster.ts";

/** Texts of one number are alike but for so many of the slots of the core and of all lines. */
function item(
  id: string,
  firstAt: number,
  text: number,
  { core = 0, whole = 0, ...changes }: Partial<Item> & { core?: number; whole?: number } = {},
): Item {
  const signature = new Uint8Array(coreSlots + wholeSlots);
  for (let slot = 0; slot < signature.length; slot++) {
    const changed = slot < coreSlots ? (slot * 7) % coreSlots < core : (slot * 7) % wholeSlots < whole;
    signature[slot] = 1 + ((slot * 37 + text * 101 + (changed ? 50 : 0)) % 255);
  }
  return { id, firstAt, title: "data engineer", company: "northwind", signature, ...changes };
}

function clusters(items: readonly Item[], apart: [string, string][] = []): Record<string, string> {
  const earliest = cluster(items, apart);
  return Object.fromEntries(items.map(({ id }, index) => [id, (earliest[index] as Item).id]));
}

describe("clusters", () => {
  test("are named after the earliest of them, and of two at once after the lower id", () => {
    expect(clusters([item("c", 2, 1), item("b", 1, 1), item("a", 1, 1)])).toEqual({ a: "a", b: "a", c: "a" });
  });

  test("keep another title apart, however alike the texts", () => {
    const [one, other] = [item("a", 1, 1), item("b", 2, 1, { title: "data engineer senior" })];
    expect(clusters([one, other])).toEqual({ a: "a", b: "b" });
  });

  test("keep other duties of one title apart, however much boilerplate they share", () => {
    expect(clusters([item("a", 1, 1), item("b", 2, 1, { core: 115, whole: 16 })])).toEqual({
      a: "a",
      b: "b",
    });
    expect(clusters([item("a", 1, 1), item("b", 2, 1, { core: 45, whole: 20 })])).toEqual({ a: "a", b: "a" });
  });

  test("ask more of a company that is unknown, and most of another one", () => {
    const changed = { core: 52, whole: 26 };
    expect(clusters([item("a", 1, 1), item("b", 2, 1, changed)]).b).toBe("a");
    expect(clusters([item("a", 1, 1), item("b", 2, 1, { ...changed, company: null })]).b).toBe("b");
    expect(clusters([item("a", 1, 1), item("b", 2, 1, { core: 30, whole: 15, company: null })]).b).toBe("a");
    expect(clusters([item("a", 1, 1), item("b", 2, 1, { core: 30, whole: 15, company: "contoso" })]).b).toBe(
      "b",
    );
    expect(clusters([item("a", 1, 1), item("b", 2, 1, { core: 10, whole: 5, company: "contoso" })]).b).toBe(
      "a",
    );
  });

  test("are the same in any order", () => {
    const items = Array.from({ length: 60 }, (_, at) =>
      item(`job-${at}`, (at * 7) % 11, at % 9, { core: (at * 13) % 70, whole: (at * 5) % 30 }),
    );
    const expected = clusters(items);
    expect(new Set(Object.values(expected)).size).toBeGreaterThan(8);
    for (const step of [7, 11, 13, 59]) {
      const order = items.map((_, at) => items[(at * step) % items.length] as Item);
      expect(clusters(order)).toEqual(expected);
    }
  });

  test("never hold a pair that people split, even one that cannot be told apart", () => {
    const items = [item("a", 1, 1), item("b", 2, 1), item("c", 3, 1, { core: 10 }), item("d", 4, 1)];
    const split = clusters(items, [["b", "a"]]);
    expect(split.a).not.toBe(split.b);
    expect(Object.values(split)).toContain("a");
    expect(clusters(items.toReversed(), [["a", "b"]])).toEqual(split);
  });

  test("of what a split leaves, each goes where it is most alike", () => {
    const items = [
      item("a", 1, 1),
      item("b", 2, 1, { core: 60 }),
      item("near-a", 3, 1, { core: 8 }),
      item("near-b", 4, 1, { core: 52 }),
    ];
    expect(clusters(items)).toEqual({ a: "a", b: "a", "near-a": "a", "near-b": "a" });
    expect(clusters(items, [["a", "b"]])).toEqual({ a: "a", b: "b", "near-a": "a", "near-b": "b" });
  });

  test("hold a template together that thousands use", () => {
    const items = Array.from({ length: 2_000 }, (_, at) => {
      const one = item(`spam-${at}`, at, 1);
      one.signature[at % one.signature.length] = 1 + (at % 254);
      return one;
    });
    expect(items.length).toBeGreaterThan(5 * comparedMax);
    expect(new Set(cluster(items).map(({ id }) => id))).toEqual(new Set(["spam-0"]));
  });

  test("of thousands of one company and title come in time that does not grow with their square", () => {
    let state = 1;
    const items = Array.from({ length: 8_000 }, (_, at) => {
      const one = item(`job-${at}`, at, 1);
      one.signature.forEach((_, slot) => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        one.signature[slot] = 1 + ((state >>> 16) % 255);
      });
      return one;
    });
    const start = process.cpuUsage();
    expect(new Set(cluster(items)).size).toBe(items.length);
    const { user, system } = process.cpuUsage(start);
    // All pairs would be 32 million, twenty times as many.
    expect(user + system).toBeLessThan(12_000_000);
  });

  test("leave a posting alone of which there is no fingerprint", () => {
    const none = { signature: new Uint8Array() };
    expect(clusters([item("a", 1, 1, none), item("b", 2, 1, none)])).toEqual({ a: "a", b: "b" });
  });
});
