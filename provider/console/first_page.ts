import type { Rolldown } from "vite";

/**
 * Names one chunk for all modules that the first page runs with, so that a browser asks for one file and waits once. By
 * default each module that several pages share is a file of its own, which imports others.
 *
 * @param entry The module that the page begins with, which stays a file of its own.
 */
export function firstPage(entry: string): Rolldown.CodeSplittingNameFunction {
  const found = new Set<string>();
  return (id, modules) => {
    if (found.size === 0) walk(entry, (each) => [...(modules.getModuleInfo(each)?.importedIds ?? [])], found);
    return id !== entry && found.has(id) ? "first" : null;
  };
}

/** Collects a module and all modules that it imports before it runs. */
function walk(id: string, importsOf: (id: string) => string[], found: Set<string>): void {
  if (found.has(id)) return;
  found.add(id);
  for (const each of importsOf(id)) walk(each, importsOf, found);
}
