// Owns how a wrong environment is told: everything at once, each problem with what is allowed instead.
import { expect, test } from "vitest";
import { allSettings, readSettings, type SettingName, SettingsError } from "./settings.ts";

const names = Object.keys(allSettings) as SettingName[];

function problems(environment: NodeJS.ProcessEnv): string[] {
  try {
    readSettings(environment, names);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split("\n");
    throw error;
  }
}

test("an empty environment gives the defaults, and each is allowed", () => {
  expect(problems({})).toEqual([]);
  expect(readSettings({}, ["port", "home", "sources"])).toEqual({
    port: 8080,
    home: ".skillstream",
    sources: ["demo"],
  });
});

test("all problems are told together, each with its variable and what is allowed", () => {
  expect(
    problems({
      PORT: "80800",
      LOG_LEVEL: "loud",
      SKILLSTREAM_GENERATION: "first",
      SKILLSTREAM_CLICKHOUSE_URL: "localhost",
      SKILLSTREAM_KAFKA_BROKERS: "localhost",
    }),
  ).toEqual([
    'PORT is "80800", which is not allowed: it takes a port from 0 (any free one) to 65535',
    'LOG_LEVEL is "loud", which is not allowed: it takes trace, debug, info, warn, error or fatal',
    'SKILLSTREAM_KAFKA_BROKERS is "localhost", which is not allowed: it takes host:port, several separated by commas',
    'SKILLSTREAM_CLICKHOUSE_URL is "localhost", which is not allowed: it takes an http or https address',
    'SKILLSTREAM_GENERATION is "first", which is not allowed: it takes a whole number from 1',
  ]);
});

test("a misspelt variable is a problem that names the one that was meant", () => {
  expect(problems({ SKILLSTREAM_HOM: "/data" })).toEqual([
    "SKILLSTREAM_HOM is not a setting; did you mean SKILLSTREAM_HOME?",
  ]);
  expect(problems({ SKILLSTREAM_SOMETHING_ELSE_ENTIRELY: "1" })).toEqual([
    "SKILLSTREAM_SOMETHING_ELSE_ENTIRELY is not a setting",
  ]);
});

test("a process is not told of problems with settings that it does not read", () => {
  expect(readSettings({ LOG_LEVEL: "loud" }, ["port"])).toEqual({ port: 8080 });
});

test("an empty variable is one that is not set", () => {
  expect(readSettings({ PORT: "" }, ["port"])).toEqual({ port: 8080 });
});

test.each(
  names.filter((name) => /^a (port|number|whole number)|^seconds|^megabytes/.test(allSettings[name].allowed)),
)("%s takes no number that is not whole and in range", (name) => {
  const { variable } = allSettings[name];
  for (const text of ["-1", "1.5", "1e3", "0x10", " 1", "99999999999999", "ten"]) {
    expect(() => readSettings({ [variable]: text }, [name]), text).toThrow(SettingsError);
  }
});

test("lists are taken with spaces and empty parts, but not without any part", () => {
  const read = (text: string) => readSettings({ SKILLSTREAM_SOURCES: text }, ["sources"]).sources;
  expect(read("demo, greenhouse:acme ,globex,")).toEqual(["demo", "greenhouse:acme", "globex"]);
  expect(() => read(" , ")).toThrow(/SKILLSTREAM_SOURCES/);
});

test("an address loses its last slash, so that paths can be put behind it", () => {
  const read = (text: string) =>
    readSettings({ SKILLSTREAM_REGISTRY_URL: text }, ["registryUrl"]).registryUrl;
  expect(read("http://registry:8081/")).toBe("http://registry:8081");
  expect(() => read("ftp://registry")).toThrow(/http or https/);
});

test("an allowed address has a port, and the lake lies in a folder or in S3", () => {
  const right = {
    SKILLSTREAM_ALLOWED_ADDRESSES: "127.0.0.1:9000, [::1]:80",
    SKILLSTREAM_LAKE: "s3://bucket/lake",
  };
  expect(problems(right)).toEqual([]);
  const wrong = { SKILLSTREAM_ALLOWED_ADDRESSES: "127.0.0.1", SKILLSTREAM_LAKE: "https://bucket/lake" };
  expect(problems(wrong)).toHaveLength(2);
});
