import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openFolder } from "./folder.ts";
import type { Place } from "./place.ts";
import { readLake } from "./read.ts";
import { rawEvent, records, testLease, testWriter } from "./sample.ts";

let folder: string;
let place: Place;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lake-"));
  place = openFolder(folder);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const filesOf = async (lake: Place) => (await lake.list("")).filter((path) => path.startsWith("source="));

describe("a lake", () => {
  test("holds every event once, in order, as it was published", async () => {
    const writer = testWriter(place);
    const lease = testLease();
    await writer.handle({ partition: 3, records: records(0, 130) }, lease);
    await writer.handle({ partition: 3, records: records(130, 250) }, lease);
    expect(lease.at).toBe(250);
    await writer.finish();
    const events = await Array.fromAsync(readLake(place));
    expect(events.map(({ offset }) => offset)).toEqual(Array.from({ length: 250 }, (_, index) => index));
    expect(events.map(({ event }) => event)).toEqual(
      Array.from({ length: 250 }, (_, index) => rawEvent(index)),
    );
    const files = await filesOf(place);
    expect(files).toHaveLength(18);
    expect(files[0]).toMatch(
      /^source=acme\/year=2026\/month=01\/day=31\/keyword=__HIVE_DEFAULT_PARTITION__\/p3-000000000000-100-\w{8}\.avro$/,
    );
  });
});
