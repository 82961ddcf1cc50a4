import { join } from 'node:path';
import { judgeAudit, judgeSignatures, readAudit } from '../../tools/checks/advisories';
import { isAllowed, licenceComplaints, licences } from '../../tools/checks/licences';
import { forgottenRequirements } from '../../tools/checks/python-requirements';
import { complaintsAbout, lockComplaints, supplyChain } from '../../tools/checks/supply-chain';
import { pythonPackage } from '../../tools/dependencies/packages';

const ROOT = join(__dirname, '../..');
const about = (file: string, text: string) => complaintsAbout(file, () => text);

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['Apache-2.0 AND MIT', true],
    ['Apache-2.0 AND GPL-3.0', false],
    ['AGPL-3.0', false],
    ['', false],
  ])('%j is allowed: %s', (licence, allowed) => {
    expect(isAllowed(licence)).toBe(allowed);
  });

  it('fails for a licence that nobody allowed, and for an exception that nothing needs', () => {
    const exception = { package: 'npm:b', what: 'GPL-2.0', reason: 'a tool', date: '2026-11-21' };
    const packages = [
      { name: 'npm:a', version: '1.0.0', licence: 'AGPL-3.0' },
      { name: 'npm:b', version: '1.0.0', licence: 'GPL-2.0' },
    ];

    expect(licenceComplaints(packages, [exception])).toEqual([
      expect.stringMatching(/^npm:a 1\.0\.0: licence "AGPL-3\.0"/),
    ]);
    expect(licenceComplaints([], [exception])).toEqual([
      expect.stringMatching(/^npm:b: an exception .* nothing needs/),
    ]);
  });

  it('reads what Python packages say in their several ways', () => {
    const head = 'Metadata-Version: 2.1\nName: Thing\nVersion: 1.2\n';
    const licenceOf = (rest: string) =>
      pythonPackage(`${head}${rest}\n\nLicense: GPL, says the text below`).licence;

    expect(licenceOf('License-Expression: MIT-0\nLicense: other')).toBe('MIT-0');
    expect(licenceOf('License: Apache-2.0')).toBe('Apache-2.0');
    expect(licenceOf('Classifier: License :: OSI Approved :: MIT License')).toBe('MIT License');
    expect(licenceOf('Summary: nothing')).toBe('');
  });

  it('holds in this repository', async () => {
    expect(await licences.run(ROOT)).toMatchObject({ passed: true, output: '' });
  });
});

