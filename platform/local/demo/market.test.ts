import { expect, test } from "vitest";
import { createMarket, type DemoPosting, oddities, plan } from "./market.ts";

const epoch = Date.UTC(2026, 10, 1);
const small = { seed: 7, postings: 900, epoch };

function openAt(options: Parameters<typeof createMarket>[0], now: number): DemoPosting[] {
  const market = createMarket(options);
  const postings: DemoPosting[] = [];
  for (let id = 0; id < market.slotsAt(now); id++) {
    const found = market.posting(id, now);
    if (found.state === "open") postings.push(found.posting);
  }
  return postings;
}

test("two markets with the same seed agree on every posting, and another seed makes another market", () => {
  const one = openAt(small, epoch);
  expect(one).toEqual(openAt(small, epoch));
  expect(one[50]).not.toEqual(openAt({ ...small, seed: 8 }, epoch)[50]);
});

test("a posting is the same whether or not others were asked for before", () => {
  const whole = openAt(small, epoch);
  const last = whole.at(-1) as DemoPosting;
  expect(createMarket(small).posting(last.id, epoch)).toEqual({ state: "open", posting: last });
});

test("history brings as many postings as were asked for, in the order of their time", () => {
  const market = createMarket(small);
  expect(market.slotsAt(epoch)).toBe(market.historySlots);
  let brought = 0;
  for (let slot = 0; slot < market.historySlots; slot++) {
    if (market.stamp(slot, epoch) !== undefined) brought++;
    expect(market.timeOf(slot + 1)).toBeGreaterThan(market.timeOf(slot));
    expect(market.timeOf(slot)).toBeLessThanOrEqual(epoch);
  }
  expect(brought).toBe(small.postings);
});

test("new postings appear at the stated pace after the epoch, and stay", () => {
  const market = createMarket(small);
  expect(market.slotsAt(epoch + 10_000) - market.slotsAt(epoch)).toBe(20);
  // The slot after the end of history is one that changes an earlier posting; the next one brings a new one.
  const id = market.historySlots + 1;
  expect(market.posting(id, epoch + 900)).toEqual({ state: "unknown" });
  expect(market.posting(id, epoch + 1_000).state).toBe("open");
  expect(market.posting(id, epoch + 2_000).state).toBe("open");
});

test("a market that slept goes on where it was, and times of earlier postings do not move", () => {
  const market = createMarket(small);
  const before = Array.from({ length: 40 }, (_, index) => market.timeOf(market.historySlots - 20 + index));
  const woken = createMarket({
    ...small,
    clock: {
      livePerSecond: 2,
      segments: [
        { slot: market.historySlots, time: epoch },
        { slot: market.historySlots + 20, time: epoch + 3_600_000 },
      ],
    },
  });
  expect(Array.from({ length: 40 }, (_, index) => woken.timeOf(woken.historySlots - 20 + index))).toEqual(
    before,
  );
  expect(woken.slotsAt(epoch + 1_800_000)).toBe(market.historySlots + 20);
  expect(woken.slotsAt(epoch + 3_601_000)).toBe(market.historySlots + 22);
});

test("planted skills rise and fall as planned when one counts the postings that ask for them", () => {
  const postings = openAt({ seed: 1, postings: 12_000, epoch }, epoch).filter((one) => one.of === null);
  const months = 6;
  const begin = Math.min(...postings.map((one) => one.postedAt));
  const monthOf = (one: DemoPosting) =>
    Math.min(months - 1, Math.floor(((one.postedAt - begin) / (epoch - begin)) * months));
  for (const planted of plan) {
    for (let month = 0; month < months; month++) {
      const asked = postings.filter(
        (one) => planted.families.includes(one.family) && monthOf(one) === month && one.oddity === null,
      );
      const text = new RegExp(`(?<![A-Za-z])${planted.skill}(?![A-Za-z])`);
      const share = asked.filter((one) => text.test(one.descriptionHtml)).length / asked.length;
      // The mean of the plan over the month; a share of some hundred postings strays by a few hundredths.
      const steps = Array.from({ length: 20 }, (_, step) =>
        planted.share((month + (step + 0.5) / 20) / months),
      );
      const planned = steps.reduce((sum, value) => sum + value, 0) / steps.length;
      expect(Math.abs(share - planned), `${planted.skill} in part ${month}`).toBeLessThan(0.07);
    }
  }
});

test("there are edits, removals, reposts, near-duplicates, five languages and every oddity", () => {
  const market = createMarket({ seed: 1, postings: 4_000, epoch });
  const counts = { edited: 0, removed: 0, repost: 0, "near-duplicate": 0, ordinary: 0 };
  const languages = new Set<string>();
  const odd = new Set<string>();
  for (let id = 0; id < market.historySlots; id++) {
    const found = market.posting(id, epoch);
    if (found.state === "removed") counts.removed++;
    if (found.state !== "open") continue;
    const { posting } = found;
    if (posting.version > 0) counts.edited++;
    counts[posting.kind]++;
    languages.add(posting.language);
    if (posting.oddity !== null) odd.add(posting.oddity);
  }
  expect(counts.edited).toBeGreaterThan(100);
  expect(counts.removed).toBeGreaterThan(30);
  expect(counts.repost).toBeGreaterThan(80);
  expect(counts["near-duplicate"]).toBeGreaterThan(50);
  expect([...languages].sort()).toEqual(["de", "en", "es", "fr", "pt"]);
  expect([...odd].sort()).toEqual([...oddities].sort());
});

test("a repost says what its first posting said, and a near-duplicate nearly", () => {
  const market = createMarket({ seed: 1, postings: 4_000, epoch });
  let reposts = 0;
  for (let id = 0; id < market.historySlots; id++) {
    const found = market.posting(id, epoch);
    if (found.state !== "open" || found.posting.of === null) continue;
    const first = market.posting(found.posting.of, epoch);
    if (first.state !== "open" || first.posting.version > 0 || found.posting.version > 0) continue;
    expect(found.posting.title).toBe(first.posting.title);
    if (found.posting.kind === "repost") {
      reposts++;
      expect(found.posting.descriptionHtml).toBe(first.posting.descriptionHtml);
    } else {
      expect(found.posting.descriptionHtml.startsWith(first.posting.descriptionHtml)).toBe(true);
      expect(found.posting.descriptionHtml).not.toBe(first.posting.descriptionHtml);
    }
  }
  expect(reposts).toBeGreaterThan(50);
});

test("an edited posting stands in a list once, where its latest change is", () => {
  const market = createMarket(small);
  const seen = new Map<number, number>();
  for (let slot = 0; slot < market.historySlots; slot++) {
    const card = market.card(slot, epoch);
    if (card === undefined) continue;
    expect(seen.has(card.id)).toBe(false);
    seen.set(card.id, slot);
    expect(card.changedAt).toBe(market.stamp(card.id, epoch)?.changedAt);
  }
  const open = openAt(small, epoch);
  expect([...seen.keys()].sort((a, b) => a - b)).toEqual(open.map((one) => one.id));
  expect(open.some((one) => one.version > 0 && (seen.get(one.id) as number) > one.id)).toBe(true);
});
