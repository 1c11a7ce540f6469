// Loaded before a service by the negative control of the chaos run: takes the drop of repeats out of it.
import { registerHooks } from "node:module";

registerHooks({
  load(url, context, next) {
    if (!url.endsWith("/platform/repeats.ts")) return next(url, context);
    return { format: "module", source: "export const isRepeat = () => false;", shortCircuit: true };
  },
});
