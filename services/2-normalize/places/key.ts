// Owns when two spellings of a place are one: case, diacritics, points and hyphens stop mattering.

import { spelledLetters } from "@skillstream/schemas/taxonomy/fold.ts";

/** Only letters and digits, in lower case, one space between words. */
export function keyOf(name: string): string {
  let key = name.toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is what it says, ASCII
  if (!/^[\x00-\x7f]*$/.test(key))
    key = key
      .normalize("NFKD")
      .replace(/(?<=[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, "")
      .replace(/[ßæœøłđðþı]/g, (letter) => spelledLetters[letter] as string)
      .normalize("NFC");
  key = key
    .replace(/['’`ʻʼ‘.]/g, "")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
  return key.replace(/(?<![^ ])(?:st|ste|ft|mt)(?= )/g, (short) => longWords[short] as string);
}

const longWords: Record<string, string> = { st: "saint", ste: "sainte", ft: "fort", mt: "mount" };
