import { expect, test } from "vitest";
import { objectAfter } from "./embedded-json.ts";

const before = /window\.state\s{0,5}=\s{0,5}/;

test("an object ends where its brackets close, whatever its strings hold", () => {
  const page = `<script>window.state = {"a":"}{ \\" }","b":{"c":[1,{}]}};window.more={"d":1}</script>`;
  expect(objectAfter(page, before)).toEqual({ a: '}{ " }', b: { c: [1, {}] } });
});

test.each([
  ["is missing", "<script>window.other={}</script>"],
  ["is cut off", 'window.state={"a":{"b":1}'],
  ["ends in a string", 'window.state={"a":"b'],
  ["ends in an escape", 'window.state={"a":"b\\'],
  ["is no JSON", "window.state={a:1}"],
  ["is an array", "window.state=[1]"],
])("what %s is undefined", (_, page) => {
  expect(objectAfter(page, before)).toBeUndefined();
});

test("a hostile page takes no time", () => {
  expect(objectAfter(`window.state=${'{"a":'.repeat(500_000)}`, before)).toBeUndefined();
});
