// Owns the opening of a file of postings: what it is by its first bytes, not by its name, unpacked, and as
// letters of one byte each, in which every format's own signs can be found before anybody knows the encoding.
// A text is decoded where it is cut out: UTF-8 if it is that, else windows-1252, so that one spoilt row
// spoils no other. Only a part of the file is ever held.
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { decodePage } from "../read/decode.ts";
import { isOneObject } from "./rows-in-object.ts";

export type Format = "CSV" | "JSON Lines" | "JSON array" | "JSON object" | "Parquet" | "Avro";

export interface OpenFile {
  format: Format | "nothing";
  /** On disk; null where it comes from a pipe. */
  bytes: number | null;
  /** How many of them were taken so far. */
  bytesRead(): number;
  /** For CSV and JSON; one letter a byte, without a byte order mark. */
  letters: AsyncIterable<string>;
}

/** What is enough to tell a format and an encoding. */
const headBytes = 4096;

/** `place` may be "-" for standard input. Throws with what the file is where it is nothing that can be read. */
export async function openFile(place: string): Promise<OpenFile> {
  let taken = 0;
  let bytes: number | null = null;
  if (place !== "-") {
    await using file = await open(place);
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error("it is no file");
    bytes = stat.size;
  }
  const source: Readable = place === "-" ? process.stdin : createReadStream(place);
  const counted = (async function* () {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      taken += chunk.length;
      yield chunk;
    }
  })();
  let { head, all } = await peek(counted);
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const unpacked = createGunzip();
    // Whoever reads what is unpacked meets the error there.
    pipeline(Readable.from(all), unpacked, () => undefined);
    ({ head, all } = await peek(unpacked));
    if (magic(head) === "Parquet") throw new Error("it is Parquet inside gzip: unpack it first (gunzip)");
  }
  const opened = { bytes, bytesRead: () => taken };
  const binary = magic(head);
  if (binary !== undefined) {
    await all.return(undefined);
    if (binary === "Zip") throw new Error("it is a zip archive: unpack it first");
    if (place === "-") throw new Error(`${binary} is read from a file, not from standard input`);
    return { ...opened, format: binary, letters: none() };
  }
  const utf16 = utf16Of(head);
  const texts = utf16 === undefined ? plain(all) : transcoded(all, utf16);
  return { ...opened, format: formatOf(head, utf16), letters: texts };
}

function magic(head: Buffer): "Parquet" | "Avro" | "Zip" | undefined {
  const letters = head.toString("latin1", 0, 4);
  if (letters === "PAR1") return "Parquet";
  if (letters === "Obj\u0001") return "Avro";
  return letters === "PK\u0003\u0004" ? "Zip" : undefined;
}

/** By its byte order mark, or because every other byte of its start is zero. */
function utf16Of(head: Buffer): "utf-16le" | "utf-16be" | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  }
  const many = head.length / 4;
  if (head.length >= 4 && (zeros[1] ?? 0) > many && zeros[0] === 0) return "utf-16le";
  return head.length >= 4 && (zeros[0] ?? 0) > many && zeros[1] === 0 ? "utf-16be" : undefined;
}

function formatOf(head: Buffer, utf16: string | undefined): Format | "nothing" {
  const start = new TextDecoder(utf16 ?? "latin1").decode(head).replace(/^\u00ef\u00bb\u00bf/, "");
  const first = /[^\s\ufeff]/.exec(start)?.[0];
  if (first === undefined) return "nothing";
  if (first === "[") return "JSON array";
  if (first !== "{") return "CSV";
  return isOneObject(start.replace("\ufeff", "")) ? "JSON object" : "JSON Lines";
}

/** The first bytes of a stream, and the whole of it. */
async function peek(
  stream: AsyncIterable<Buffer>,
): Promise<{ head: Buffer; all: AsyncGenerator<Buffer, void> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < headBytes) {
    const { value, done } = await iterator.next();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  const begun = Buffer.concat(chunks);
  async function* whole(): AsyncGenerator<Buffer, void> {
    try {
      yield begun;
      for (;;) {
        const { value, done } = await iterator.next();
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  const all = whole();
  return { head: begun.subarray(0, headBytes), all };
}

async function* plain(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let isFirst = true;
  for await (const chunk of chunks) {
    const letters = chunk.toString("latin1");
    yield isFirst && letters.startsWith("\u00ef\u00bb\u00bf") ? letters.slice(3) : letters;
    isFirst = false;
  }
}

async function* transcoded(chunks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) {
    yield Buffer.from(decoder.decode(chunk, { stream: true })).toString("latin1");
  }
  yield Buffer.from(decoder.decode()).toString("latin1");
}

async function* none(): AsyncGenerator<string> {}

const strict = new TextDecoder("utf-8", { fatal: true });

/** Letters of one byte each to the text that they stand for. */
export function decoded(letters: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII, its control characters too
  if (/^[\x00-\x7f]*$/.test(letters)) return letters;
  const bytes = Buffer.from(letters, "latin1");
  try {
    return strict.decode(bytes);
  } catch {
    return decodePage(bytes, "text/plain; charset=windows-1252");
  }
}
