import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type PlatformConfig, platformSchema } from '../core/config/platform-schema';
import { describeValue } from '../core/config/problems';
import { InvalidInput, type Problem } from '../core/errors';
import { readDocument } from '../documents/read-document';

/**
 * Reads and checks a `platform.yaml`.
 * @throws {InvalidInput} with every problem of the file at once, each with its line and column.
 */
export function loadPlatform(file: string): PlatformConfig {
  const { document, problems } = readDocument({ path: file, format: 'yaml' }, platformSchema, (platform) =>
    missingSources(platform, dirname(file)),
  );
  if (document === null) {
    throw new InvalidInput(file, problems);
  }
  return document;
}

/** A service's `source` is a folder, relative to the platform file: its repository is seeded from there. */
function missingSources(platform: PlatformConfig, base: string): readonly Problem[] {
  return platform.services.flatMap(({ source }, index) =>
    source === undefined || isFolder(resolve(base, source))
      ? []
      : [
          {
            path: `services[${index}].source`,
            received: describeValue(source),
            allowed: 'a folder, relative to this file',
            todo: `correct the path (looked for ${resolve(base, source)}), or leave it out for an empty repository`,
          },
        ],
  );
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
