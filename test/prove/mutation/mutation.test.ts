import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { SCENARIOS } from '../explore/scenarios';
import { CATALOGUE } from './catalogue/index';
import { applyEdit, type Mutation, RULES } from './mutation';
import { Watch } from './notice';
import { MutantTree, mutatedFiles, readProduct } from './tree';

const ROOT = join(__dirname, '../../..');

/** Says what hinders a mutation; null when nothing does. */
function whatIsWrong({ id, edits, noticedBy }: Mutation): string | null {
  try {
    const files = [...mutatedFiles(edits)];
    for (const [file, text] of files) {
      requireSyntax(file, text);
    }
    const isSame = files.every(([file, text]) => text === readProduct(file));
    const missing =
      noticedBy.kind === 'tests'
        ? noticedBy.files.filter((file) => !existsSync(join(ROOT, file)))
        : noticedBy.scenarios.filter((name) => !SCENARIOS.some((each) => each.name === name));
    const isExplained = noticedBy.kind === 'exploration' || noticedBy.why.length > 20;
    return isSame || missing.length > 0 || !isExplained ? `${id}: ${missing.join()}` : null;
  } catch (error) {
    return `${id}: ${(error as Error).message}`;
  }
}

/** @throws {Error} when a mutated file is none any more. */
function requireSyntax(file: string, text: string): void {
  if (file.endsWith('.json')) {
    JSON.parse(text);
  } else {
    parseSync(text, { syntax: 'typescript' });
  }
}

describe('the catalogue of mutations', () => {
  it('applies to the product as it is, each edit exactly once, and names scenarios and tests that exist', () => {
    expect(CATALOGUE.map(whatIsWrong).filter((wrong) => wrong !== null)).toEqual([]);
  });

  it('gives each mutation an id of its own, and each rule a mutation', () => {
    expect(new Set(CATALOGUE.map(({ id }) => id)).size).toBe(CATALOGUE.length);
    expect(CATALOGUE.filter(({ id }) => !/^[a-z0-9-]+$/.test(id))).toEqual([]);
    expect([...new Set(CATALOGUE.map(({ rule }) => rule))].sort()).toEqual(Object.keys(RULES).sort());
  });
});

describe('applyEdit', () => {
  const text = '{\n    "A": {\n      "Next": "X"\n    },\n    "B": {\n      "Next": "X"\n    }\n}';

  it('replaces what stands there once, within a state where one is named', () => {
    const edit = { file: 'm.json', state: 'B', find: '"Next": "X"', replace: '"Next": "Y"' };

    expect(JSON.parse(applyEdit(text, edit))).toEqual({ A: { Next: 'X' }, B: { Next: 'Y' } });
  });

  it.each([
    ['does not stand there', { find: '"Z"' }, 'no more'],
    ['stands there twice', { find: '"X"' }, 'more than once'],
    ['stands in another state', { state: 'B', find: '"A"' }, 'no more'],
    ['has no such state', { state: 'C', find: '"X"' }, 'no state "C"'],
  ])('throws when what is to be replaced %s', (_what, edit, message) => {
    expect(() => applyEdit(text, { file: 'm.json', replace: '', ...edit })).toThrow(message);
  });
});

describe('a rule that is taken out', () => {
  const bounds = { seed: 1, maxPlays: 1, maxSeconds: 30 };
  const named = (id: string) => CATALOGUE.find((each) => each.id === id) as Mutation;
  let whole: MutantTree | null = null;
  let mutant: MutantTree | null = null;
  let watch: Watch | null = null;

  /** The trees and the process that plays with every rule in place are the same for all, for they take seconds. */
  async function tryOut(mutation: Mutation) {
    whole ??= new MutantTree();
    mutant ??= new MutantTree(whole.folder);
    watch ??= new Watch(whole);
    return watch.notice(mutant, mutation, bounds);
  }

  afterAll(() => {
    watch?.close();
    mutant?.dispose();
    whole?.dispose();
  });

  it('is noticed by the exploration, in a play that is whole with the rule in place', async () => {
    expect(await tryOut(named('traffic-not-given-back'))).toMatchObject({ by: expect.any(String) });
  });

  it('is noticed in the definition of the state machine, too', async () => {
    expect(await tryOut(named('no-drain-after-rollback'))).toMatchObject({ by: 'drained' });
  });

  it('survives when it is none', async () => {
    const edit = { file: 'core/traffic/split.ts', find: '/** All traffic on one version. */', replace: '' };
    const harmless = { ...named('split-does-not-sum'), edits: [edit] };

    expect(await tryOut(harmless)).toMatchObject({ by: null });
  });
});
