import { expect, test } from "vitest";
import { cleanLine, cleanText } from "./text.ts";

test("paragraphs, breaks and list items become lines, and inline markup becomes nothing", () => {
  expect(
    cleanText(
      "<h3>Tasks</h3><p>Keep <b>the</b> lamp<i>s</i>\nlit.<br>Daily.</p><ul><li>Oil</li>\n<li><p>Wicks</p></li></ul><div>End</div>",
    ),
  ).toBe("Tasks\nKeep the lamps lit.\nDaily.\n- Oil\n- Wicks\nEnd");
});

test("scripts, styles, comments, templates and what is hidden leave nothing behind", () => {
  const html = `<style>p{}</style><script>if (a < b) alert("</p>")</script><p onclick="x()">Seen</p><!-- no -->
    <div style="color:red; DISPLAY : none">no <div>no</div> no</div><p hidden>no<p>Seen too</p>
    <ul><li hidden>no<li>Item</ul><template><p>no</p></template><img src=x onerror="alert(1)"><span style="font-size:0">no</span>
    <svg><text>no</text></svg><noscript>no</noscript><span style="font-size:0.9em">Small</span>`;
  expect(cleanText(html)).toBe("Seen\nSeen too\n- Item\nSmall");
});

test("entities are read, also numeric, wrong and escaped twice", () => {
  expect(cleanText("<p>R&amp;D &eacute;t&#233; &#x20AC;5 &lt;b&gt; &nbsp;x &bogus; &#xFFFFFFFF;</p>")).toBe(
    "R&D été €5 <b> x &bogus; \ufffd",
  );
  expect(cleanText("<p>AT&amp;amp;T caf&amp;eacute;</p>")).toBe("AT&T café");
});

test("markup that was escaped as a whole is markup", () => {
  expect(
    cleanText("&lt;p&gt;One&lt;/p&gt;&lt;ul&gt;&lt;li&gt;Two &amp;amp; three&lt;/li&gt;&lt;/ul&gt;"),
  ).toBe("One\n- Two & three");
  expect(cleanText("&amp;lt;div&amp;gt;Deep&amp;lt;/div&amp;gt;")).toBe("Deep");
});

test("markup that is shown on purpose stays text", () => {
  expect(cleanText("<p>You write &lt;div&gt; by hand</p>")).toBe("You write <div> by hand");
  expect(cleanText("if a < b and c > d")).toBe("if a < b and c > d");
});

test("plain text keeps its lines, and so does text with inline markup only", () => {
  expect(cleanText("One\n\n  Two  \r\n• Three\n* Four\n– Five")).toBe("One\nTwo\n- Three\n- Four\n- Five");
  expect(cleanText("<b>One</b>\nTwo")).toBe("One\nTwo");
});

test("a dash inside a line and a negative number are no list items, and a lone bullet belongs to the next line", () => {
  expect(cleanText("Remote – Europe\n-5 degrees\n•\nGo\nEnd\n-")).toBe(
    "Remote – Europe\n-5 degrees\n- Go\nEnd",
  );
});

test("UTF-8 read as windows-1252 is repaired, and words that look a little like it are left", () => {
  expect(cleanText("<p>fÃ¼r MÃ¼nchen â€“ Ã  Paris, SÃ£o Paulo â‚¬5 donâ€™t</p>")).toBe(
    "für München – à Paris, São Paulo €5 don’t",
  );
  expect(cleanText("SÃO PAULO, NÃO, Ärzte, Ångström")).toBe("SÃO PAULO, NÃO, Ärzte, Ångström");
});

test("what a reader cannot see is taken out, and letters are composed", () => {
  expect(cleanText("a\u200bb\u00adc\u202ed\ufeff\u0007e  cafe\u0301")).toBe("abcde café");
  expect(cleanText("x\ud800y")).toBe("x\ufffdy");
});

test("double and other spoilt letters are repaired, and fancy ones are plain", () => {
  expect(cleanText("fÃƒÂ¼r, donÃ¢â‚¬â„¢t, â\u0080\u0099, caf\u00c3\u00a9, it\u0092s")).toBe(
    "für, don’t, ’, café, it’s",
  );
  expect(cleanText("ｊａｖａ １２ ﬁnance 𝗣𝘆𝘁𝗵𝗼𝗻 ＣＩ／ＣＤ 要求：熟悉（Go）")).toBe(
    "java 12 finance Python CI/CD 要求：熟悉（Go）",
  );
});

test("a joiner stays where it is part of a word or an emoji, and goes elsewhere", () => {
  expect(cleanText("می\u200cخواهم 👩\u200d💻 Py\u200dthon\u{e0041}")).toBe("می\u200cخواهم 👩\u200d💻 Python");
});

