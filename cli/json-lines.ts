// Owns what comes by standard input and goes by standard output: JSON Lines, read one at a time and written no faster
// than they are taken, and a text that is one whole.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

export async function printLine(value: unknown): Promise<void> {
  if (process.stdout.write(`${JSON.stringify(value)}\n`)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** No posting is longer; more would be gathered for nothing. */
const wholeBytesMax = 16 * 1024 * 1024;

/** The whole input as one text; `file` may be "-" for standard input. */
export async function readAll(file: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of (file === "-" ? process.stdin : createReadStream(file)) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > wholeBytesMax) throw new Error(`${file} is longer than ${wholeBytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Lines that are not blank, with their number; `file` may be "-" for standard input. */
export async function* readLines(file: string): AsyncGenerator<{ number: number; text: string }> {
  const input = file === "-" ? process.stdin : createReadStream(file);
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++;
    if (text.trim() !== "") yield { number, text };
  }
}
