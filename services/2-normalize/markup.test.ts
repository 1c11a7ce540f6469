import { expect, test } from "vitest";
import { readMarkup } from "./markup.ts";

function eventsOf(html: string): string[] {
  const events: string[] = [];
  readMarkup(html, {
    ontext: (text) => events.push(text),
    onopen: (name, isHidden) => events.push(`<${name}${isHidden ? " hidden" : ""}>`),
    onclose: (name) => events.push(`</${name}>`),
  });
  return events;
}

/** After a comment nothing is read by hand. */
const byTokenizer = (html: string) => eventsOf(`<!---->${html}`);

test("markup is read as texts and tags", () => {
  expect(eventsOf('<H2 class="a b">About</H2>\n<p style="display: none">Lamps &amp; more<br/>')).toEqual([
    "<h2>",
    "About",
    "</h2>",
    "\n",
    "<p hidden>",
    "Lamps ",
    "&",
    " more",
    "<br>",
  ]);
});

test.each([
  "<p>a</p><br><br/><br /><BR\n>",
  "<p hidden>a<p aria-hidden=' TRUE '>b<p ARIA-HIDDEN=\"true\">c",
  "<p class=\"sr-only\" style='color:red'>a<p style='color:red'>b<p class=\"&#115;r-only\">c",
  '<p data-a="<p>" b=\'"\'>a<p a = "b">c<p a=b>d<p a="b"c=\'d\'>e<p =a>f<p/a>g',
  'a < b <3 <> </> </ p> <é> <a:b> <a-b c:d="e"> </a-b x> <p a="',
  "<script>a < b</script>c<STYLE>d</STYLE>e<title>f &amp; g</title>h<textarea><p></textarea>i",
  "<!-- a --> b <![CDATA[c]]> d <!doctype html> e <?f?> g",
  "&amp;&lt;p&gt; &am &nbsp;&#39;&#x27 &notit; &<p>&amp<p>&#6",
  "<p",
  "<p a='b'",
  "</p",
  "<",
  "",
])("%j is the same by hand as by htmlparser2", (html) => {
  expect(eventsOf(html)).toEqual(byTokenizer(html));
});

test("every mixture of a few pieces is the same by hand as by htmlparser2", () => {
  const pieces = [
    "<p>",
    "</p >",
    '<a b="c&d">',
    "<i hidden>",
    "<script>",
    "&am",
    "<",
    " b ",
    "</li>",
    "/>",
    "\n",
  ];
  for (const one of pieces)
    for (const two of pieces)
      for (const three of pieces)
        for (const four of pieces) {
          const html = one + two + three + four;
          expect(eventsOf(html), html).toEqual(byTokenizer(html));
        }
});

test.each(["<p>", "<p a='b'>", "<", "&", "&amp;<b>", "<p a='", "</", "a&b<i>"])(
  "2 MB of %j take a moment",
  (piece) => {
    const html = piece.repeat(2_000_000 / piece.length);
    const before = process.cpuUsage();
    readMarkup(html, { ontext: () => undefined });
    expect(process.cpuUsage(before).user).toBeLessThan(3_000_000);
  },
);
