// Owns where things lie in a lake, by name. Data files stand in folders that every engine reads as columns
// (source=…/year=…/month=…/day=…/keyword=…); what begins with an underscore is about them. A name that was read
// from a lake is never trusted: one that leads anywhere else is refused.
import { createHash } from "node:crypto";
import { Invalid } from "@skillstream/platform/errors.ts";

/** What engines take for "no value" in a folder's name. */
const none = "__HIVE_DEFAULT_PARTITION__";
/** A file system takes 255 bytes a name; what is longer is cut, and told apart by its hash. */
const valueCharsMax = 120;

/** What a lake says of itself. */
export const aboutFile = "_lake.json";

export interface Group {
  source: string;
  /** UTC day of observed_at, YYYY-MM-DD; null where that is no day of this calendar's four-digit years. */
  day: string | null;
  keyword: string | null;
}

export interface Range {
  partition: number;
  first: number;
  /** One past the last. */
  end: number;
}

export function dayOf(milliseconds: number): string | null {
  const year = Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).getUTCFullYear() : -1;
  return year >= 1000 && year <= 9999 ? new Date(milliseconds).toISOString().slice(0, 10) : null;
}

function value(text: string | null): string {
  if (text === null || text === "") return none;
  let name = "";
  // A lone half of a pair has no UTF-8.
  for (const sign of text.toWellFormed()) {
    const escaped = encodeURIComponent(sign).replace(
      /[!'()*.]/,
      (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    if (name.length + escaped.length > valueCharsMax) {
      return `${name}~${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
    }
    name += escaped;
  }
  return name;
}

const fileName = ({ partition, first, end }: Range, fingerprint: string) =>
  `p${partition}-${String(first).padStart(12, "0")}-${end}-${fingerprint.slice(0, 8)}.avro`;

/** The fingerprint is the schema's: events of one range may be written with several. */
export function dataPath({ source, day, keyword }: Group, range: Range, fingerprint: string): string {
  const [year = none, month = none, date = none] = day?.split("-") ?? [];
  return [
    `source=${value(source)}`,
    `year=${year}`,
    `month=${month}`,
    `day=${date}`,
    `keyword=${value(keyword)}`,
    fileName(range, fingerprint),
  ].join("/");
}

/** For messages that are no event of a known schema; engines pass over a folder with an underscore. */
export function undecodablePath(range: Range, fingerprint: string): string {
  return `_undecodable/${fileName(range, fingerprint)}`;
}

/** The same place for other bytes: the same records, packed by another version of zlib. */
export function besides(path: string, sha256: string): string {
  return path.replace(/\.avro$/, `-${sha256.slice(0, 8)}.avro`);
}

export const catalogFolder = "_catalog/";
export const partitionFolder = (partition: number) => `${catalogFolder}p=${partition}/`;
export const entryPath = (partition: number, first: number) =>
  `${partitionFolder(partition)}${String(first).padStart(20, "0")}.json`;
export const intentFolder = (partition: number) => `_intents/p=${partition}/`;
export const schemaFolder = "_schemas/";
export const schemaPath = (number: number) => `${schemaFolder}${String(number).padStart(6, "0")}.json`;

/** Throws Invalid where a catalog names what is no data file of its lake. */
export function checkedDataPath(path: unknown): string {
  const right =
    typeof path === "string" &&
    path.length < 1_000 &&
    /^(source=|_undecodable\/)[\w=%~/-]*\.avro$/.test(path) &&
    !path.includes("//");
  if (!right) throw new Invalid(`${JSON.stringify(path)?.slice(0, 200)} is no data file of a lake`);
  return path;
}
