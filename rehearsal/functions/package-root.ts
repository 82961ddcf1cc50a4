import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The folder of this package: the nearest one above this file whose package.json is ours. The same whether this code
 * runs from its source or from a bundle anywhere inside the package. Throws when there is none.
 */
export function packageRoot(from: string = __dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (isOurs(path.join(folder, 'package.json'))) return folder;
    if (path.dirname(folder) === folder) {
      throw new Error(
        `cannot find the package's folder: no package.json of "ecs-canary" above "${from}"; run from a checkout`,
      );
    }
  }
}

function isOurs(file: string): boolean {
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'ecs-canary';
}
