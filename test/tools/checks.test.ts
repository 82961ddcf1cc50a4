import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { circularImports, findCycles } from '../../tools/checks/circular-imports';
import { complaintsAbout } from '../../tools/checks/file-size';
import { machineTraces, tracesIn } from '../../tools/checks/machine-traces';
import { programCheck } from '../../tools/checks/run-program';
import { judgeReport } from '../../tools/checks/synth-findings';
import { templateLint } from '../../tools/checks/template-lint';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'checks-'));
  execFileSync('git', ['init', '--quiet', folder]);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

describe('circular imports', () => {
  it('fails when two modules need each other as they load', async () => {
    write('a.ts', "import { b } from './b';\nexport const a = () => b;\n");
    write('b.ts', "import { a } from './a';\nexport const b = () => a;\n");

    expect(await circularImports.run(folder)).toMatchObject({
      passed: false,
      output: expect.stringMatching(/^circular import: (a\.ts -> b|b\.ts -> a)\.ts -> /),
    });
  });

  it('passes over types, and over imports that run later', async () => {
    write('a.ts', "import { b } from './b';\nexport type A = 1;\nexport const a = () => b;\n");
    write(
      'b.ts',
      "import type { A } from './a';\nexport const b = async (): Promise<A> => (await import('./a')) as never;\n",
    );

    expect(await circularImports.run(folder)).toMatchObject({ passed: true });
  });

  it('finds a module that imports itself, and a longer way round', () => {
    expect(findCycles(new Map([['a', ['a']]]))).toEqual([['a']]);
    expect(
      findCycles(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a']],
        ]),
      ),
    ).toEqual([['a', 'b', 'c']]);
  });
});

describe('file size', () => {
  it('fails for a source above the cap and names it', () => {
    expect(complaintsAbout([{ file: 'core/a.ts', lines: 401 }])).toEqual([
      expect.stringContaining('core/a.ts: 401 lines; at most 400'),
    ]);
    expect(complaintsAbout([{ file: 'core/a.ts', lines: 400 }])).toEqual([]);
  });

  it('fails for long tests once they are more than one in ten', () => {
    const tests = (long: number) =>
      Array.from({ length: 10 }, (_, index) => ({
        file: `test/${index}.test.ts`,
        lines: index < long ? 401 : 1,
      }));

    expect(complaintsAbout(tests(1))).toEqual([]);
    expect(complaintsAbout(tests(2))).toHaveLength(2);
  });
});

describe('machine traces', () => {
  // Put together here, so that this file holds no trace itself.
  const slash = '/';
  const registry = ['registry', 'npmjs', 'org'].join('.');

  it.each([
    `see ${slash}home${slash}somebody/project`,
    `see ${slash}Users${slash}somebody/project`,
    `"resolved": "https:${slash}/${registry}/zod"`,
    `pip install --index-url https:${slash}/mirror.example/simple`,
    `registry=https:${slash}/packages.example/`,
    `https:${slash}/artifactory.example/api/npm/`,
  ])('fails for %s', (line) => {
    expect(tracesIn('a.txt', Buffer.from(`fine\n${line}\n`))).toEqual([
      expect.stringMatching(/^a\.txt:2: names/),
    ]);
  });

  it('fails for the folder of the checkout and of the user', async () => {
    write('a.md', `made in ${folder}/out\n`);
    write('b.md', `made in ${homedir()}/out\n`);
    const { passed, output } = await machineTraces.run(folder);

    expect(passed).toBe(false);
    expect(output).toContain('a.md:1');
    expect(output.includes('b.md:1')).toBe(homedir().split('/').length > 2);
  });

  it.each(['${HOME}/x', 'GET /home', 'an image registry', '127.0.0.1:4873', '../shared'])(
    'passes %s',
    (line) => {
      expect(tracesIn('a.txt', Buffer.from(line))).toEqual([]);
    },
  );
});

describe('synth findings', () => {
  const report = (violations: unknown[], suppressedViolations: unknown[]) => ({
    pluginReports: [{ violations, suppressedViolations }],
  });

  it('fails for a finding that is left and for one that was excused without a reason', () => {
    expect(judgeReport(report([{ ruleName: 'AwsSolutions-S1' }], []))).toMatchObject({
      passed: false,
      output: expect.stringContaining('AwsSolutions-S1'),
    });
    expect(judgeReport(report([], [{ ruleName: 'AwsSolutions-S1', reason: 'ok' }])).passed).toBe(false);
    expect(
      judgeReport(report([], [{ ruleName: 'AwsSolutions-S1', reason: 'holds access logs itself' }])).passed,
    ).toBe(true);
  });

  it('throws for a report of another shape, instead of passing it', () => {
    expect(() => judgeReport({})).toThrow();
  });
});

describe('a program', () => {
  it('fails with what the program printed', async () => {
    const root = join(__dirname, '../..');
    const file = join(folder, 'wrong.ts');
    writeFileSync(file, 'export const a: string = 1;\n');

    const result = await programCheck('types', 'tsc', ['--noEmit', '--ignoreConfig', file]).run(root);

    expect(result).toMatchObject({ passed: false, output: expect.stringContaining('TS2322') });
  });

  it('throws when the program is not installed', async () => {
    await expect(programCheck('none', 'no-such-program', []).run(folder)).rejects.toThrow('make setup');
  });
});

describe('template lint', () => {
  /** A synthesized folder, and a cfn-lint that ends as told. */
  function prepare(program: string | null, isInstalled: boolean): void {
    for (const path of ['cdk.out', '.venv/bin']) {
      mkdirSync(join(folder, path), { recursive: true });
    }
    write('cdk.out/manifest.json', '{}');
    if (program !== null) {
      writeFileSync(join(folder, '.venv/bin/cfn-lint'), program, { mode: 0o755 });
    }
    if (isInstalled) {
      write('.venv/.test', '');
    }
  }

  it('has nothing to say before anything is synthesized, or before the test tools are installed', async () => {
    expect(await templateLint.run(folder)).toMatchObject({ passed: true, note: 'nothing synthesized yet' });

    prepare(null, false);

    expect(await templateLint.run(folder)).toMatchObject({ passed: true });
  });

  it('fails when the test tools are installed and cfn-lint is not among them', async () => {
    prepare(null, true);

    expect(await templateLint.run(folder)).toMatchObject({
      passed: false,
      output: expect.stringContaining('run `make setup-test`'),
    });
  });

  it('fails with what cfn-lint finds, warnings included', async () => {
    prepare('#!/bin/sh\necho "cdk.out/a.template.json:1:1:1:1:W2001:unused"\nexit 4\n', true);

    expect(await templateLint.run(folder)).toMatchObject({
      passed: false,
      output: 'cdk.out/a.template.json:1:1:1:1:W2001:unused',
    });
  });

  it('passes when cfn-lint finds nothing', async () => {
    prepare('#!/bin/sh\nexit 0\n', true);

    expect(await templateLint.run(folder)).toMatchObject({ passed: true });
  });
});
