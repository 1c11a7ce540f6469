import { bandsOf, coreSlots, exactBytes, wholeSlots } from "@skillstream/schemas/fingerprint.ts";
import { describe, expect, test } from "vitest";
import { fingerprintOf } from "./fingerprint.ts";
import { type LineLabel, labelLines } from "./lines.ts";

const duties = [
  "You keep the pipelines of our harbour data alive, from the buoys to the dashboards of the pilots.",
  "Each spring you plan with the harbour masters which sensors are replaced and what they should measure next.",
  "You write the jobs that join tide tables with ship movements and tell early where a berth will be too shallow.",
  "Together with two colleagues you answer the phone when a feed goes silent at night, in turns of one week.",
  "You decide which of the old reports may go, and explain it to those who read them for twenty years.",
];
const asked = [
  "You have run systems that other people relied upon, and know how it feels when they break.",
  "SQL is a language in which you think, and one of Python, Go or Kotlin is at your fingers' ends.",
  "You read a chart of the sea, or want to learn it.",
];
const about = [
  "Tidewater Instruments has built measuring buoys since 1974 and lives in three houses by the sea.",
  "Our two hundred people come from forty countries and share one canteen, which is better than its name.",
];

const labelled = (label: LineLabel, texts: readonly string[]) => texts.map((text) => ({ text, label }));
const lines = [...labelled("A", about), ...labelled("D", duties), ...labelled("Q", asked)];

function fingerprint(read: { text: string; label: LineLabel }[], title = "Data Engineer") {
  const description = read.map(({ text }) => text).join("\n");
  return fingerprintOf(
    { title, company: "Tidewater Instruments GmbH", location: "Emden", description },
    read,
  );
}

function bytes(read: { text: string; label: LineLabel }[]) {
  return Buffer.from(fingerprint(read)?.signature ?? "", "base64");
}

/** Of the slots that one of the two fills, the share that is equal. */
function share(one: Uint8Array, other: Uint8Array, from: number, to: number): number {
  const slots = [...one.keys()].slice(from, to).filter((slot) => one[slot] !== 0 || other[slot] !== 0);
  return slots.filter((slot) => one[slot] === other[slot]).length / slots.length;
}

describe("the fingerprint", () => {
  test.each([
    ["short", lines],
    ["longer than any that is kept at hand", Array<typeof lines>(40).fill(lines).flat()],
  ])("is the same when another description was read before it: a %s one", (_, read) => {
    const before = fingerprint(read)?.signature;
    expect(labelLines("Something else\nthat is read in between.")).toHaveLength(2);
    expect(fingerprint(read)?.signature).toBe(before);
  });

  test("does not know line breaks, bullets, punctuation, case and accents", () => {
    const otherwise = lines.map(({ text, label }) => ({
      text: `- ${text.toUpperCase().replaceAll(",", " —").replaceAll("'", "’").replace(/\.$/, "")}`,
      label,
    }));
    expect(fingerprint(otherwise)?.signature).toBe(fingerprint(lines)?.signature);
    expect(bytes(labelled("D", ["Café ".repeat(30)]))).toEqual(
      bytes(labelled("D", ["cafe\u0301 ".repeat(30)])),
    );
  });

  test("takes the lines that say what the work is apart from what the company says everywhere", () => {
    const elsewhere = [
      ...labelled("A", ["We moved to a hill, sell ladders to orchards, and have a cat."]),
      ...lines.slice(2),
    ];
    const [one, other] = [bytes(lines), bytes(elsewhere)];
    expect(share(one, other, 0, coreSlots)).toBe(1);
    expect(share(one, other, coreSlots, coreSlots + wholeSlots)).toBeLessThan(0.9);
  });

  test("estimates the share of equal runs of words", () => {
    const words = Array.from({ length: 3_000 }, (_, at) => `word${at}`);
    const text = (from: number, to: number) => labelled("D", [words.slice(from, to).join(" ")]);
    // 1,000 of 3,000 runs are shared.
    const [one, other] = [bytes(text(0, 2_000)), bytes(text(1_000, 3_000))];
    expect(Math.abs(share(one, other, 0, coreSlots) - 1 / 3)).toBeLessThan(0.13);
    expect(Math.abs(share(one, other, coreSlots, coreSlots + wholeSlots) - 1 / 3)).toBeLessThan(0.18);
  });

  test("counts all lines alike where few say what the work is", () => {
    const unlabelled = lines.map(({ text }) => ({ text, label: "A" as const }));
    expect(bytes(unlabelled).subarray(coreSlots)).toEqual(bytes(lines).subarray(coreSlots));
    expect(bytes(unlabelled).subarray(0, coreSlots)).not.toEqual(bytes(lines).subarray(0, coreSlots));
    expect(share(bytes(unlabelled), bytes(unlabelled), 0, coreSlots)).toBe(1);
  });

  test("of a text that says too little is equal only where the whole posting is", () => {
    const short = labelled("O", ["Apply on our site."]);
    const one = fingerprint(short);
    expect(Buffer.from(one?.signature ?? "", "base64")).toHaveLength(exactBytes);
    expect(one?.bands).toHaveLength(1);
    expect(fingerprint(short)).toEqual(one);
    expect(fingerprint(labelled("O", ["Apply on our page."]))?.signature).not.toBe(one?.signature);
  });

  test("is null where there is no word at all", () => {
    expect(fingerprint([])).toBeNull();
    expect(fingerprint(labelled("D", ["- — … !!", "\u{1f680}\u{1f680}"]))).toBeNull();
  });

  test("has bands that the signature gives again, whole and below 2^52", () => {
    const { title, company, bands, signature } = fingerprint(lines) ?? {
      title: "",
      company: "",
      bands: [],
      signature: "",
    };
    expect({ title, company }).toEqual({ title: "data engineer", company: "tidewaterinstruments" });
    expect(bandsOf(title, company, Buffer.from(signature, "base64"))).toEqual(bands);
    expect(bands.every((band) => Number.isInteger(band) && band >= 0 && band < 2 ** 52)).toBe(true);
    expect(fingerprint(lines, "Senior Data Engineer")?.bands.some((band) => bands.includes(band))).toBe(
      false,
    );
  });

  test("reads scripts without spaces, and as much of a long text as says what it is", () => {
    const chinese = "我们正在寻找一位数据工程师负责港口传感器数据平台的建设与维护工作并与同事合作";
    expect(fingerprint(labelled("D", [chinese]))?.bands).toHaveLength(11);
    const start = process.cpuUsage();
    expect(fingerprint(labelled("D", ["a ".repeat(1_000_000)]))).not.toBeNull();
    const { user, system } = process.cpuUsage(start);
    expect(user + system).toBeLessThan(1_000_000);
  });
});
