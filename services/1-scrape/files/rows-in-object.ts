// Owns finding the rows inside one JSON object, such as an API's answer: the first array of objects that is a value
// of the object itself. It reads letters of one byte each, in pieces of any size, and keeps none of them.

export class RowsInObject {
  /** Of the letter where it stands. */
  line = 1;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  /** Behind the bracket of an array that is a value of the object, before its first item. */
  #isOpened = false;

  /** Where in the next piece the first row begins. */
  rowsAt(piece: string): number | undefined {
    for (let i = 0; i < piece.length; i++) {
      const code = piece.charCodeAt(i);
      if (code === 0x0a) this.line++;
      if (this.#isEscaped) this.#isEscaped = false;
      else if (this.#isInString) {
        if (code === 0x5c) this.#isEscaped = true;
        else if (code === 0x22) this.#isInString = false;
      } else if (code > 0x20) {
        if (this.#isOpened && code === 0x7b) return i;
        this.#isOpened = code === 0x5b && this.#depth === 1;
        if (code === 0x22) this.#isInString = true;
        else if (code === 0x7b || code === 0x5b) this.#depth++;
        else if (code === 0x7d || code === 0x5d) this.#depth--;
      }
    }
    return undefined;
  }
}

/** What answers call their rows. A posting of JSON Lines may hold arrays of objects too, by other names. */
const rowsNamed = /"(?:children|data|hits|items|jobs|postings|results|rows)"\s{0,10}:\s{0,10}\[\s{0,10}$/;

/** Whether a file that begins so is one object with its rows inside, and not an object a line. */
export function isOneObject(head: string): boolean {
  const text = head.trimStart();
  // No line of JSON Lines ends behind its first brace.
  if (/^\{[ \t\r]{0,10}\n/.test(text)) return true;
  const [first = ""] = text.split("\n", 1);
  const at = new RowsInObject().rowsAt(first);
  return at !== undefined && rowsNamed.test(first.slice(Math.max(0, at - 60), at));
}
