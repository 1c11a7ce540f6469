// Owns where a lake lies: a folder, or a bucket of S3. A place keeps files that are written once and whole: what
// is there is complete and durable, and of several who create the same name exactly one succeeds. It promises
// Unavailable for whatever mends itself or a person can mend without losing anything.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { openFolder } from "./folder.ts";
import { aboutFile } from "./layout.ts";

export interface Place {
  /** For people. */
  readonly name: string;
  /** The folder, where it is one of this machine. */
  readonly folder?: string;
  /** Resolves when the file is durable; false where one of that name is there already, which stays as it is. */
  create(path: string, bytes: Buffer): Promise<boolean>;
  /** undefined where there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** Every file beneath a folder, whose name ends in "/", sorted. */
  list(folder: string): Promise<string[]>;
  /** Nothing happens where there is none. */
  remove(path: string): Promise<void>;
}

export interface PlaceOptions {
  s3Endpoint: string;
  s3Encryption: "AES256" | "aws:kms" | "none";
}

/** `location` is a folder, or s3://bucket/prefix. */
export async function openPlace(location: string, options: PlaceOptions): Promise<Place> {
  if (!/^s3:\/\//i.test(location)) return openFolder(location);
  // S3's client takes 25 MB of memory, which a lake in a folder need not have.
  const { openBucket } = await import("./bucket.ts");
  return openBucket(location, options);
}

/** Whether a folder on this machine, or an address, is one of a lake. */
export function isLake(location: string): boolean {
  return /^s3:\/\//i.test(location) || existsSync(join(location, aboutFile));
}
