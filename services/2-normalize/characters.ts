// Owns the characters of a text: what an encoding accident spoilt is repaired, what no reader sees is taken out,
// letters in fancy dress are plain ones, line breaks are all "\n". A text that needs none of it costs one look.

/** Whatever has none of these is as it should be. */
const unusual =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single code units are meant.
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\xc2-\xc5\xe2\xef\xf0\u0300-\u1fff\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2100-\u214f\u2adc\u3000-\uffff]/;

/** Whatever is wider than a plain space or keeps a line together. */
export const wideSpaces = "\\t\\xa0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000";

/** Control characters, marks of direction and of zero width, soft hyphens, tags: nothing that a reader sees. */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that go.
  /[\0-\x08\x0e-\x1f\x7f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+|(?:\udb40[\udc00-\udc7f])+/g;
/** Joiners count in Arabic and Indic words and hold an emoji's parts together; elsewhere they are dirt. */
const joiner = /(?<!\ufe0f|[\u0600-\u109f\u1780-\u17ff\u2600-\u27bf\udc00-\udfff])[\u200c\u200d]+/g;
/** Ligatures, full-width letters, and the alphabets of mathematics that some write headings in. */
const dressedUp =
  /[\ufb00-\ufb06\uff03\uff05\uff06\uff0b\uff0d-\uff19\uff20-\uff3a\uff41-\uff5a\uff66-\uff9f]+|(?:\ud835[\udc00-\udfff])+/g;
/** A byte of windows-1252 that was read as Latin-1. */
const strayByte = /[\x80-\x9f]/g;

/** The same, and no space but the plain one: most texts are through with one look. */
const unusualOrWide = new RegExp(`${unusual.source.slice(0, -1)}${wideSpaces}]`);

export function isOrdinary(text: string): boolean {
  return !unusualOrWide.test(text);
}

export function repairCharacters(text: string): string {
  if (!unusual.test(text)) return text;
  return repairMojibake(text.toWellFormed())
    .replace(strayByte, (byte) => windows1252[byte.charCodeAt(0) - 0x80] ?? "")
    .replace(/\r\n?|[\v\f\u2028\u2029]/g, "\n")
    .replace(dressedUp, (letters) => letters.normalize("NFKC"))
    .replace(invisible, "")
    .replace(joiner, "")
    .normalize("NFC");
}

/** windows-1252's letters from 0x80 to 0x9F, where bytes of UTF-8 end up when it is read as that. */
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const byteOf = new Map<string, number>();
for (let code = 0xa0; code <= 0xff; code++) byteOf.set(String.fromCharCode(code), code);
for (const [index, letter] of [...windows1252].entries()) byteOf.set(letter, 0x80 + index);
for (let code = 0x80; code <= 0x9f; code++) byteOf.set(String.fromCharCode(code), code);

const marks = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";
const spoilt = new RegExp(`[ÂÃÄÅ][${marks}]|â[€„†][${marks}]|ð[Ÿ\u009f]|ï[»¿]`);
const run = new RegExp(`[\u00c2-\u00f4][${marks}]{1,3}`, "g");
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Some text went through the same accident more than once. */
const repairsMax = 3;
/** UTF-8 that was read as windows-1252 somewhere on its way: "fÃ¼r" is "für", and "fÃƒÂ¼r" too. */
function repairMojibake(source: string): string {
  let text = source;
  for (let i = 0; i < repairsMax && spoilt.test(text); i++) {
    // "Ã" and a no-break space stand for "à"; on the way the space has often become a plain one.
    const repaired = text.replace(/(?<=\s)Ã +(?=\S)/g, "à ").replace(run, repairLetters);
    if (repaired === text) break;
    text = repaired;
  }
  return text;
}

function repairLetters(letters: string): string {
  const lead = letters.charCodeAt(0);
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (letters.length < length) return letters;
  const bytes = Uint8Array.from([...letters.slice(0, length)], (letter) => byteOf.get(letter) ?? 0);
  try {
    return strict.decode(bytes) + letters.slice(length);
  } catch {
    return letters;
  }
}
