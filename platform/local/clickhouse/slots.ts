// Owns how many queries of a class run at once and how many may wait for their turn, first come first served.
import { Exception } from "./exception.ts";

export interface SlotLimits {
  running: number;
  waiting: number;
}

export class Slots {
  readonly #name: string;
  readonly #limits: SlotLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(name: string, limits: SlotLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  /** Takes a slot if one is free now. */
  tryTake(): Disposable | undefined {
    if (this.#running >= this.#limits.running) return undefined;
    this.#running++;
    return this.#slot();
  }

  async take(signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    const free = this.tryTake();
    if (free !== undefined) return free;
    if (this.#waiting.length >= this.#limits.waiting) {
      throw new Exception(
        202,
        "TOO_MANY_SIMULTANEOUS_QUERIES",
        `Too many simultaneous queries. Maximum: ${this.#limits.running} of class ${this.#name} running and ${this.#limits.waiting} waiting; try again later`,
        503,
      );
    }
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(turn);
    });
    return this.#slot();
  }

  #slot(): Disposable {
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        const next = this.#waiting.shift();
        if (next === undefined) this.#running--;
        else next();
      },
    };
  }
}
