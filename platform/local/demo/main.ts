// Owns the demo site as a process: it listens where SKILLSTREAM_DEMO_URL says and keeps the market's clock in
// the data folder, so that a restart goes on with the same market. A site that slept for longer than a moment
// wakes where it fell asleep: the made-up market waits for its audience.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runService } from "@skillstream/platform/service.ts";
import { type Clock, createMarket } from "./market.ts";
import { createSite } from "./site.ts";

const heartbeatMs = 1_000;
/** A stop shorter than this is a restart, and the market goes on as if nothing had been. */
const sleepMinMs = 60_000;

interface Kept {
  seed: number;
  postings: number;
  epoch: number;
  clock: Clock;
  /** When the site was last up. */
  awake: number;
}

function write(file: string, kept: Kept): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(kept)}\n`);
  renameSync(`${file}.new`, file);
}

await runService(
  "demo",
  ["home", "demoUrl", "demoSeed", "demoPostings", "demoLivePerSecond"],
  async (service) => {
    const { settings, log, readiness, signal } = service;
    const folder = join(settings.home, "demo");
    const file = join(folder, "epoch.json");
    mkdirSync(folder, { recursive: true });
    const now = Date.now();
    let kept: Kept;
    if (existsSync(file)) {
      kept = JSON.parse(readFileSync(file, "utf8")) as Kept;
      if (kept.seed !== settings.demoSeed || kept.postings !== settings.demoPostings) {
        log.warn(
          { file, kept: { seed: kept.seed, postings: kept.postings } },
          "The demo market of this folder was begun with another seed or size and goes on with those; remove the folder to begin anew.",
        );
      }
      if (now - kept.awake > sleepMinMs) {
        // What was served in the last heartbeat must stay, so the new segment begins after it.
        const slot = createMarket(kept).slotsAt(kept.awake + 2 * heartbeatMs);
        kept.clock.segments.push({ slot, time: now });
      }
    } else {
      const { demoSeed: seed, demoPostings: postings, demoLivePerSecond: livePerSecond } = settings;
      const { historySlots } = createMarket({ seed, postings, epoch: now });
      kept = {
        seed,
        postings,
        epoch: now,
        clock: { livePerSecond, segments: [{ slot: historySlots, time: now }] },
        awake: now,
      };
    }
    kept.awake = now;
    write(file, kept);
    const heartbeat = setInterval(() => {
      kept.awake = Date.now();
      write(file, kept);
    }, heartbeatMs);
    const { hostname, port } = new URL(settings.demoUrl);
    await using site = await createSite({
      ...kept,
      accessLog: join(folder, "access.log"),
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port) || 80,
    });
    log.info(
      { url: site.url, seed: kept.seed, postings: kept.postings },
      "The demo job site is up; all of it is made up.",
    );
    readiness.done("start");
    if (!signal.aborted)
      await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    clearInterval(heartbeat);
  },
);