test("what screen readers, styles and attributes keep from sight is left out", () => {
  const html = `<p>Seen</p><span class="a sr-only">no</span><span aria-hidden="TRUE">no</span><span aria-hidden=false>Too</span>
    <div style="position:absolute; left:-9999px">no</div><p style="max-height:0;overflow:hidden">no</p><p style="min-height:1.5em">Also</p>
    <p style="text-indent:-1.5em">Hanging</p><nav><a>no</a></nav>`;
  expect(cleanText(html)).toBe("Seen\nToo\nAlso\nHanging");
});

test("a table's rows are lines, its cells stay apart, and a list may stand in a cell", () => {
  expect(
    cleanText(
      "<table><tr><th>Place</th><th>Days</th></tr><tr><td><p>Oslo</p></td><td></td><td>3</td></tr><tr><td>Tasks<ul><li>Oil</li><li>Wick</li></ul></td></tr></table>After",
    ),
  ).toBe("Place | Days\nOslo | 3\nTasks\n- Oil\n- Wick\nAfter");
});

test("lists by line breaks, by odd marks and inside one another are lists", () => {
  expect(cleanText("Tasks:<br>• Oil<br>&middot; Wick<br />\uf0b7 Glass<br>✅ Brass")).toBe(
    "Tasks:\n- Oil\n- Wick\n- Glass\n- Brass",
  );
  expect(cleanText("<ul><li>Tasks<ul><li>Oil</li></ul></li><li>Pay</li></ul><ol><li>One</ol>")).toBe(
    "- Tasks\n- Oil\n- Pay\n- One",
  );
  expect(cleanText("✅ What we offer:\n✅ Light\n→ Brass\no\tOil\nO rio")).toBe(
    "✅ What we offer:\n- Light\n- Brass\n- Oil\nO rio".replace("✅ ", ""),
  );
});

test("a long text that lost its line breaks gets those of its items and gaps back", () => {
  const words = "We keep the lamps of the coast lit, by night and by day. ".repeat(12).trim();
  expect(cleanText(`${words}   Duties   • Oil • Wick • Glass • Brass`)).toBe(
    `${words}\nDuties\n- Oil\n- Wick\n- Glass\n- Brass`,
  );
  expect(cleanText("Oslo • Remote • Full-time • Lamps")).toBe("Oslo • Remote • Full-time • Lamps");
});

test.each([
  "Apply now",
  "» APPLY NOW!",
  "- Jetzt bewerben",
  "Voir plus",
  "← Back to all jobs",
  "Share this job",
  "Powered by Greenhouse",
  "#LI-AB1",
  "#LI-AB1 #LI-XY2",
  "We use cookies to make this page work. By going on you agree to them, and to many more things.",
  "----------",
])("the page's own line %j is left out", (line) => {
  expect(cleanText(`One\n${line}\nTwo`)).toBe("One\nTwo");
});

test.each([
  "Apply now your knowledge of lamps",
  "Share this job with your knowledge of lenses",
  "Powered by wind",
  "You bake cookies",
  "#LI-Remote",
  "We apply",
  "C",
])("the line %j stays", (line) => {
  expect(cleanText(`One\n${line}\nTwo`)).toBe(`One\n${line}\nTwo`);
});

test("a name is kept whatever it is", () => {
  expect(cleanLine("Print", 100)).toBe("Print");
  expect(cleanLine("Save", 100)).toBe("Save");
});

test("lines end in nothing and begin with nothing, and none is blank", () => {
  const text = cleanText("<div> <p> a </p>\n<p>&nbsp;</p><ul><li> </li><li> b</li></ul></div>\u2028c");
  expect(text).toBe("a\n- b\nc");
});

test("a title is one line of text", () => {
  expect(cleanLine(" <b>Lamp&amp;lighter</b>\n (m/w/d) ", 100)).toBe("Lamp&lighter (m/w/d)");
  expect(cleanLine("<script>x</script>", 100)).toBeNull();
  expect(cleanLine("C++ & C# <3", 100)).toBe("C++ & C# <3");
  expect(cleanLine("é".repeat(500), 100)).toHaveLength(100);
  expect(cleanLine("   ", 100)).toBeNull();
});

test.each([
  ["tags that never close", "<b>"],
  ["tags that close what was never open", "<b></i>"],
  ["hidden elements inside one another", "<div hidden>"],
  ["angle brackets", "<"],
  ["half a style", "<p style='display:"],
  ["half an end of a comment", "<!--->-"],
  ["escaped half tags", "&amp;amp;lt;p"],
  ["list items", "<li>a"],
  ["spoilt letters", "Ã©â€™"],
])("a million characters of %s take a moment", (_, piece) => {
  const started = process.threadCpuUsage();
  cleanText(piece.repeat(1_000_000 / piece.length));
  // Quadratic work would take minutes.
  expect(process.threadCpuUsage(started).user).toBeLessThan(5_000_000);
});
