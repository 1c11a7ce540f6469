import { fold } from "@skillstream/schemas/taxonomy/fold.ts";
import { parseTaxonomy, type TaxonomyFile } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import { describe, expect, test } from "vitest";
import { compileLexicon } from "./lexicon.ts";
import { findSkills } from "./mentions.ts";

const files: Partial<Record<TaxonomyFile, string>> = {
  version: "1.0.0",
  technology: `[tool]
angular = angular 2
aws
azure
bun
c
c#
c++ = c++11
.net
ci/cd
css
docker
excel
gcp
go
html = html5
java
javascript = js
kafka
microsoft office
node.js = node
python = python3, py
react
react native
redis
scala
sql
typescript
vue
word`,
  method: `[method]
data curation
data modeling
deep learning
integration testing
linear regression
logistic regression
machine learning
supervised learning
unit testing
unsupervised learning`,
  group: "tool\nmethod",
  ambiguous: `[angular, react, vue, excel, word, node, bun]
written: Title
never: ~ to
when: list
[go, c]
written: Title, UPPER
when: list`,
};
const taxonomy = parseTaxonomy((file) => files[file] ?? "");
const lexicon = compileLexicon(taxonomy);

/** The skills that a text names, each with the words that say so: "java: Java8". */
function mentionsIn(source: string): string[] {
  const folded = fold(source);
  const text = String.fromCharCode(...folded.units.subarray(0, folded.length));
  return findSkills(lexicon, source, folded, text, false).map(
    ({ skill, start, end, foldedStart, foldedEnd }) => {
      expect(folded.starts[foldedStart]).toBe(start);
      expect(folded.ends[foldedEnd - 1]).toBe(end);
      return `${skill.name}: ${source.slice(start, end)}`;
    },
  );
}

test("the taxonomy of these tests is sound", () => {
  expect(taxonomy.problems).toEqual([]);
});

describe("an enumeration is split", () => {
  test.each([
    ["React/Vue/Angular", ["react: React", "vue: Vue", "angular: Angular"]],
    ["AWS/GCP/Azure", ["aws: AWS", "gcp: GCP", "azure: Azure"]],
    ["Java, Scala or similar", ["java: Java", "scala: Scala"]],
    ["Microsoft Office (Word, Excel)", ["microsoft office: Microsoft Office", "word: Word", "excel: Excel"]],
    ["TypeScript(React)", ["typescript: TypeScript", "react: React"]],
    ["HTML5/CSS3", ["html: HTML5", "css: CSS3"]],
    ["C, C++ and C#", ["c: C", "c++: C++", "c#: C#"]],
    ["C#.NET", ["c#: C#", ".net: .NET"]],
    ["CI/CD", ["ci/cd: CI/CD"]],
    ["we use React, Angular & Vue", ["react: React", "angular: Angular", "vue: Vue"]],
    ["React Native", ["react native: React Native"]],
    ["•Java•Python", ["java: Java", "python: Python"]],
    ["Python+Docker|Kafka;SQL", ["python: Python", "docker: Docker", "kafka: Kafka", "sql: SQL"]],
  ])("%j names %j", (text, mentions) => {
    expect(mentionsIn(text)).toEqual(mentions);
  });
});

describe("a version belongs to its mention and proves a product", () => {
  test.each([
    ["Python3", ["python: Python3"]],
    ["Python3.11 or Java8", ["python: Python3.11", "java: Java8"]],
    ["C++11", ["c++: C++11"]],
    ["Angular 14", ["angular: Angular"]],
    ["React v18.2 and hooks", ["react: React"]],
    ["Vue 3+ experience", ["vue: Vue"]],
    ["React 2 days after", []],
    ["Word 24/7", []],
    ["Vue to 3", []],
    ["react 18", []],
    ["java8x", []],
    ["c3", []],
  ])("%j names %j", (text, mentions) => {
    expect(mentionsIn(text)).toEqual(mentions);
  });
});

describe("what is joined to a name", () => {
  test.each([
    ["Kafka-based, AWS-native", ["kafka: Kafka", "aws: AWS"]],
    ["Java's and Python’s", ["java: Java", "python: Python"]],
    ["non-Java", []],
    ["non-machine learning", ["machine learning: machine learning"]],
    ["#java and @python", []],
    ["docs.python.org, java.util", []],
    ["C++ and C+", ["c++: C++"]],
    ["🚀Java✅Python", ["java: Java", "python: Python"]],
    ["𐐨java", []],
    ["Pythonic Javanese", []],
  ])("%j names %j", (text, mentions) => {
    expect(mentionsIn(text)).toEqual(mentions);
  });
});

describe("where a page lost its line breaks", () => {
  test.each([
    ["TypeScriptWe’re building", ["typescript: TypeScript"]],
    ["SQL & RedisApply here", ["sql: SQL", "redis: Redis"]],
    ["ExperiencePython", []],
    ["good skills.Python and Java.You have", ["python: Python", "java: Java"]],
    ["Java, Node or Bun.Read more", ["java: Java", "node.js: Node", "bun: Bun"]],
    ["with python.We are", ["python: python"]],
    ["on Redis.Com", []],
    ["JavaFlow and DockerDesktop", []],
  ])("%j names %j", (text, mentions) => {
    expect(mentionsIn(text)).toEqual(mentions);
  });
});

describe("words that two share are said once and count for both", () => {
  test.each([
    [
      "supervised and unsupervised learning",
      ["supervised learning: supervised", "unsupervised learning: unsupervised learning"],
    ],
    ["unit/integration testing", ["unit testing: unit", "integration testing: integration testing"]],
    [
      "Linear & logistic regression",
      ["linear regression: Linear", "logistic regression: logistic regression"],
    ],
    ["data modeling and curation", ["data modeling: data modeling", "data curation: curation"]],
    ["machine/deep learning", ["machine learning: machine", "deep learning: deep learning"]],
    ["we supervised, unsupervised learning", ["unsupervised learning: unsupervised learning"]],
    ["data modeling and curation.js", ["data modeling: data modeling"]],
  ])("%j names %j", (text, mentions) => {
    expect(mentionsIn(text)).toEqual(mentions);
  });
});

describe("letters that only look alike, or do not show", () => {
  test.each([
    ["Руthon", []],
    ["Jаva", []],
    ["Py\u200bthon", ["python: Py\u200bthon"]],
    ["\u202bPython\u202c", ["python: Python"]],
    ["Ja\u00advaScript", ["javascript: Ja\u00advaScript"]],
    ["P\u0301ython", ["python: P\u0301ython"]],
    ["𝐏𝐲𝐭𝐡𝐨𝐧 and ＪＡＶＡ", ["python: 𝐏𝐲𝐭𝐡𝐨𝐧", "java: ＪＡＶＡ"]],
    ["\ud83dJava\ude00", ["java: Java"]],
  ])("%j names %j", (text, mentions) => {
    expect(mentionsIn(text)).toEqual(mentions);
  });
});
