import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Unavailable } from "@skillstream/platform/errors.ts";
import { freePort } from "@skillstream/platform/local/ports.ts";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { openPlace, type PlaceOptions } from "./place.ts";
import { lakeExtent, readLake } from "./read.ts";
import { rawEvent, records, testLease, testWriter } from "./sample.ts";
import { announce } from "./writer.ts";

beforeAll(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test-key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test-secret");
  vi.stubEnv("AWS_REGION", "eu-central-1");
});
afterAll(() => void vi.unstubAllEnvs());

const open = (s3Endpoint: string, s3Encryption: PlaceOptions["s3Encryption"] = "AES256") =>
  openPlace("s3://test-lake/some/prefix", { s3Endpoint, s3Encryption });

/** A real S3 server: go install github.com/versity/versitygw/cmd/versitygw@latest */
const server = ["versitygw", join(homedir(), "go/bin/versitygw")].find(
  (one) => spawnSync(one, ["--version"]).status === 0,
);

describe.skipIf(server === undefined)(
  "on a real S3 server (skipped where versitygw is not installed)",
  () => {
    let folder: string;
    let child: ChildProcess;
    let endpoint: string;
    const start = async () => {
      child = spawn(
        server ?? "",
        ["--quiet", "--region", "eu-central-1", "--port", new URL(endpoint).host, "posix", folder],
        {
          env: { ...process.env, ROOT_ACCESS_KEY: "test-key", ROOT_SECRET_KEY: "test-secret" },
          stdio: "ignore",
        },
      );
      await vi.waitFor(() => fetch(endpoint), { timeout: 10_000, interval: 20 });
    };
    const stop = async () => {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    };

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "s3-"));
      mkdirSync(join(folder, "test-lake"));
      endpoint = `http://127.0.0.1:${await freePort()}`;
      await start();
    });
    afterAll(async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test("of several who take a name one succeeds, and what it wrote stays", async () => {
      const place = await open(endpoint);
      const contents = Array.from({ length: 8 }, (_, index) => Buffer.from(`content ${index}`));
      const taken = await Promise.all(
        contents.map((content) => place.create("a/k=x%20y~/one.json", content)),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await place.read("a/k=x%20y~/one.json")).toEqual(contents[taken.indexOf(true)]);
      expect(await place.list("a/")).toEqual(["a/k=x%20y~/one.json"]);
      expect(await place.read("a/two.json")).toBeUndefined();
      await place.remove("a/k=x%20y~/one.json");
      await place.remove("a/k=x%20y~/one.json");
      expect(await place.list("a/")).toEqual([]);
    });

    test("a lake is written by two, read whole, and waits while the server is away", async () => {
      const place = await open(endpoint);
      await announce(place, "raw");
      const [one, other] = [testWriter(place), testWriter(place)];
      const lease = testLease();
      await one.handle({ partition: 2, records: records(0, 230) }, lease);
      await other.handle({ partition: 2, records: records(0, 230) }, testLease());
      await stop();
      await one.handle({ partition: 2, records: records(230, 300) }, lease);
      expect(lease.pauses).toBe(1);
      expect(one.log.at(-1)).toContain("s3://test-lake/some/prefix can't be used");
      await start();
      await one.handle({ partition: 2, records: records(300, 310) }, lease);
      expect(one.log.at(-1)).toBe("goes on");
      await one.finish();
      await other.finish();
      const events = await Array.fromAsync(readLake(place));
      expect(events.map(({ event }) => event)).toEqual(Array.from({ length: 310 }, (_, n) => rawEvent(n)));
      expect(await lakeExtent(place)).toEqual([{ partition: 2, events: 310, end: 310 }]);
      expect(await place.list("_intents/")).toEqual([]);
    }, 60_000);

    test("a thousand names and more are listed, in order", async () => {
      const place = await open(endpoint);
      const names = Array.from({ length: 1_050 }, (_, index) => `many/${String(index).padStart(6, "0")}`);
      for (let from = 0; from < names.length; from += 50)
        await Promise.all(names.slice(from, from + 50).map((name) => place.create(name, Buffer.from("x"))));
      expect(await place.list("many/")).toEqual(names);
    }, 60_000);

    test("a bucket that is not there, and keys that are wrong, are named", async () => {
      const nowhere = await openPlace("s3://no-such-bucket", { s3Endpoint: endpoint, s3Encryption: "none" });
      await expect(nowhere.create("a", Buffer.from("a"))).rejects.toThrow(
        /s3:\/\/no-such-bucket\/ can't be used: NoSuchBucket/,
      );
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "wrong");
      try {
        await expect((await open(endpoint)).list("")).rejects.toThrow(/SignatureDoesNotMatch/);
      } finally {
        vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test-secret");
      }
    });
  },
);

describe("what is sent to S3", () => {
  const asked: IncomingMessage[] = [];
  let answer = (response: ServerResponse) => void response.end();
  const fake = createServer((request, response) => {
    asked.push(request);
    request.resume().on("end", () => answer(response));
  });
  beforeAll(() => new Promise<void>((resolve) => fake.listen(0, "127.0.0.1", resolve)));
  afterAll(() => void fake.close());
  afterEach(() => {
    asked.length = 0;
    answer = (response) => void response.end();
  });
  const endpoint = () => `http://127.0.0.1:${(fake.address() as AddressInfo).port}`;

  test.each([
    ["AES256", "AES256"],
    ["aws:kms", "aws:kms"],
    ["none", undefined],
  ] as const)("asks for encryption at rest as the setting says: %s", async (setting, header) => {
    const place = await open(endpoint(), setting);
    expect(await place.create("a.json", Buffer.from("{}"))).toBe(true);
    expect(asked[0]?.url).toContain("/test-lake/some/prefix/a.json");
    expect(asked[0]?.headers).toMatchObject({ "if-none-match": "*", "content-type": "application/json" });
    expect(asked[0]?.headers["x-amz-server-side-encryption"]).toBe(header);
  });

  test("a server that forgets the condition is refused as a lake", async () => {
    await expect(announce(await open(endpoint()), "raw")).rejects.toThrow("it overwrites what is there");
  });

  test("a server that is overloaded is asked again, and one that stays so is waited for", async () => {
    answer = (response) => {
      response.statusCode = asked.length < 3 ? 503 : 200;
      response.end();
    };
    expect(await (await open(endpoint())).create("a", Buffer.from("a"))).toBe(true);
    expect(asked).toHaveLength(3);
    answer = (response) => {
      response.statusCode = 503;
      response.end();
    };
    await expect((await open(endpoint())).create("a", Buffer.from("a"))).rejects.toBeInstanceOf(Unavailable);
  });
});
