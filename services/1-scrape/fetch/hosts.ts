// Owns what is remembered of a host between two runs of the process, so that a restart neither asks for
// robots.txt again nor forgets a pause that the site asked for. Not built yet.

/** Times are milliseconds since 1970. */
export interface HostRecord {
  /** Text of robots.txt; "" where there is none; null where it was not read or could not be had. */
  robots: string | null;
  robotsReadAt: number;
  lastRequestAt: number;
  pausedUntil: number;
  /** What adaptive slowing has added to the delay. */
  slowedMs: number;
}

export interface HostMemory {
  load(origin: string): HostRecord | undefined;
  save(origin: string, record: HostRecord): void;
}
