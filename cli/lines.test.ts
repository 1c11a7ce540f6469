import { linesOf } from "@skillstream/extract/lines.ts";
import { labelLines } from "@skillstream/normalize/lines.ts";
import { expect, test } from "vitest";

test.each([
  ["", ""],
  [
    "blank lines and spaces",
    "\n About us \n\n \t\n  We make lamps.\n\u00a0\nRequirements\n\n- Steady hands\n",
  ],
  ["carriage returns and a byte order mark", "\ufeffRequirements\r\n\r\n- SQL\r\n"],
  [
    "spaces of all widths, and signs that are none",
    "Requirements\n\u2003\u3000\n\u0001\n\u200b\n- SQL\u2028- Go",
  ],
  ["bullets that stand alone", "Responsibilities\n•\nLight the lamps\n-\n"],
])("the extractor gives each line the letter that the normalizer read for it: %s", (_, text) => {
  const letters = labelLines(text);
  const lines = linesOf(text, letters);
  expect(lines.map(({ letter }) => letter).join("")).toBe(letters);
  const shown = text.split("\n").filter((line) => line.trim() !== "");
  expect(lines.map(({ start, end }) => text.slice(start, end))).toEqual(shown);
});
