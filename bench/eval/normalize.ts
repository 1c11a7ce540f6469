// Owns `npm run eval -- normalize`: how many of the cases in test/normalize-cases are read as they are meant, field
// by field, with every miss.
import { judge, readCases, report } from "../../test/normalize-cases/cases.ts";
import type { Eval } from "../eval.ts";

export const evaluation: Eval = {
  summary: "made-up postings in the forms of real sources against what a careful reader reads in them",
  usage: `
Prints the share of right answers for each field and every miss.

  --json  one JSON object: {cases, fields, misses}`,
  run({ json }) {
    const judged = judge(readCases());
    console.log(json ? JSON.stringify({ name: "normalize", ...judged }) : report(judged));
    return Promise.resolve();
  },
};
