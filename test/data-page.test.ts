// Owns the proof that people see whether the data hold what they must: on the page of the data, in a real browser.
import { startBrowser } from "@skillstream/platform/local/browser.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { createApp } from "@skillstream/serve/app.ts";
import { bundlePage } from "@skillstream/serve/web/bundle.ts";
import { readChecks, runChecks } from "@skillstream/store/checks.ts";
import { freshDatabase } from "@skillstream/store/fresh.ts";
import { expect, test } from "vitest";

test("a broken check stands first, with what breaks it, and those that hold after it", async () => {
  await using scope = new AsyncDisposableStack();
  const { client: clickhouse } = scope.use(await freshDatabase());
  const log = createLog("test", "fatal");
  const flow = {
    offsets: async () => [],
    lags: async () => [],
    [Symbol.asyncDispose]: async () => undefined,
  };
  const app = await createApp({ clickhouse, flow, log, page: await bundlePage() });
  scope.defer(() => app.close());
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const browser = await startBrowser();
  scope.defer(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));

  await page.goto(`${url}/data.html`);
  await page.waitForFunction(() => document.body.textContent?.includes("Not asked yet"));

  const hostile = "<script>document.title='owned'</script>";
  await clickhouse.insert({
    table: "fact_job_postings",
    format: "JSONEachRow",
    values: [
      { generation: 1, month: "2026-05-01", posting_key: 1, job_id: hostile, title: "", cluster_key: 1 },
    ],
  });
  await runChecks(clickhouse, { generation: 1, againAfterMs: 0 });
  await page.reload();
  await page.waitForSelector(".sources li");
  const checks = await page.$$eval(".sources li", (items) => items.map((item) => item.textContent ?? ""));
  expect(checks).toHaveLength(readChecks().length);
  const broken = checks.filter((text) => text.includes("Broken by"));
  expect(broken.length).toBeGreaterThan(0);
  expect(checks.slice(0, broken.length)).toEqual(broken);
  expect(broken.find((text) => text.includes("facts are filled"))).toContain(hostile);
  expect(checks.at(-1)).toContain("Holds");
  expect(await page.title()).toBe("Data · Skillstream");
  expect(complaints).toEqual([]);
});
