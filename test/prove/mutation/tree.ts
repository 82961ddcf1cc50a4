import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { applyEdit, type Edit, type Mutation } from './mutation';

const ROOT = resolve(__dirname, '../../..');

/** What the exploration and the tests of the rules are made of. */
const SOURCES = [
  'core',
  'adapters',
  'lambda',
  'documents',
  'rehearsal',
  'state-machine',
  'test',
  'lib',
  'tools',
];
const FILES = ['package.json', 'tsconfig.json', 'jest.config.js', 'platform.yaml'];
const LINKED = ['node_modules', 'cdk.out', 'microservices', '.venv'];

/** What stands in the product's files, by their paths from the repository's root. */
export function readProduct(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/**
 * The files that a mutation changes, as they are with it.
 * @throws {Error} when the mutation does not apply.
 */
export function mutatedFiles(edits: readonly Edit[], read = readProduct): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const edit of edits) {
    files.set(edit.file, applyEdit(files.get(edit.file) ?? read(edit.file), edit));
  }
  return files;
}

/** A copy of the working tree in a temporary folder, in which rules are taken out; the tree itself stays untouched. */
export class MutantTree {
  readonly folder = mkdtempSync(join(tmpdir(), 'ecs-canary-mutant-'));
  private mutated: readonly string[] = [];

  private readonly leave = () => rmSync(this.folder, { recursive: true, force: true });

  /** @param origin The tree that is copied. @default the working tree */
  constructor(private readonly origin = ROOT) {
    process.once('exit', this.leave);
    for (const name of [...SOURCES, ...FILES]) {
      cpSync(join(origin, name), join(this.folder, name), { recursive: true });
    }
    mkdirSync(join(this.folder, 'out'));
    for (const name of LINKED) {
      symlinkSync(join(ROOT, name), join(this.folder, name));
    }
  }

  /**
   * Takes a rule out of the copy, after putting back what was out.
   * @throws {Error} when the mutation does not apply.
   */
  mutate({ edits }: Pick<Mutation, 'edits'>): void {
    this.restore();
    const files = mutatedFiles(edits, (file) => readFileSync(join(this.origin, file), 'utf8'));
    for (const [file, text] of files) {
      this.mutated = [...this.mutated, file];
      writeFileSync(join(this.folder, file), text);
    }
  }

  /** Makes the copy what the tree was when it was copied. */
  restore(): void {
    for (const file of this.mutated) {
      const path = join(this.folder, file);
      mkdirSync(dirname(path), { recursive: true });
      cpSync(join(this.origin, file), path);
    }
    this.mutated = [];
  }

  dispose(): void {
    process.off('exit', this.leave);
    this.leave();
  }
}
