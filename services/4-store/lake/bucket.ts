// Owns a lake in a bucket of S3, or of what speaks its protocol. A name is taken exclusively by a conditional
// write (If-None-Match), which the server must know; objects are encrypted at rest as the setting says. Region and
// keys are found as AWS's own tools find them. Whatever S3 refuses is for a person to mend: until then it waits.
import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { messageOf, Unavailable } from "@skillstream/platform/errors.ts";
import type { Place, PlaceOptions } from "./place.ts";

/** A file is some megabytes; whoever takes longer for it is down. */
const requestTimeoutMs = 60_000;
const connectTimeoutMs = 5_000;
/** Beyond these the partition waits, and says so. */
const attemptsMax = 4;

export function openBucket(location: string, { s3Endpoint, s3Encryption }: PlaceOptions): Place {
  const { hostname: bucket, pathname } = new URL(location);
  const folder = decodeURIComponent(pathname).replace(/^\/|\/$/g, "");
  const prefix = folder === "" ? "" : `${folder}/`;
  const name = `s3://${bucket}/${folder}`;
  const client = new S3Client({
    ...(s3Endpoint === ""
      ? {}
      : { endpoint: s3Endpoint, forcePathStyle: true, region: process.env.AWS_REGION || "us-east-1" }),
    maxAttempts: attemptsMax,
    requestHandler: { connectionTimeout: connectTimeoutMs, requestTimeout: requestTimeoutMs },
    // Puts state their SHA-256; servers other than AWS's may not know what the client would add.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });

  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { name: kind, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
      const status = $metadata?.httpStatusCode;
      const what = [kind, messageOf(error), status].filter((part) => part !== undefined && part !== "");
      throw new Unavailable(`the lake's bucket ${name} can't be used: ${what.join(", ")}`, { cause: error });
    }
  }

  const statusOf = (error: unknown) =>
    (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

  return {
    name,
    create: (path, bytes) =>
      attempt(async () => {
        try {
          await client.send(
            new PutObjectCommand({
              Bucket: bucket,
              Key: prefix + path,
              Body: bytes,
              IfNoneMatch: "*",
              ContentType: path.endsWith(".json") ? "application/json" : "application/vnd.apache.avro",
              ChecksumSHA256: createHash("sha256").update(bytes).digest("base64"),
              ...(s3Encryption === "none" ? {} : { ServerSideEncryption: s3Encryption }),
            }),
          );
          return true;
        } catch (error) {
          // Perhaps by an attempt of this very call whose answer was lost; whoever asks compares.
          if (statusOf(error) === 412) return false;
          throw error;
        }
      }),
    read: (path) =>
      attempt(async () => {
        try {
          const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + path }));
          return Body === undefined ? undefined : Buffer.from(await Body.transformToByteArray());
        } catch (error) {
          if ((error as Error).name === "NoSuchKey") return undefined;
          throw error;
        }
      }),
    list: (under) =>
      attempt(async () => {
        const paths: string[] = [];
        let token: string | undefined;
        do {
          const page = await client.send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix + under,
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          );
          for (const { Key } of page.Contents ?? []) {
            if (Key !== undefined && !Key.endsWith("/")) paths.push(Key.slice(prefix.length));
          }
          token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
        } while (token !== undefined);
        return paths.sort();
      }),
    remove: (path) =>
      attempt(async () => {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: prefix + path }));
      }),
  };
}
