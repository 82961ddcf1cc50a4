import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectKind } from '../../cli/validate-path';
import { runCanary } from './run-canary';

const ROOT = join(__dirname, '../..');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'validate-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('canary validate', () => {
  it.each([
    'microservices/yelb-ui',
    'platform.yaml',
    'scenarios/walkthrough.yaml',
    'microservices/yelb-db/specfiles/taskdef.json',
  ])('finds nothing in %s', async (path) => {
    expect(await runCanary('validate', join(ROOT, path))).toMatchObject({ exitCode: 0, printed: '' });
  });

  it('lists all problems of a folder as file:line: path: problem and ends with 2', async () => {
    write('specfiles/deploy.json', '{\n  "percent_step": 10,\n  "steps": [5, 50]\n}\n');

    const { exitCode, printed, told } = await runCanary('validate', folder);

    expect(exitCode).toBe(2);
    expect(printed.split('\n')).toEqual([
      `${folder}/specfiles/deploy.json:3:3: steps: got [5,50]; allowed: either percent_step or steps; remove one of the two`,
      expect.stringMatching(/taskdef\.json: \(document\): got no file/),
      expect.stringMatching(/build\.yml: \(document\): got no file/),
      expect.stringMatching(/Dockerfile: \(document\): got no file/),
    ]);
    expect(told).toBe('4 problems');
  });

  it('prints the same as JSON for machines', async () => {
    const file = write('deploy.json', '{ "wait_time": 5 }\n');

    const { exitCode, printed } = await runCanary('validate', file, '--json');

    expect(exitCode).toBe(2);
    expect(JSON.parse(printed)).toEqual({
      valid: false,
      checked: [file],
      problems: [
        {
          file,
          line: 1,
          column: 3,
          path: 'wait_time',
          received: '5',
          allowed: 'at least 60',
          todo: 'raise it',
        },
      ],
    });
  });

  it('checks a file as what --as says', async () => {
    const file = write('anything.txt', 'environment: Demo\n');

    const { exitCode, printed } = await runCanary('validate', file, '--as', 'platform');

    expect(exitCode).toBe(2);
    expect(printed).toContain(`${file}:1:1: environment: got "Demo"`);
    expect(printed).toContain(`${file}:1:1: services: got nothing`);
  });

  it('refuses a path that is not there, an unknown file and --as for a folder', async () => {
    const unknown = write('notes.txt', '');

    for (const argv of [['nowhere'], [unknown], [folder, '--as', 'deploy'], [folder, '--as', 'nonsense']]) {
      expect(await runCanary('validate', ...argv)).toMatchObject({ exitCode: 2, printed: '' });
    }
  });
});

describe('detectKind', () => {
  it.each([
    ['a/platform.yaml', 'platform'],
    ['platform-eu.yml', 'platform'],
    ['rollout.json', 'rollout'],
    ['specfiles/deploy.json', 'deploy'],
    ['specfiles/taskdef.json', 'taskdef'],
    ['scenarios/walkthrough.yaml', 'scenario'],
    ['package.json', null],
  ])('takes %s for %s', (path, kind) => {
    expect(detectKind(path)).toBe(kind);
  });
});
