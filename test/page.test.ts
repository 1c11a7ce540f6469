// Owns the proof that the page works in a real browser: it shows what is stored, moves as more is stored, is
// used by keyboard alone, and shows a hostile posting as text.
import { type Page, startBrowser } from "@skillstream/platform/local/browser.ts";
import { createLog } from "@skillstream/platform/log.ts";
import { createApp } from "@skillstream/serve/app.ts";
import { bundlePage } from "@skillstream/serve/web/bundle.ts";
import { createDuplicates } from "@skillstream/store/duplicates/duplicates.ts";
import { freshDatabase } from "@skillstream/store/fresh.ts";
import { createLanding } from "@skillstream/store/landing.ts";
import { found, receipt } from "@skillstream/store/sample.ts";
import { createWarehouse } from "@skillstream/store/warehouse.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const log = createLog("test", "fatal");
const scope = new AsyncDisposableStack();
const hostileTitle = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
const skills = ["SQL", "Rust", "Go", "Java"];

let url: string;
let page: Page;
let land: (count: number, title?: string, more?: { skills: string[]; normalizer: string }) => Promise<void>;
const complaints: string[] = [];

beforeAll(async () => {
  const { client: clickhouse } = scope.use(await freshDatabase());
  const duplicates = createDuplicates(clickhouse, { generation: 1, log });
  const warehouse = scope.use(createWarehouse(clickhouse, { generation: 1, log, duplicates }));
  const landing = createLanding(clickhouse, { generation: 1, log, landed: () => warehouse.landed() });

  let high = 0;
  land = async (count, title = "Data Engineer", more = { skills: [], normalizer: "normalize@1" }) => {
    const now = new Date();
    const answers = Array.from({ length: count }, () => {
      const origin = high++;
      const job = { job_id: `job-${origin}`, observed_at: now.getTime() + origin };
      if (origin % 10 === 9) return receipt(origin, { ...job, job_id: "job-0" });
      const posted_time = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (origin % 6), 1);
      const asked = skills.filter((_, index) => (origin + index) % (index + 1) === 0);
      const posting = {
        ...job,
        title,
        posted_time,
        content_hash: String(origin),
        normalizer: more.normalizer,
      };
      return found(origin, posting, [...asked, ...more.skills]);
    });
    await landing.write(0, answers);
    await warehouse.settled();
  };
  const app = await createApp({
    clickhouse,
    flow: {
      offsets: async () => [{ partition: 0, low: 0, high }],
      lags: async () => ["normalize", "extract", "store"].map((stage) => ({ stage, waiting: 0 })),
      [Symbol.asyncDispose]: async () => undefined,
    },
    log,
    page: await bundlePage(),
  });
  scope.defer(() => app.close());
  url = await app.listen({ port: 0, host: "127.0.0.1" });

  const browser = await startBrowser();
  scope.defer(() => browser.close());
  page = await browser.newPage();
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  await page.goto(url);
});

afterAll(() => scope.disposeAsync());

const textOf = (selector: string) => page.$eval(selector, (element) => element.textContent ?? "");
const shows = (selector: string, text: string) =>
  page.waitForFunction(
    (at: string, wanted: string) => document.querySelector(at)?.textContent?.includes(wanted),
    {},
    selector,
    text,
  );

// One page's day, in its order: each test goes on where the one before it left the page.
describe("the page", () => {
  test("says that it waits while nothing is stored", async () => {
    await shows(".waiting", "Waiting for the first postings");
    expect(await page.title()).toBe("Skillstream");
  });

  test("shows what comes in without being loaded again, and says that it is made up", async () => {
    await land(100);
    await shows("#stored", "90");
    await shows("#ledger-observed", "10");
    await page.waitForSelector(".plot canvas");
    expect(await textOf(".synthetic")).toBe("Synthetic data");
    expect(await textOf(".ledger .badge")).toBe("Every event accounted for");
    expect(await textOf(".legend")).toContain("Rust");
    await land(100);
    await shows("#stored", "180");
  });

  test("tells with its interval what falls, and of what is not sure that it is not", async () => {
    // Every posting asks for SQL; only those of every other month ask for Rust.
    await shows(".list.falling", "Rust");
    expect(await textOf(".list.falling .interval")).toMatch(/^[−-]\d.* to [−-]\d/);
    expect(await textOf(".movers")).not.toContain("SQL");
    await page.click(".switch");
    await page.waitForSelector("table");
    const rows = await page.$$eval("tbody tr", (all) => all.map((row) => row.textContent ?? ""));
    expect(rows.find((row) => row.startsWith("SQL"))).toContain("not sure");
    await page.click(".switch");
    await page.waitForSelector(".plot canvas");
  });

  test("shows a hostile title and a hostile skill as text, and that another version read them", async () => {
    expect(await page.$(".mixed")).toBeNull();
    await land(1, hostileTitle, { skills: [hostileTitle], normalizer: "normalize@2" });
    await shows(".newest .title", hostileTitle);
    await shows(".newest .skills", hostileTitle);
    await shows(".chart .legend", hostileTitle);
    await shows(".chart .mixed", "normalize@1, normalize@2");
    expect(await page.title()).toBe("Skillstream");
    expect(await page.$$eval("main img, main script", (found) => found.length)).toBe(0);
  });

  test("leads the keyboard to the chart, through its months, and to its table", async () => {
    const focusOn = async (selector: string) => {
      for (let step = 0; step < 40; step++) {
        await page.keyboard.press("Tab");
        if (await page.$eval(selector, (element) => element === document.activeElement)) return;
      }
      throw new Error(`no way by key to ${selector}`);
    };
    await focusOn(".switch");
    await focusOn(".plot");
    const latest = await textOf(".readout > b");
    await page.keyboard.press("Home");
    await page.waitForFunction(
      (was: string) => document.querySelector(".readout > b")?.textContent !== was,
      {},
      latest,
    );

    await page.focus(".switch");
    await page.keyboard.press("Space");
    await page.waitForSelector("table");
    expect(await page.$$eval("tbody tr", (rows) => rows.length)).toBe(skills.length + 1);
    expect(await textOf("thead")).toContain(latest);
    await page.keyboard.press("Space");
    await page.waitForSelector(".plot canvas");
  });

  test("fits a phone without scrolling sideways", async () => {
    await page.setViewport({ width: 360, height: 740 });
    await page.waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth);
    await page.setViewport({ width: 1280, height: 900 });
  });

  test("has enough contrast in light and in dark, wherever it shows text", async () => {
    for (const scheme of ["light", "dark"]) {
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      expect(await page.evaluate(tooFaint), scheme).toEqual([]);
    }
  });

  test("had nothing to complain of", () => {
    expect(complaints).toEqual([]);
  });
});

/** Runs in the page: texts whose contrast with the ground behind them is below 4.5 to 1 (WCAG AA). */
function tooFaint(): string[] {
  const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = channels(colour)
      .slice(0, 3)
      .map((channel) => channel / 255)
      .map((channel) => (channel <= 0.039_28 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const groundOf = (element: Element | null): string => {
    if (element === null) return "rgb(255, 255, 255)";
    const colour = getComputedStyle(element).backgroundColor;
    return channels(colour)[3] === 0 ? groundOf(element.parentElement) : colour;
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
    )
    .filter((element) => element.closest(".unseen, noscript, :disabled") === null)
    .flatMap((element) => {
      const text = luminance(getComputedStyle(element).color);
      const ground = luminance(groundOf(element));
      const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
      return contrast < 4.5 ? [`${element.className} ${element.textContent?.slice(0, 30)}: ${contrast}`] : [];
    });
}
