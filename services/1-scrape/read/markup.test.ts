import { expect, test } from "vitest";
import { elements } from "./markup.ts";

const named =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name);
const brief = (html: string, ...names: string[]) =>
  elements(html, named(...names)).map(({ name, text, inner }) => [name, text, inner]);

test("an element keeps its text and the markup inside", () => {
  expect(brief(`<div>a <b>b&amp;c</b><div>d</div><br></div><p>e`, "div", "p", "br")).toEqual([
    ["div", "a b&cd", "a <b>b&amp;c</b><div>d</div><br>"],
    ["div", "d", "d"],
    ["br", "", ""],
    ["p", "e", "e"],
  ]);
});

test("an item ends where the next one of its list begins", () => {
  expect(brief("<ul><li>a<li>b</ul>", "li")).toEqual([
    ["li", "a", "a"],
    ["li", "b", "b</ul>"],
  ]);
});

test("an item keeps the list inside it, and what else began inside keeps its own text", () => {
  expect(brief("<ul><li>a<div><ul><li>b</li><li>c</li></ul></div></li><li>d</li></ul>", "li", "div")).toEqual(
    [
      ["li", "abc", "a<div><ul><li>b</li><li>c</li></ul></div>"],
      ["div", "bc", "<ul><li>b</li><li>c</li></ul>"],
      ["li", "b", "b"],
      ["li", "c", "c"],
      ["li", "d", "d"],
    ],
  );
});

test("markup that nests or repeats without end is read in one go", () => {
  const before = process.threadCpuUsage();
  elements("<ul><li>".repeat(50_000), named("li"));
  elements("<div>".repeat(200_000), named("div"));
  elements("</ul>".repeat(200_000), named("ul"));
  // Of the processor\'s time: others may use the machine too.
  expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000);
});
