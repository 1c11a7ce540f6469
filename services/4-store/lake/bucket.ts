// Owns a lake in a bucket of S3, or of what speaks its protocol.
import { Unavailable } from "@skillstream/platform/errors.ts";
import type { Place, PlaceOptions } from "./place.ts";

export function openBucket(location: string, _options: PlaceOptions): Place {
  throw new Unavailable(`${location} can't be opened yet`);
}
