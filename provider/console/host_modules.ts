import { createRequire } from "node:module";
import type { Plugin } from "vite";

const PREFIX = "\0host:";
const require = createRequire(import.meta.url);

/**
 * Takes packages from the page that hosts the console instead of bundling them: a second React in a page does not work,
 * and a second Chakra UI would not have the page's colours.
 *
 * @param globals The global variable that holds each package, by the package's name.
 */
export function hostModules(globals: Record<string, string>): Plugin {
  return {
    name: "host-modules",
    enforce: "pre",
    resolveId: (id) => (id in globals ? PREFIX + id : null),
    load(id) {
      if (!id.startsWith(PREFIX)) return null;
      const name = id.slice(PREFIX.length);
      const exported = Object.keys(require(name)).filter((key) => key !== "default" && key !== "__esModule");
      return [
        `const host = globalThis.${globals[name]};`,
        "export default host;",
        `export const { ${exported.join(", ")} } = host;`,
      ].join("\n");
    },
  };
}
