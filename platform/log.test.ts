import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test("no secret is logged, at whatever level it stands", () => {
  const script = `
    import { createLog } from ${JSON.stringify(new URL("log.ts", import.meta.url).href)};
    const settings = { clickhousePassword: "s3cret", clickhouseUser: "reader" };
    createLog("test", "info").info(
      { password: "s3cret", settings, err: { config: { token: "s3cret" }, headers: { authorization: "s3cret" } } },
      "A sentence.",
    );`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(JSON.parse(stderr)).toMatchObject({
    process: "test",
    message: "A sentence.",
    password: "[removed]",
    settings: { clickhousePassword: "[removed]", clickhouseUser: "reader" },
  });
  expect(stderr).not.toContain("s3cret");
});
