// Owns JSON Lines on standard input and output: read one at a time, written no faster than they are taken.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

export async function printLine(value: unknown): Promise<void> {
  if (process.stdout.write(`${JSON.stringify(value)}\n`)) return;
  await new Promise((resolve) => process.stdout.once("drain", resolve));
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
