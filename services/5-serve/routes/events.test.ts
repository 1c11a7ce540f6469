import { EventEmitter, once } from "node:events";
import { get } from "node:http";
import { type FastifyInstance, fastify } from "fastify";
import { afterEach, expect, test } from "vitest";
import type { Feed, FeedEvents, Status } from "../feed.ts";
import { problemSchema } from "../problem.ts";
import { eventRoutes } from "./events.ts";

let app: FastifyInstance;
afterEach(() => app.close());

/** A feed whose first look ends when the test says so. */
async function serve() {
  const events = new EventEmitter<FeedEvents>();
  const looked = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const feed: Feed = {
    events,
    status: () => ({ generation: 1 }) as Status,
    ledger: () => null,
    picture: () => undefined,
    ready() {
      asked.resolve();
      return looked.promise;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  app = fastify();
  app.addSchema(problemSchema);
  eventRoutes(app, feed, {});
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return { url: `${url}/events`, events, looked, asked: asked.promise };
}

test("a page is told the status, and forgotten when it closes", async () => {
  const { url, events, looked } = await serve();
  looked.resolve();
  const request = get(url);
  const [response] = await once(request, "response");
  const [chunk] = await once(response, "data");
  expect(String(chunk)).toContain("retry:");
  await expect.poll(() => events.listenerCount("status")).toBe(1);
  request.destroy();
  await expect.poll(() => events.listenerCount("status")).toBe(0);
});

test("each page is told what happens, and the feed is listened to once, as long as one page is open", async () => {
  const { url, events, looked } = await serve();
  looked.resolve();
  const requests = [get(url), get(url)];
  const told = await Promise.all(
    requests.map(async (request) => {
      const [response] = await once(request, "response");
      const heard: string[] = [];
      response.setEncoding("utf8").on("data", (text: string) => heard.push(text));
      await once(response, "data");
      return heard;
    }),
  );
  await expect.poll(() => events.listenerCount("status")).toBe(1);
  events.emit("status", { status: { generation: 2 } as Status, ledger: null });
  await expect.poll(() => told.every((heard) => heard.join("").includes('"generation":2'))).toBe(true);
  requests[0]?.destroy();
  await new Promise(setImmediate);
  expect(events.listenerCount("status")).toBe(1);
  requests[1]?.destroy();
  await expect.poll(() => events.listenerCount("status")).toBe(0);
});

test("a page that closes before there is anything to tell is not kept", async () => {
  const { url, events, looked, asked } = await serve();
  const closed = new Promise((resolve) =>
    app.server.once("connection", (socket) => socket.once("close", resolve)),
  );
  const request = get(url).on("error", () => undefined);
  await asked;
  request.destroy();
  await closed;
  looked.resolve();
  await new Promise(setImmediate);
  expect(events.listenerCount("status")).toBe(0);
});
