import { Tokenizer } from "htmlparser2";
import { expect, test } from "vitest";
import { decoded, scan } from "./tags.ts";

/** All that is told of a page, in a line each. */
function told(html: string): string[] {
  const lines: string[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") lines.push(`text ${text}`);
    text = "";
  };
  scan(html, {
    open(name, attributes, start, end) {
      flush();
      lines.push(`<${name} ${JSON.stringify(attributes)} ${html[start]}${html[end]}`);
    },
    close(name, start) {
      flush();
      lines.push(`</${name} ${html[start]}`);
    },
    text(from, to, hasEntities) {
      text += hasEntities ? decoded(html.slice(from, to)) : html.slice(from, to);
    },
  });
  flush();
  return lines;
}

/** The same, as htmlparser2 cuts it. */
function toldByTokenizer(html: string): string[] {
  const lines: string[] = [];
  let text = "";
  let name = "";
  let attribute = "";
  let value = "";
  let attributes: Record<string, string> = {};
  const flush = () => {
    if (text !== "") lines.push(`text ${text}`);
    text = "";
  };
  const opened = () => lines.push(`<${name} ${JSON.stringify(attributes)} <>`);
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext(start, end) {
        text += html.slice(start, end);
      },
      ontextentity(code) {
        text += String.fromCodePoint(code);
      },
      oncdata(start, end, offset) {
        text += html.slice(start, end - offset);
      },
      onopentagname(start, end) {
        flush();
        name = html.slice(start, end).toLowerCase();
        attributes = {};
      },
      onattribname(start, end) {
        attribute = html.slice(start, end).toLowerCase();
        value = "";
      },
      onattribdata(start, end) {
        value += html.slice(start, end);
      },
      onattribentity(code) {
        value += String.fromCodePoint(code);
      },
      onattribend() {
        if (!Object.hasOwn(attributes, attribute)) attributes[attribute] = value;
      },
      onopentagend: opened,
      onselfclosingtag: opened,
      onclosetag(start, end) {
        flush();
        lines.push(`</${html.slice(start, end).toLowerCase()} <`);
      },
      oncomment: flush,
      ondeclaration: flush,
      onprocessinginstruction: flush,
      onend: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  flush();
  return lines;
}

test.each([
  `<!DOCTYPE html><HTML Lang=en><p class="a b" id='c' hidden data-x = y >x &amp; y</P >z`,
  `<a href="?a=1&b=2&copy=3&amp;c">&copy &notit; &#8211;&#x41;&#0;&#55357;&unknown;</a>`,
  `<script>if (a < b && "</div>") x = "<p>&amp;";</script ><title>A &amp; <b></title>`,
  "<b><!-- a -- b --><!--><!---><!-- c --!><!x><?php echo 1 > 2 ?></ x></>1 < 2 <3",
  `<br/><img src=a.png/><p/ class=x><b a="1" a="2" =c "d'>q</b>`,
  "<style>p > a { }</style><textarea><b>&lt;</textarea><iframe><p></iframe>",
  "<x-y:z A.b=1>é</x-y:z><p\nclass\n=\n'a\nb'\n>",
  "<p>a<![CDATA[b > &amp; c]]>d",
])("it cuts as htmlparser2 does: %s", (html) => {
  const lines = told(html);
  expect(lines.length).toBeGreaterThan(1);
  const plain = (all: string[]) => all.filter((line) => !line.startsWith("text")).concat(all.join("\n"));
  expect(plain(lines).slice(0, -1)).toEqual(plain(toldByTokenizer(html)).slice(0, -1));
  const words = (all: string[]) =>
    all.flatMap((line) => (line.startsWith("text ") ? [line.slice(5)] : [])).join("");
  expect(words(lines)).toBe(words(toldByTokenizer(html)));
});

test("a tag, a comment or a section that has no end is nothing", () => {
  for (const cut of ["<p class=x", "<p class='x>", "</p", "<!-- x", "<![CDATA[x", "<p a=", "<p a"]) {
    expect(told(`a<b>${cut}`), cut).toEqual(["text a", "<b {} <>"]);
  }
});

test("the names of an object's own are attributes like others, and do no harm", () => {
  const [tag = ""] = told("<p __proto__=a class=b>");
  expect(tag).toContain('"class":"b"');
});

test("pages without end or sense are cut in one go", () => {
  const before = process.threadCpuUsage();
  for (const part of [
    "<",
    "</",
    "<!--",
    "<!",
    "<a ",
    "<a b='",
    "<a b=c>",
    "<script></script",
    "--",
    "&",
    "<title>",
  ]) {
    told(part.repeat(100_000));
  }
  // Of the processor's time: others may use the machine too.
  expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000);
});
