// Owns the disk reserve: whoever fills a disk asks here first, and stops above the reserve rather than when the
// disk is full and nothing can be written any more, the broker's log included.
import { statfs } from "node:fs/promises";

const askEveryMs = 2_000;

/** Answers with the reason to hold back, or undefined while there is room. */
export function createDiskReserve(
  folder: string,
  reserveMb: number,
  freeMb: (folder: string) => Promise<number> = freeMegabytes,
): () => Promise<string | undefined> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: string | undefined;
  return async () => {
    if (reserveMb === 0 || performance.now() - askedAt < askEveryMs) return answer;
    askedAt = performance.now();
    const free = await freeMb(folder);
    answer =
      free >= reserveMb
        ? undefined
        : `${folder} has ${Math.floor(free)} MB free, less than the reserve of ${reserveMb} MB: free some space or lower SKILLSTREAM_DISK_RESERVE_MB`;
    return answer;
  };
}

async function freeMegabytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return (bavail * bsize) / 1024 / 1024;
}
