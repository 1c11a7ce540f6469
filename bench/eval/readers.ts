// Owns the extractors that are judged side by side, each as a function from a posting as it is handed over to what is
// said of it. They run in this thread: what is judged here is how good an answer is, not how fast it comes.
import { readFileSync } from "node:fs";
import {
  createEmbedded,
  embeddedVersion,
  type Reading,
  untaggedVersion,
} from "@skillstream/extract/embedded.ts";
import { createTagger } from "@skillstream/extract/tagger.ts";
import { readModel } from "@skillstream/normalize/line-model.ts";
import { labelsIn } from "@skillstream/normalize/lines.ts";
import { answerOf } from "@skillstream/schemas/extraction-form.ts";
import type { Taxonomy } from "@skillstream/schemas/taxonomy/taxonomy.ts";
import type { Extraction, Posting } from "@skillstream/schemas/types.ts";
import { postingOf } from "../../cli/extract.ts";
import { fitFolds, readFolds } from "../../training/lines/cross-validate.ts";
import { labelledPostings } from "../../training/lines/material.ts";
import type { Labelled, Predicted } from "./score.ts";

export interface Reader {
  /** The same for all versions of it. */
  name: string;
  /** As it says itself: name@version. */
  version: string;
  read(posting: Labelled): Predicted;
}

/** What an extractor is given: nothing of what a person said of it. */
export function givenOf({ id, title, company, location, text, ...more }: Labelled): Posting {
  const { employment_type_stated, is_remote } = more;
  return postingOf({ id, title, company, location, text, employment_type_stated, is_remote });
}

export function readersOf(taxonomy: Taxonomy): Reader[] {
  return [
    embedded("embedded", `embedded@${embeddedVersion}`, createEmbedded(taxonomy, createTagger())),
    embedded("untagged", `embedded@${untaggedVersion}`, createEmbedded(taxonomy, null)),
    naive(taxonomy),
  ];
}

function embedded(name: string, version: string, extract: (posting: Reading) => Extraction): Reader {
  return { name, version, read: (posting) => answered(extract, givenOf(posting)) };
}

function answered(extract: (posting: Reading) => Extraction, posting: Posting): Predicted {
  return answerOf({ posting, extraction: extract(posting) });
}

/**
 * The embedded extractor on letters of lines by a model that has not learnt from the posting's fold. The model that
 * ships has seen all of ../shared/eval's letters, so this tells how much of the figures there comes from that.
 */
export function unseenLines(taxonomy: Taxonomy): Reader {
  const file = new URL("../../services/2-normalize/lines-model.json", import.meta.url);
  const model = readModel(readFileSync(file, "utf8"));
  const models = fitFolds(labelledPostings(), model.table);
  const folds = readFolds();
  const extract = createEmbedded(taxonomy, createTagger());
  return {
    name: "lines unseen",
    version: `embedded@${embeddedVersion}, lines unseen`,
    read(labelled) {
      const unseen = models[folds[labelled.id] ?? -1];
      if (unseen === undefined) throw new Error(`${labelled.id} has no fold`);
      const given = givenOf(labelled);
      const lines = labelsIn(given.description, { ...unseen, relevantMin: model.relevantMin }).join("");
      return answered(extract, { ...given, lines });
    },
  };
}

const wordsMax = 5;
const word = /[\p{L}\p{N}][\p{L}\p{N}+#]*(?:\.[\p{L}\p{N}]+)?/gu;

/** What one writes in an afternoon: the names of the technologies in lower case, looked up word by word. */
function naive({ skills }: Taxonomy): Reader {
  const names = new Map<string, string>();
  for (const { name, kind } of skills) {
    if (kind === "technology") names.set(name.toLowerCase().match(word)?.join(" ") ?? "", name);
  }
  names.delete("");
  return {
    name: "naive",
    version: "naive@1",
    read({ id, title, text }) {
      const found = new Map<string, Set<string>>();
      for (const source of [title, text]) {
        const words = [...source.matchAll(word)];
        for (const [at, { index }] of words.entries()) {
          let key = "";
          for (const { 0: part, index: start } of words.slice(at, at + wordsMax)) {
            key += key === "" ? part.toLowerCase() : ` ${part.toLowerCase()}`;
            const name = names.get(key);
            if (name === undefined) continue;
            found.set(name, (found.get(name) ?? new Set()).add(source.slice(index, start + part.length)));
          }
        }
      }
      return {
        id,
        skills: Array.from(found, ([name, mentions]) => ({
          name,
          kind: "technology",
          requirement: "required",
          mentions: [...mentions],
        })),
      };
    },
  };
}
