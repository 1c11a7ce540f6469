import { expect, test } from "vitest";
import { createDiskReserve } from "./disk.ts";

test("below the reserve there is a reason to hold back, which says how much is free and what to do", async () => {
  const holdBack = createDiskReserve("/data", 1024, () => Promise.resolve(1000));
  expect(await holdBack()).toBe(
    "/data has 1000 MB free, less than the reserve of 1024 MB: free some space or lower SKILLSTREAM_DISK_RESERVE_MB",
  );
});

test("with room, or without a reserve, there is none", async () => {
  expect(await createDiskReserve("/data", 1024, () => Promise.resolve(1024))()).toBeUndefined();
  expect(await createDiskReserve("/data", 0, () => Promise.resolve(0))()).toBeUndefined();
});

test("the disk is not asked for every batch", async () => {
  let asked = 0;
  const holdBack = createDiskReserve("/data", 1, () => {
    asked += 1;
    return Promise.resolve(5);
  });
  for (let batch = 0; batch < 100; batch++) await holdBack();
  expect(asked).toBe(1);
});

test("the folder's own disk is asked", async () => {
  expect(await createDiskReserve(import.meta.dirname, 1e12)()).toMatch(/MB free, less than the reserve/);
});
