import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runCanary } from './run-canary';

describe('canary', () => {
  it('shows its commands and ends with 2 when none is named', async () => {
    const { exitCode, told } = await runCanary();

    expect(exitCode).toBe(2);
    for (const name of ['validate', 'rehearse', 'schema']) {
      expect(told).toContain(`  ${name}`);
    }
  });

  it('helps with 0, and names examples and exit codes', async () => {
    const { exitCode, printed } = await runCanary('rehearse', '--help');

    expect(exitCode).toBe(0);
    expect(printed).toMatch(/--speed N\b[\s\S]*Examples:[\s\S]*Exit codes:[\s\S]*130/);
  });

  it('refuses an unknown command with 2', async () => {
    expect(await runCanary('deplyo')).toMatchObject({
      exitCode: 2,
      told: expect.stringContaining("'deplyo'"),
    });
  });

  it('ends the process with the command’s exit code, problems on standard output', () => {
    const root = join(__dirname, '../..');
    const { status, stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'bin/canary.ts', 'validate', 'scenarios'],
      { cwd: root, encoding: 'utf8' },
    );

    expect(status).toBe(2);
    expect(stdout).toContain('scenarios/specfiles/deploy.json: (document): got no file');
  });
});
