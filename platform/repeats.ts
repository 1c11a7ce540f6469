// Owns the rule that makes at-least-once exact. Each writer's records are contiguous from a committed point, so
// a reader that drops what is at or before the last origin it saw loses nothing, even with a zombie beside the
// new owner. Taken out, the simulation and the chaos run must fail.

export function isRepeat(origin: number, lastOrigin: number): boolean {
  return origin <= lastOrigin;
}
