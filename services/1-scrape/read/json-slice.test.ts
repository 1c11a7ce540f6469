import { expect, test } from "vitest";
import { arrayItems, objectAfter } from "./json-slice.ts";

test("items are cut out as they stand, whatever their strings hold", () => {
  const items = [
    `{ "a": "quote \\" bracket ] comma ," }`,
    `{"b":[1,{"c":[]}],"d":"ends in a backslash \\\\"}`,
    `"text"`,
    "7",
    "null",
    "[[]]",
  ];
  const inner = ` ${items.join(" ,\n ")}\t`;
  expect(arrayItems(`{"x":{"jobs":[0]},"y":"jobs","jobs":[${inner}],"z":[1]}`, "jobs")).toEqual(items);
  expect(arrayItems(`[${inner}]`, null)).toEqual(items);
});

test("there are none where the array is empty, absent or something else", () => {
  expect(arrayItems('{"jobs":[]}', "jobs")).toEqual([]);
  expect(arrayItems('{"jobs":{"jobs":[1]}}', "jobs")).toEqual([]);
  expect(arrayItems('{"others":[1]}', "jobs")).toEqual([]);
  expect(arrayItems('{"jobs":[1]}', null)).toEqual([]);
});

test("every item of random JSON is itself again", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const letters = ['"', "\\", "]", "}", ",", "é", "\n", "a", " "];
  const value = (depth: number): unknown => {
    switch (depth > 3 ? random(3) : random(5)) {
      case 0:
        return random(100);
      case 1:
        return Array.from({ length: random(6) }, () => letters[random(letters.length)]).join("");
      case 2:
        return null;
      case 3:
        return Array.from({ length: random(4) }, () => value(depth + 1));
      default:
        return { jobs: value(depth + 1), [`k${letters[random(letters.length)]}`]: value(depth + 1) };
    }
  };
  for (let round = 0; round < 500; round++) {
    const items = Array.from({ length: random(6) }, () => value(0));
    const text = JSON.stringify({ first: value(0), jobs: items, last: value(0) }, null, random(3));
    expect(arrayItems(text, "jobs").map((one) => JSON.parse(one))).toEqual(items);
    const list = JSON.stringify(items, null, random(3));
    expect(arrayItems(list, null).map((one) => JSON.parse(one))).toEqual(items);
  }
});

test("the object that a script is given ends where it ends", () => {
  const object = `{"a":"};</script> \\"","b":{"c":{}}}`;
  expect(objectAfter(`<script>window.__data = ${object};\nfetch("{}")`, "window.__data")).toBe(object);
  expect(objectAfter("window.__data = {", "window.__data")).toBeUndefined();
  expect(objectAfter(`window.__data${" ".repeat(50)}= {}`, "window.__data")).toBeUndefined();
  expect(objectAfter("{}", "window.__data")).toBeUndefined();
});

test("a long run of backslashes or quotes takes no longer than its length", () => {
  const started = performance.now();
  const many = 400_000;
  for (const hostile of [
    "\\".repeat(many),
    '\\"'.repeat(many),
    '"'.repeat(many),
    "[".repeat(many),
    '"\\'.repeat(many),
  ]) {
    arrayItems(`{"jobs":["${hostile}`, "jobs");
    arrayItems(`["${hostile}"]`, null);
    objectAfter(`x = {"${hostile}`, "x");
  }
  expect(performance.now() - started).toBeLessThan(4_000);
});
