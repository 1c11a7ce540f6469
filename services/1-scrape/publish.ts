// Owns the last step of a crawl: events are published in groups, and only when Kafka has acknowledged a group
// is it written to the state. What waits here is bounded in events and bytes; a crawl that is faster than
// Kafka waits.
import type { RawEvent } from "@skillstream/schemas/types.ts";
import type { CrawlState, Known } from "./state.ts";

export interface RawPublisher {
  /** Resolves when all events are acknowledged. It waits for a Kafka that is down; it rejects when it must stop. */
  publish(events: RawEvent[]): Promise<void>;
}

const groupEventsMax = 500;
const groupBytesMax = 8 * 1024 * 1024;
const waitingBytesMax = 32 * 1024 * 1024;
/** A group waits this long for more events. */
const lingerMs = 20;

interface Waiting {
  event: RawEvent;
  known: Known;
  bytes: number;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class Outbox {
  readonly #publisher: RawPublisher;
  readonly #state: CrawlState;
  readonly #target: string;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #room: (() => void)[] = [];
  #running = false;

  /** `target` is whose pending postings these are. */
  constructor(publisher: RawPublisher, state: CrawlState, target: string) {
    this.#publisher = publisher;
    this.#state = state;
    this.#target = target;
  }

  /** Resolves when there is room for another posting; ask before fetching one. */
  async room(): Promise<void> {
    while (this.#bytes > waitingBytesMax) await new Promise<void>((resolve) => this.#room.push(resolve));
  }

  /** Resolves when the event is acknowledged and `known` is written. */
  add(event: RawEvent, known: Known): Promise<void> {
    return new Promise((resolve, reject) => {
      const bytes = 1_000 + 2 * (event.payload?.body.length ?? 0);
      this.#bytes += bytes;
      this.#waiting.push({ event, known, bytes, resolve, reject });
      if (!this.#running) {
        this.#running = true;
        setTimeout(() => void this.#drain(), lingerMs);
      }
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      let bytes = 0;
      let count = 0;
      for (const one of this.#waiting) {
        if (count > 0 && (count === groupEventsMax || bytes + one.bytes > groupBytesMax)) break;
        bytes += one.bytes;
        count++;
      }
      const group = this.#waiting.splice(0, count);
      try {
        await this.#publisher.publish(group.map((one) => one.event));
        const bySource = Map.groupBy(group, (one) => one.event.source);
        for (const [source, ones] of bySource)
          this.#state.record(
            source,
            ones.map((one) => one.known),
            this.#target,
          );
        for (const one of group) one.resolve();
      } catch (error) {
        for (const one of group) one.reject(error);
      }
      this.#bytes -= bytes;
      for (const resolve of this.#room.splice(0)) resolve();
    }
    this.#running = false;
  }
}
