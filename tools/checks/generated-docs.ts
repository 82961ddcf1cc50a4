import { staleDocs } from '../docs/generate';
import { type Check, fromComplaints } from './check';

/** Reference pages and JSON Schemas say what the code says. */
export const generatedDocs: Check = {
  name: 'generated docs',
  run: async (root) =>
    fromComplaints(
      (await staleDocs(root)).map((path) => `${path} is not what its source says; run \`make docs\``),
    ),
};
