import { expect, test } from "vitest";
import { fieldOf, readEntries } from "./feed.ts";

const items = new Set(["item"]);
const read = (xml: string) => readEntries(xml, items);

test("fields are the direct children of an entry, with entities and CDATA read", () => {
  const { root, entries, isCut } = read(`<?xml version="1.0"?><rss><channel><title>Not an item's</title>
    <item><title>Wick &amp; Sons: Candle&#8211;maker</title><media:content url="a.png?x=1&amp;y=2" type="image/png"/>
    <description><![CDATA[<p>Wax & <b>wicks</b></p>]]></description><state/><category>a</category><category>b</category></item></channel></rss>`);
  expect(root).toBe("rss");
  expect(isCut).toBe(false);
  expect(entries).toHaveLength(1);
  const [entry] = entries;
  if (entry === undefined) throw new Error("no entry");
  expect(fieldOf(entry, "title")).toBe("Wick & Sons: Candle–maker");
  expect(fieldOf(entry, "description")).toBe("<p>Wax & <b>wicks</b></p>");
  expect(fieldOf(entry, "state")).toBeNull();
  expect(entry.fields.get("category")).toEqual(["a", "b"]);
  expect(entry.attributes.get("media:content")).toEqual({ url: "a.png?x=1&y=2", type: "image/png" });
});

test("markup that was not escaped is kept as it stands", () => {
  const [entry] = read("<item><description><p>Wax<br>and <item2>x</item2></p></description></item>").entries;
  expect(entry && fieldOf(entry, "description")).toBe("<p>Wax<br>and <item2>x</item2></p>");
});

test("an entry that is cut off, or that another one interrupts, is left out and said so", () => {
  const cut = read("<rss><item><title>Whole</title></item><item><title>Half</tit");
  expect(cut.entries.map((entry) => fieldOf(entry, "title"))).toEqual(["Whole"]);
  expect(cut.isCut).toBe(true);
  const torn = read("<item><title>Torn</title><item><title>Whole</title></item>");
  expect(torn.entries.map((entry) => fieldOf(entry, "title"))).toEqual(["Whole"]);
  expect(torn.isCut).toBe(true);
});

test("entities that a document declares itself are not known, so none can multiply or fetch", () => {
  const bomb = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hosts">]>
    <item><title>&b; &c;</title></item>`;
  const [entry] = read(bomb).entries;
  expect(entry && fieldOf(entry, "title")).toBe("&b; &c;");
});

test("the place of an entry in the text is known", () => {
  const xml = "<rss><item><title>A</title></item >\n<item><title>B</title></item></rss>";
  expect(read(xml).entries.map(({ start, end }) => xml.slice(start, end))).toEqual([
    "<item><title>A</title></item >",
    "<item><title>B</title></item>",
  ]);
});

test("a hundred thousand levels and repeats take no time", () => {
  const started = process.threadCpuUsage();
  read(`<item>${"<a>".repeat(100_000)}`);
  read("<item><title>x".repeat(100_000));
  read(`<item>${"<a b='".repeat(100_000)}`);
  // Of the processor\'s time: others may use the machine too.
  expect(process.threadCpuUsage(started).user).toBeLessThan(1_000_000);
});
