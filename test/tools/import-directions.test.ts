import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** A file with one import, and the rule that forbids it. */
const FORBIDDEN: readonly (readonly [file: string, imports: string, rule: string])[] = [
  ['core/a.ts', '../adapters/x', 'core-is-pure'],
  ['core/b.ts', 'node:fs', 'core-is-pure'],
  ['core/c.ts', '@aws-sdk/client-ecs', 'core-is-pure'],
  ['core/d.ts', 'yaml', 'core-is-pure'],
  ['documents/a.ts', '../cli/x', 'documents-imports'],
  ['documents/b.ts', '../rehearsal/x', 'documents-imports'],
  ['adapters/a.ts', '../lambda/x', 'adapters-imports'],
  ['adapters/b.ts', '../rehearsal/x', 'adapters-imports'],
  ['lambda/a.ts', '../lib/x', 'lambda-imports'],
  ['lambda/shared/b.ts', '@aws-sdk/client-ecs', 'sdk-not-in-lambda'],
  ['lib/a.ts', '../adapters/x', 'lib-imports'],
  ['lib/b.ts', '../lambda/x', 'lib-imports'],
  ['lib/c.ts', '@aws-sdk/client-ecs', 'sdk-only-in-adapters'],
  ['cli/a.ts', '../lib/x', 'cli-imports'],
  ['cli/b.ts', '../lambda/x', 'cli-imports'],
  ['cli/commands/validate.ts', '../../rehearsal/x', 'cli-to-rehearsal'],
  ['cli/c.ts', '@aws-sdk/client-ecs', 'sdk-only-in-adapters'],
  ['rehearsal/a.ts', '../lib/x', 'rehearsal-imports'],
  ['rehearsal/b.ts', '../lambda/x', 'rehearsal-imports'],
  ['rehearsal/c.ts', '../adapters/x', 'rehearsal-imports'],
  ['bin/a.ts', '../core/x', 'bin-imports'],
  ['microservices/shop/a.ts', '../../core/x', 'microservices-imports'],
  ['rehearsal/d.ts', 'aws-cdk-lib', 'cdk-only-in-lib'],
  ['tools/a.ts', '../test/x', 'nothing-imports-tests'],
  ['bench/a.ts', '../test/x', 'nothing-imports-tests'],
];

/** Imports that must stay possible. */
const ALLOWED: readonly (readonly [file: string, imports: string])[] = [
  ['core/ok.ts', 'zod'],
  ['adapters/ok.ts', '@aws-sdk/client-ecs'],
  ['lambda/ok.ts', '../adapters/x'],
  ['lib/ok.ts', 'aws-cdk-lib'],
  ['lib/ok2.ts', '../documents/x'],
  ['cli/commands/rehearse.ts', '../../rehearsal/x'],
  ['rehearsal/ok.ts', '@aws-sdk/client-ecs'],
  ['rehearsal/ok2.ts', '../documents/x'],
  ['tools/ok.ts', '../lib/x'],
  ['test/ok.ts', '../rehearsal/x'],
];

const FOLDERS = [
  'core',
  'documents',
  'adapters',
  'lambda',
  'lib',
  'cli',
  'rehearsal',
  'test',
  'bin',
  'tools',
  'bench',
];

let folder: string;
let violations: ReadonlySet<string>;

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imports-'));
  cpSync(join(ROOT, '.dependency-cruiser.cjs'), join(folder, '.dependency-cruiser.cjs'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const name of FOLDERS) {
    write(`${name}/x.ts`, 'export type X = 1;\nexport const x = 1;\n');
  }
  // A type is enough to break a rule.
  for (const [file, from] of [...FORBIDDEN, ...ALLOWED]) {
    write(file, `import type * as imported from '${from}';\nexport type Used = typeof imported;\n`);
  }
  const { stdout } = spawnSync(
    join(ROOT, 'node_modules/.bin/depcruise'),
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...FOLDERS, 'microservices'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  violations = new Set(summary.violations.map(({ from, rule }) => `${from} ${rule.name}`));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('import directions', () => {
  it.each(FORBIDDEN)('refuses that %s imports %s (%s)', (file, _imports, rule) => {
    expect([...violations]).toContain(`${file} ${rule}`);
  });

  it.each(ALLOWED)('lets %s import %s', (file) => {
    expect([...violations].filter((violation) => violation.startsWith(`${file} `))).toEqual([]);
  });
});
