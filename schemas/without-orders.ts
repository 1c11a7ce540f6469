// Owns how a posting is read past the orders to machines that stand in it: they are blank, and everything else stays
// where it was, so that offsets hold. Where they stand is for the normalizer to say.
import type { MentionField, Order } from "./types.ts";

/** The same text, as long as before and with the same line breaks. */
export function withoutOrders(text: string, field: MentionField, orders: readonly Order[]): string {
  if (orders.length === 0) return text;
  const pieces: string[] = [];
  let last = 0;
  for (const order of orders) {
    // A posting of another normalizer, or one that somebody wrote: a span may lie anywhere.
    if (order.field !== field || order.start < last || order.end > text.length) continue;
    pieces.push(text.slice(last, order.start), " ".repeat(order.end - order.start));
    last = order.end;
  }
  pieces.push(text.slice(last));
  return pieces.join("");
}
