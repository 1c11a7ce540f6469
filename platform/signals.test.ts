import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { firstOf, pause } from "./signals.ts";

test("a pause ends with its signal, and leaves nothing on it", async () => {
  const stop = new AbortController();
  await pause(1, stop.signal);
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
  const long = pause(1_000_000, stop.signal);
  stop.abort();
  await long;
  // Ends at once: its signal has been given.
  await pause(1_000_000, stop.signal);
});

test("the first of several signals is passed on with its reason", () => {
  const [one, other] = [new AbortController(), new AbortController()];
  using first = firstOf(one.signal, other.signal);
  expect(first.signal.aborted).toBe(false);
  other.abort("enough");
  one.abort("too late");
  expect(first.signal.reason).toBe("enough");
  expect(firstOf(one.signal).signal.reason).toBe("too late");
});

test("what is disposed of leaves nothing on the signals that it followed", () => {
  const stop = new AbortController();
  firstOf(stop.signal, new AbortController().signal)[Symbol.dispose]();
  expect(getEventListeners(stop.signal, "abort")).toEqual([]);
});
