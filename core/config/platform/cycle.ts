/**
 * A cycle in a graph of names, as the names along it with the first one again at the end; null without one.
 * Names that have no entry of their own lead nowhere.
 */
export function findCycle(edges: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): readonly string[] | null => {
    const start = path.indexOf(name);
    if (start >= 0) {
      return [...path.slice(start), name];
    }
    if (finished.has(name)) {
      return null;
    }
    for (const next of edges.get(name) ?? []) {
      const cycle = visit(next, [...path, name]);
      if (cycle !== null) {
        return cycle;
      }
    }
    finished.add(name);
    return null;
  };
  for (const name of edges.keys()) {
    const cycle = visit(name, []);
    if (cycle !== null) {
      return cycle;
    }
  }
  return null;
}
