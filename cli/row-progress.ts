// Owns what a person sees of a long reading: rows, rows a second, the share of the file and the time left, on
// standard error. On a terminal one line that is written over; elsewhere a line every few seconds.

const terminalEveryMs = 200;
const logEveryMs = 5_000;

export interface RowProgress {
  show(rows: number): void;
  /** Words that stay, above the line. */
  say(words: string): void;
  end(): void;
}

export function rowProgress(
  name: string,
  share: () => number | null,
  out: { isTTY?: boolean; write(text: string): unknown } = process.stderr,
  now: () => number = () => performance.now(),
): RowProgress {
  const began = now();
  const everyMs = out.isTTY ? terminalEveryMs : logEveryMs;
  let shownAt = began;
  let isOpen = false;
  const clear = () => {
    if (isOpen) out.write("\r\u001b[K");
    isOpen = false;
  };
  return {
    show(rows) {
      const at = now();
      if (at - shownAt < everyMs) return;
      shownAt = at;
      const seconds = (at - began) / 1000;
      const done = share();
      const words = [
        `${name}: ${rows.toLocaleString("en")} rows`,
        `${Math.round(rows / seconds).toLocaleString("en")} rows/s`,
      ];
      if (done !== null && done > 0) {
        words.push(`${Math.floor(done * 100)}%`, `${Math.ceil((seconds * (1 - done)) / done)} s left`);
      }
      clear();
      out.write(out.isTTY ? words.join(", ") : `${words.join(", ")}\n`);
      isOpen = out.isTTY === true;
    },
    say(words) {
      clear();
      out.write(`${words}\n`);
    },
    end: clear,
  };
}
