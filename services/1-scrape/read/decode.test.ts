import { expect, test } from "vitest";
import { decodePage } from "./decode.ts";

const latin = (text: string) => Buffer.from(text, "latin1");

test("the header's charset counts, and iso-8859-1 means windows-1252 as in browsers", () => {
  const bytes = Buffer.concat([latin("caf\xe9 "), Buffer.from([0x80, 0x93, 0x94])]);
  expect(decodePage(bytes, "text/html; charset=windows-1252")).toBe("café €“”");
  expect(decodePage(bytes, 'text/html; charset="ISO-8859-1"')).toBe("café €“”");
});

test("a page that declares itself is believed where the header says nothing", () => {
  const page =
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head>fr\xfch';
  expect(decodePage(latin(page), "text/html")).toContain("früh");
  expect(decodePage(latin('<meta charset="iso-8859-2">\xb1'), "")).toContain("ą");
});

test("a byte order mark goes before everything and is no part of the text", () => {
  expect(decodePage(Buffer.from("\ufeffgrün"), "text/html; charset=windows-1252")).toBe("grün");
  expect(decodePage(Buffer.from("\ufeffhé", "utf16le"), "")).toBe("hé");
});

test("without any declaration UTF-8 is tried, then windows-1252", () => {
  expect(decodePage(Buffer.from("señal"), "")).toBe("señal");
  expect(decodePage(latin("se\xf1al"), "")).toBe("señal");
});

test("an unknown charset and broken UTF-8 still give text", () => {
  expect(decodePage(Buffer.from("plain"), "text/html; charset=klingon")).toBe("plain");
  expect(decodePage(Buffer.from([0x61, 0xff, 0x62]), "text/html; charset=utf-8")).toBe("a\ufffdb");
});
