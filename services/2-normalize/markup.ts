// Owns the reading of markup as texts and tags, one after the other, and of whether an element is hidden by its own
// attributes. What is written as nearly all of it is (tags of plain names, attributes in quotes) is read by hand, at
// a third of the cost; at the first thing that is not, htmlparser2 takes over. Promises the same events either way,
// without a tree and without a stack, so that a million tags that never close cost no more than others.
import { Tokenizer } from "htmlparser2";

export interface MarkupEvents {
  ontext(text: string): void;
  onopen?(name: string, isHidden: boolean): void;
  onclose?(name: string): void;
}

const hiddenStyle =
  /(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*(?:0|1px)(?![.\d])|opacity\s*:\s*0(?![.\d])|(?:left|top|right|text-indent)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*(?:0|1)(?:px)?[\s,]|clip-path\s*:\s*inset\(\s*(?:50|100)%|(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*(?:0|1px)\s*(?:;|$)|scale\(\s*0\s*\))/i;
/** What screen readers are told beside the text, such as "opens in a new tab". */
const hiddenClass = /(?:^|\s)(?:sr-only|visually-?hidden|screen-reader(?:-text|-only)?|a11y-hidden)(?:\s|$)/i;

/** What follows these is no markup until they end. */
const rawNames = new Set("iframe noembed noframes plaintext script style textarea title xmp".split(" "));

const slash = 0x2f;
const greaterThan = 0x3e;
const equals = 0x3d;
const doubleQuote = 0x22;
const singleQuote = 0x27;

export function readMarkup(html: string, events: MarkupEvents): void {
  const attributes = attributesOf(html);
  let nextEntity = placeOf(html, "&", 0);
  for (let at = 0; at < html.length; ) {
    const start = placeOf(html, "<", at);
    if (start > at) {
      const text = html.slice(at, start);
      if (nextEntity >= start) events.ontext(text);
      else {
        readEntities(text, events);
        nextEntity = placeOf(html, "&", start);
      }
    }
    if (start === html.length) return;
    const isEnd = html.charCodeAt(start + 1) === slash;
    const nameStart = isEnd ? start + 2 : start + 1;
    const nameEnd = endOfName(html, nameStart);
    const end =
      nameEnd === nameStart ? -1 : isEnd ? endOfEndTag(html, nameEnd) : attributes.endOfTag(nameEnd);
    const name = end === -1 ? "" : nameAt(html, nameStart, nameEnd);
    if (end === -1 || (!isEnd && rawNames.has(name))) {
      tokenize(html.slice(start), events);
      return;
    }
    if (isEnd) events.onclose?.(name);
    else events.onopen?.(name, attributes.isHidden());
    at = end;
  }
}

/** Those that most pages keep to. */
const signs = new Map(
  Object.entries({
    amp: "&",
    nbsp: "\u00a0",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
    "#39": "'",
    "#x27": "'",
  }),
);
const entityCharsMax = 6;

/** A text without tags. At the first entity that is none of the commonest the tokenizer takes over. */
function readEntities(text: string, events: MarkupEvents): void {
  for (let at = 0; at < text.length; ) {
    const start = placeOf(text, "&", at);
    const end = placeOf(text, ";", start);
    const sign = end - start > entityCharsMax ? undefined : signs.get(text.slice(start + 1, end));
    if (start < text.length && (sign === undefined || end === text.length)) {
      tokenize(text.slice(at), events);
      return;
    }
    if (start > at) events.ontext(text.slice(at, start));
    if (sign !== undefined) events.ontext(sign);
    at = end + 1;
  }
}

/** The names that were met last: to cut one out and make it comparable costs more than reading its tag. */
const namesMet: string[] = Array.from({ length: 256 }, () => "");

function nameAt(html: string, start: number, end: number): string {
  let place = end - start;
  for (let at = start; at < end; at++) place = (place * 31 + html.charCodeAt(at)) & 0xff;
  const met = namesMet[place] as string;
  if (met.length === end - start && html.startsWith(met, start)) return met;
  const name = html.slice(start, end).toLowerCase();
  // What is longer is no name of HTML's.
  if (name.length <= nameCharsMax) namesMet[place] = name;
  return name;
}

const nameCharsMax = 12;

/** The length of the text where there is none. */
function placeOf(html: string, sign: string, from: number): number {
  const place = html.indexOf(sign, from);
  return place === -1 ? html.length : place;
}

/** `start` itself where no plain name begins there. */
function endOfName(html: string, start: number): number {
  let at = start;
  if (!isLetter(html.charCodeAt(at))) return start;
  do at++;
  while (isLetter(html.charCodeAt(at)) || isDigit(html.charCodeAt(at)));
  return at;
}

const isLetter = (code: number) => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
const isDigit = (code: number) => code >= 0x30 && code <= 0x39;
const isSpace = (code: number) => code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b);

/** Behind the tag, or -1 where it is not plain. */
function endOfEndTag(html: string, nameEnd: number): number {
  return html.charCodeAt(nameEnd) === greaterThan ? nameEnd + 1 : -1;
}

/** Reads the attributes of one tag after another. */
function attributesOf(html: string) {
  let hidden = false;
  /** Pages repeat one style on every paragraph. */
  let shownStyle = "";
  return {
    isHidden: () => hidden,
    reset() {
      hidden = false;
    },
    note,
    /** Behind the tag, or -1 where it is not plain. */
    endOfTag(nameEnd: number): number {
      hidden = false;
      for (let at = nameEnd; ; ) {
        while (isSpace(html.charCodeAt(at))) at++;
        const code = html.charCodeAt(at);
        if (code === greaterThan) return at + 1;
        if (code === slash) return html.charCodeAt(at + 1) === greaterThan ? at + 2 : -1;
        const start = at;
        while (isOfAttribute(html.charCodeAt(at))) at++;
        const quote = html.charCodeAt(at + 1);
        if (at === start || html.charCodeAt(at) !== equals) return -1;
        if (quote !== doubleQuote && quote !== singleQuote) return -1;
        const end = html.indexOf(quote === doubleQuote ? '"' : "'", at + 2);
        if (end === -1) return -1;
        if (isReadLength(at - start)) {
          const name = html.slice(start, at).toLowerCase();
          const value = isRead(name) ? html.slice(at + 2, end) : "";
          if (value.includes("&")) return -1;
          note(name, value);
        }
        at = end + 1;
      }
    },
  };

  function note(name: string, value: string): void {
    if (name === "hidden") hidden = true;
    else if (name === "style" && value !== shownStyle) {
      if (hiddenStyle.test(value)) hidden = true;
      else shownStyle = value;
    } else if (name === "class" && hiddenClass.test(value)) hidden = true;
    else if (name === "aria-hidden" && value.trim().toLowerCase() === "true") hidden = true;
  }
}

const isOfAttribute = (code: number) =>
  isLetter(code) || isDigit(code) || code === 0x2d || code === 0x5f || code === 0x3a;

/** style, class, hidden and aria-hidden are all that is read; no other is worth a copy of its name. */
const isReadLength = (length: number) => length === 5 || length === 6 || length === 11;
const isRead = (name: string) => name === "style" || name === "class" || name === "aria-hidden";

/** Whatever is written. */
function tokenize(html: string, events: MarkupEvents): void {
  let name = "";
  let attribute = "";
  let value = "";
  const attributes = attributesOf(html);
  const lower = (start: number, end: number) => html.slice(start, end).toLowerCase();
  const opened = () => events.onopen?.(name, attributes.isHidden());
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ontext: (start, end) => events.ontext(html.slice(start, end)),
      ontextentity: (code) => events.ontext(String.fromCodePoint(code)),
      onopentagname(start, end) {
        name = lower(start, end);
        attributes.reset();
      },
      onattribname(start, end) {
        attribute = isReadLength(end - start) ? lower(start, end) : "";
        value = "";
        if (attribute === "hidden") attributes.note(attribute, "");
      },
      onattribdata(start, end) {
        if (attribute !== "") value += html.slice(start, end);
      },
      onattribentity(code) {
        if (attribute !== "") value += String.fromCodePoint(code);
      },
      onattribend() {
        attributes.note(attribute, value);
      },
      onopentagend: opened,
      onselfclosingtag: opened,
      onclosetag: (start, end) => events.onclose?.(lower(start, end)),
      oncdata: (start, end, offset) => events.ontext(html.slice(start, end - offset)),
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
}
