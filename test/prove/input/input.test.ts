import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../../../core/config/function-environment';
import { examineNumber } from './examine';
import type { Subject } from './subject';
import { allSubjects } from './subjects/index';

/** `make fuzz` examines 10,000 of each, large ones among them. */
const DOCUMENTS = 100;

let folder: string;
let subjects: readonly Subject[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'input-'));
  subjects = allSubjects(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('bad input', () => {
  const names = [
    ...[
      'platform.yaml',
      'deploy.json',
      'taskdef.json',
      'build.yml',
      'scenario',
      'rollout.json',
      'input of a split',
    ],
    ...[
      'recover-rollout',
      'recover-split',
      'claim-rollout',
      'create-version',
      'check-version-ready',
      'shift-traffic',
    ],
    ...['evaluate-health', 'promote-version', 'roll-back', 'restore-stable', 'stop-stable', 'remove-version'],
    ...[
      'complete-rollout',
      'claim-split',
      'start-versions',
      'set-split',
      'restore-split',
      'remove-unnamed-versions',
    ],
    ...['complete-split', 'command line'],
  ];

  it('is tried on every schema and every function', () => {
    expect(
      allSubjects(folder)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...names].sort());
  });

  it('leaves no function out', () => {
    expect(names).toEqual(expect.arrayContaining([...FUNCTION_NAMES]));
  });

  it.each(names)('is accepted for a reason or refused with its place: %s', async (name) => {
    const subject = subjects.find((each) => each.name === name)!;
    const findings: unknown[] = [];
    for (let index = 0; index < DOCUMENTS; index += 1) {
      const { found } = await examineNumber(subject, 5, index, 'quick');
      findings.push(...(found === null ? [] : [found]));
    }
    expect(findings.slice(0, 2)).toEqual([]);
  });
});