describe('supply chain', () => {
  it('fails for versions that move', () => {
    expect(about('package.json', '{"dependencies": {"a": "^1.0.0", "b": "1.0.0"}}')).toEqual([
      expect.stringContaining('a "^1.0.0" is no exact version'),
    ]);
    expect(about('requirements.in', '# why\na==1.0\nb>=1\nc[x]==2.0.post1\n-r other\n')).toEqual([
      expect.stringContaining('"b>=1"'),
      expect.stringContaining('"-r other"'),
    ]);
  });

  it('fails for a Python package whose files nobody named', () => {
    const hash = (length: number) => `--hash=sha256:${'0'.repeat(length)}`;
    const list = [
      `a==1.0 ; python_full_version < '3.12' \\\n    ${hash(64)} \\\n    ${hash(64)}\n    # via b`,
      'c==1.0',
      `d==1.0 \\\n    ${hash(63)}`,
      `e>=1.0 \\\n    ${hash(64)}`,
      '-r other.txt',
    ];

    expect(about('requirements-test.txt', `# how\n${list.join('\n')}\n`)).toEqual([
      expect.stringContaining('"c==1.0" has no hashes'),
      expect.stringContaining('"d==1.0" has no hashes'),
      expect.stringContaining('"e>=1.0" is no exact version'),
      expect.stringContaining('"-r other.txt" is no exact version'),
    ]);
  });

  it('fails where the list that is installed was forgotten', () => {
    const files: Record<string, string> = {
      'requirements.in': '# why\nA[x]==1.0\nb==2.0\n',
      'requirements.txt': 'a==1.0 ; x \\\n    --hash=sha256:0\nb==1.0\n',
      'requirements-new.in': 'c==1.0\n',
    };

    expect(forgottenRequirements(Object.keys(files), (file) => files[file]!)).toEqual([
      expect.stringMatching(/^requirements\.txt: b==2\.0 of requirements\.in is not in it/),
      expect.stringMatching(/^requirements-new\.txt: c==1\.0 /),
    ]);
  });

  it('fails where pip may install other files', () => {
    expect(about('Makefile', '\tpython -m pip install -r requirements.txt\n')).toHaveLength(1);
    expect(about('Makefile', '\tpip install --require-hashes --only-binary :all: -r a\n')).toEqual([]);
  });

  it('fails for images that anybody may replace', () => {
    const pinned = `FROM x@sha256:${'0'.repeat(64)} AS build\nFROM build\n`;

    expect(about('a/Dockerfile', pinned)).toEqual([]);
    expect(about('a/Dockerfile', 'FROM node:latest\n')).toHaveLength(1);
    expect(about('a/Dockerfile', 'FROM --platform=linux/amd64 someone/thing:1\n')).toHaveLength(1);
  });

  it('fails where the scripts of packages are run, or others are installed than the lock names', () => {
    expect(about('Dockerfile', 'RUN npm ci --omit=dev\n')).toHaveLength(1);
    expect(about('Makefile', '\tnpm install --ignore-scripts\n')).toHaveLength(1);
    expect(about('Makefile', '\tnpm ci --ignore-scripts\n')).toEqual([]);
  });

  it('fails for a lock without hashes, or that says where packages came from', () => {
    const complaints = lockComplaints(
      'package-lock.json',
      new Map([
        ['node_modules/a', { integrity: 'sha1-x' }],
        ['node_modules/b', { integrity: 'sha512-x', resolved: 'somewhere' }],
        ['node_modules/b/node_modules/c', { inBundle: true }],
      ]),
    );

    expect(complaints).toEqual([
      expect.stringContaining('node_modules/a has no sha512 hash'),
      expect.stringContaining('node_modules/b names where it came from'),
    ]);
  });

  it('fails for a lock without what a machine of another kind would install', () => {
    const integrity = 'sha512-x';
    const complaints = lockComplaints(
      'package-lock.json',
      new Map([
        ['node_modules/a', { integrity, optionalDependencies: { 'a-linux': '1.0.0', 'a-darwin': '1.0.0' } }],
        ['node_modules/a/node_modules/a-linux', { integrity, dependencies: { b: '1.0.0' } }],
        ['node_modules/b', { integrity }],
      ]),
    );

    expect(complaints).toEqual([
      expect.stringContaining('a-darwin, which node_modules/a wants, is not in it'),
    ]);
  });

  it('holds in this repository', async () => {
    expect(await supplyChain.run(ROOT)).toMatchObject({ passed: true, output: '' });
  });
});

describe('advisories', () => {
  const via = (severity: string) => [
    { url: 'GHSA-1', severity, title: 'breaks', source: 1 },
    'another-package',
  ];
  const audit = (severity: string) =>
    readAudit(JSON.stringify({ vulnerabilities: { a: { via: via(severity) } } }), '');

  it.each([
    ['high', false],
    ['critical', false],
    ['moderate', true],
  ])('of severity %s pass: %s', (severity, passed) => {
    expect(judgeAudit([audit(severity)], [])).toMatchObject({ passed });
  });

  it('pass with an exception, which fails once nothing needs it', () => {
    const exception = { package: 'npm:a', what: 'GHSA-1', reason: 'not reached', date: '2026-11-21' };

    expect(judgeAudit([audit('high')], [exception]).passed).toBe(true);
    expect(judgeAudit([readAudit('{"vulnerabilities": {}}', '')], [exception]).passed).toBe(false);
  });

  it.each([
    ['an answer that is none', '{"message": "405 Method Not Allowed - POST https://host/-/npm"}', ''],
    ['no answer', '', 'getaddrinfo ENOTFOUND\nmore'],
  ])('are not checked, and say so, with %s', (_what, printed, failure) => {
    const result = judgeAudit([readAudit('{"vulnerabilities": {}}', ''), readAudit(printed, failure)], []);

    expect(result.notChecked).toMatch(/the registry was asked and did not say: (405|getaddrinfo)/);
    expect(result.notChecked).not.toContain('https://');
    expect(result.note).toBeUndefined();
  });
});

describe('registry signatures', () => {
  it('fail when one is wrong, tell of those that are missing, and say when nobody could look', () => {
    const report = (invalid: object[]) => JSON.stringify({ invalid, missing: [{ name: 'b' }] });

    expect(judgeSignatures(report([{ name: 'a', version: '1.0.0' }]), '')).toMatchObject({ passed: false });
    expect(judgeSignatures(report([]), '')).toMatchObject({ passed: true, note: '1 packages without one' });
    expect(judgeSignatures('{"error": {"summary": "request to https://host/x failed"}}', '').notChecked).toBe(
      'npm could not verify them: request to /x failed',
    );
  });
});
