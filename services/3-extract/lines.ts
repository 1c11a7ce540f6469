// Owns where each line of a description begins and what the normalizer said it is about, one letter for each
// non-empty line. It judges no line itself: letters that do not fit the lines leave all of them O.

/** A company, D duties, Q qualifications, P preferred, B pay and benefits, L legal, O other. */
export type LineLetter = "A" | "D" | "Q" | "P" | "B" | "L" | "O";

export interface Line {
  /** In the source text, without the line break. */
  start: number;
  end: number;
  letter: LineLetter;
}

export function linesOf(description: string, letters: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= description.length; ) {
    const newline = description.indexOf("\n", start);
    const end = newline < 0 ? description.length : newline;
    // Blank as the normalizer has it: one letter for each line that is not.
    if (description.slice(start, end).trim() !== "") lines.push({ start, end, letter: "O" });
    start = end + 1;
  }
  if (letters.length === lines.length && /^[ADQPBLO]*$/.test(letters)) {
    for (const [index, line] of lines.entries()) line.letter = letters[index] as LineLetter;
  }
  return lines;
}
