// Owns the live channel: server-sent events that carry the feed to every open page. Bounded in pages, and a
// page that does not read fast enough is let go; it comes back by itself and is given the whole picture.
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Feed, FeedEvents } from "../feed.ts";
import { HttpProblem } from "../problem.ts";

const watchersMax = 500;
const heartbeatMs = 15_000;
/** What may wait for a slow page. */
const pendingBytesMax = 1024 * 1024;
const reconnectMs = 2_000;

export function eventRoutes(app: FastifyInstance, feed: Feed, headers: Record<string, string>): void {
  const watchers = new Set<ServerResponse>();
  const heartbeat = setInterval(() => {
    for (const watcher of watchers) write(watcher, ": still here\n\n");
  }, heartbeatMs);
  heartbeat.unref();
  // Written once for all: a picture is long, and hundreds may watch.
  const onStatus = (...[status]: FeedEvents["status"]) => tellAll(eventText("status", status));
  const onPicture = (...[picture]: FeedEvents["picture"]) => tellAll(eventText("picture", picture));
  const tellAll = (text: string) => {
    for (const watcher of watchers) write(watcher, text);
  };
  // The feed looks often only while somebody listens.
  const add = (watcher: ServerResponse) => {
    watchers.add(watcher);
    if (watchers.size > 1) return;
    feed.events.on("status", onStatus);
    feed.events.on("picture", onPicture);
  };
  const remove = (watcher: ServerResponse) => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    feed.events.off("status", onStatus);
    feed.events.off("picture", onPicture);
  };
  app.addHook("preClose", async () => {
    clearInterval(heartbeat);
    for (const watcher of watchers) watcher.end();
  });

  app.get(
    "/events",
    {
      schema: {
        summary:
          "Server-sent events: `status` with the ledger, `picture` with the trends and newest postings",
        response: { 200: { type: "string", description: "text/event-stream" }, "5xx": { $ref: "Problem#" } },
      },
    },
    async (request, reply) => {
      if (watchers.size >= watchersMax) {
        throw new HttpProblem(503, `${watchersMax} pages are open already. Close one, or try again later.`);
      }
      await feed.ready();
      reply.hijack();
      const response = reply.raw;
      // Gone while it waited: its end has been told already, and would be waited for in vain.
      if (response.destroyed) return;
      response.writeHead(200, {
        ...headers,
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      request.raw.socket.setTimeout(0);
      response.once("close", () => remove(response));
      response.write(`retry: ${reconnectMs}\n\n`);
      write(response, eventText("status", { status: feed.status(), ledger: feed.ledger() }));
      const picture = feed.picture();
      if (picture !== undefined) write(response, eventText("picture", picture));
      add(response);
    },
  );
}

function eventText<Name extends keyof FeedEvents>(event: Name, data: FeedEvents[Name][0]): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function write(response: ServerResponse, text: string): void {
  if (response.destroyed) return;
  if (response.writableLength > pendingBytesMax) response.destroy();
  else response.write(text);
}
