import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../cli/commands/index';
import { type Parsed, parseCommandLine } from '../../cli/parse';
import { readRehearseOptions } from '../../cli/rehearse-options';
import { runCanary } from './run-canary';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(...argv: string[]): ReturnType<typeof readRehearseOptions> {
  const parsed = parseCommandLine(['rehearse', ...argv], COMMANDS, '0') as Extract<Parsed, { kind: 'run' }>;
  expect(parsed.problems).toEqual([]);
  return readRehearseOptions(parsed.args);
}

describe('canary rehearse', () => {
  it('plays the walkthrough of the package when nothing is named', () => {
    const { options, problems } = read();

    expect(problems).toEqual([]);
    expect(options).toMatchObject({
      scenario: { name: 'walkthrough' },
      scenarioFile: expect.stringMatching(/scenarios\/walkthrough\.yaml$/),
      ownService: null,
      speed: null,
      outDir: 'out/rehearsal',
      dataPlane: 'auto',
      json: false,
    });
  });

  it('takes a service of one’s own instead of a scenario', () => {
    const load = join(folder, 'load.yaml');
    writeFileSync(load, 'rate: 20\njourneys:\n  - name: look\n    steps: [{ path: /orders }]\n');

    const { options, problems } = read(
      ...['--service', folder, '--from', 'v1', '--to', 'HEAD', '--port', '8080', '--protocol', 'http2'],
      ...[
        '--load',
        load,
        '--speed',
        '30',
        '--out',
        join(folder, 'out'),
        '--data-plane',
        'embedded',
        '--json',
      ],
    );

    expect(problems).toEqual([]);
    expect(options).toEqual({
      scenario: null,
      scenarioFile: null,
      ownService: {
        path: folder,
        from: 'v1',
        to: 'HEAD',
        port: 8080,
        protocol: 'http2',
        load: expect.objectContaining({ rate: 20 }),
      },
      speed: 30,
      outDir: join(folder, 'out'),
      dataPlane: 'embedded',
      json: true,
    });
  });

  it('refuses everything that is wrong at once and starts nothing', async () => {
    const scenario = join(folder, 'bad.yaml');
    writeFileSync(scenario, 'name: Bad Name\nstages: []\n');

    const { exitCode, told } = await runCanary(
      ...['rehearse', '--sped', '3', '--speed', 'fast', '--data-plane', 'nginx', '--port'],
      ...['--from', 'v1', '--scenario', scenario],
    );

    expect(exitCode).toBe(2);
    for (const text of [
      '--sped: got an option that this command does not have',
      '--speed: got "fast"; allowed: a number from 1 to 120',
      '--data-plane: got "nginx"; allowed: auto, envoy, embedded',
      '--port: got no value',
      '--from: got without --service',
      `${scenario}:1:1: name: got "Bad Name"`,
      `${scenario}:2:1: stages: got []`,
    ]) {
      expect(told).toContain(text);
    }
  });

  it('refuses a service without its revisions, together with a scenario, or that is no folder', async () => {
    const { exitCode, told } = await runCanary('rehearse', '--service', 'nowhere', '--scenario', 'x.yaml');

    expect(exitCode).toBe(2);
    for (const path of ['--service', '--scenario', '--from', '--to']) {
      expect(told).toContain(`  ${path}: got `);
    }
  });
});
