// Owns the page's connection to the feed: the browser's own EventSource, which comes back by itself, and the
// last that was heard. Silence for longer than two heartbeats counts as a broken line.
import type { FeedEvents, Picture, Status } from "../feed.ts";
import type { Ledger } from "../ledger.ts";

export interface Live {
  status: Status | undefined;
  ledger: Ledger | null;
  picture: Picture | undefined;
  connected: boolean;
}

const reconnectMs = 3_000;

export function watchFeed(changed: (live: Live) => void): () => void {
  let live: Live = { status: undefined, ledger: null, picture: undefined, connected: false };
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const set = (change: Partial<Live>) => {
    live = { ...live, ...change };
    changed(live);
  };
  const connect = () => {
    source = new EventSource("/api/events");
    source.addEventListener("status", (event) => {
      const told: FeedEvents["status"][0] = JSON.parse(event.data);
      set({ ...told, connected: true });
    });
    source.addEventListener("picture", (event) => set({ picture: JSON.parse(event.data), connected: true }));
    source.addEventListener("error", () => {
      set({ connected: false });
      // After a refusal the browser gives up for good; a restarting server is worth another try.
      if (source?.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(connect, reconnectMs);
    });
  };
  connect();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}
