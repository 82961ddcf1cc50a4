import { readFileSync } from 'node:fs';
import { parseDocument as parseYaml } from 'yaml';
import { type PlatformConfig, platformSchema } from '../core/config/platform-schema';
import { parseDocument } from '../core/config/problems';
import { InvalidInput, type Problem } from '../core/errors';

/**
 * Reads and checks a `platform.yaml`.
 * @throws {InvalidInput} with every problem of the file at once.
 */
export function loadPlatform(file: string): PlatformConfig {
  const document = parseYaml(readText(file), { prettyErrors: true });
  if (document.errors.length > 0) {
    throw new InvalidInput(
      file,
      document.errors.map((error) => syntaxProblem(error)),
    );
  }
  return parseDocument(platformSchema, document.toJS(), file);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InvalidInput(file, [
      {
        path: '',
        received: `no readable file (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
        allowed: 'the path of a platform.yaml',
        todo: 'correct the path, or write the file',
      },
    ]);
  }
}

function syntaxProblem(error: {
  readonly message: string;
  readonly linePos?: readonly [{ readonly line: number; readonly col: number }, ...unknown[]] | undefined;
}): Problem {
  const place = error.linePos?.[0];
  return {
    path: place === undefined ? '' : `line ${place.line}, column ${place.col}`,
    received: error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? 'a syntax error',
    allowed: 'YAML',
    todo: 'correct the syntax',
  };
}
