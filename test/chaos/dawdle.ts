// Loaded before every process of a chaos run: lets time pass between a stage's write and its commit, where a
// process that dies leaves the most behind. Without it a random kill falls there once in fifty times.
import { registerHooks } from "node:module";

const write = "await destination.write(number, answers);\n      } catch";
const dawdleMaxMs = 150;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith("/platform/stage.ts")) return loaded;
    const source = String(loaded.source);
    if (!source.includes(write)) throw new Error("stage.ts no longer writes where dawdle.ts looks for it");
    const slower = write.replace(
      "\n      }",
      ` await new Promise((resolve) => setTimeout(resolve, Math.random() * ${dawdleMaxMs}));\n      }`,
    );
    return { ...loaded, source: source.replace(write, slower) };
  },
});
