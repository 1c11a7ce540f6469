import { expect, test } from "vitest";
import { rowProgress } from "./row-progress.ts";

function screen(isTTY: boolean) {
  let text = "";
  return {
    isTTY,
    write(part: string) {
      text += part;
    },
    text: () => text,
  };
}

test("on a terminal one line is written over, and words stand above it", () => {
  let now = 0;
  const out = screen(true);
  const progress = rowProgress(
    "a.csv",
    () => 0.25,
    out,
    () => now,
  );
  progress.show(10);
  expect(out.text()).toBe("");
  now = 1_000;
  progress.show(12_000);
  now = 1_100;
  progress.show(12_500);
  progress.say("line 7: a quote");
  now = 2_000;
  progress.show(24_000);
  progress.end();
  expect(out.text()).toBe(
    "a.csv: 12,000 rows, 12,000 rows/s, 25%, 3 s left\r\u001b[Kline 7: a quote\n" +
      "a.csv: 24,000 rows, 12,000 rows/s, 25%, 6 s left\r\u001b[K",
  );
});

test("elsewhere it is a line every few seconds, without what nobody knows", () => {
  let now = 0;
  const out = screen(false);
  const progress = rowProgress(
    "-",
    () => null,
    out,
    () => now,
  );
  for (now = 0; now < 11_000; now += 100) progress.show(now);
  progress.end();
  expect(out.text()).toBe("-: 5,000 rows, 1,000 rows/s\n-: 10,000 rows, 1,000 rows/s\n");
});
