import { build, type Metafile } from 'esbuild';
import { type Check, fromComplaints } from './check';
import { projectFiles } from './project-files';

/**
 * No two modules need each other when they load. Asks the bundler, which drops imports of types and knows which
 * imports run only when a function is called.
 */
export const circularImports: Check = {
  name: 'circular imports',
  run: async (root) => {
    const files = (await projectFiles(root)).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.startsWith('microservices/'),
    );
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [...files],
      outdir: 'unused',
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      packages: 'external',
      external: ['*.node'],
      logLevel: 'silent',
    });
    const complaints = findCycles(loadTimeImports(metafile)).map(
      (cycle) =>
        `circular import: ${[...cycle, cycle[0]].join(' -> ')}; move what both need to a third module`,
    );
    return fromComplaints(complaints, `${files.length} modules`);
  },
};

function loadTimeImports(metafile: Metafile): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [
      file,
      imports.filter((each) => each.kind !== 'dynamic-import' && !each.external).map((each) => each.path),
    ]),
  );
}

/** One cycle for each edge that closes one, found depth first. */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  const visit = (node: string, path: readonly string[]): void => {
    const start = path.indexOf(node);
    if (start >= 0) {
      cycles.push(path.slice(start));
      return;
    }
    if (!done.has(node)) {
      for (const next of graph.get(node) ?? []) {
        visit(next, [...path, node]);
      }
      done.add(node);
    }
  };
  for (const node of graph.keys()) {
    visit(node, []);
  }
  return cycles;
}
