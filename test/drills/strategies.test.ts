import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Report, reportSchema } from '../../rehearsal/report/schema';
import { ChildRehearsal } from '../_helpers/child-rehearsal';
import { record } from '../_helpers/drill-figures';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strategies-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** Plays a scenario of this repository; every expectation in it must be met. */
async function play(name: string): Promise<Report> {
  const out = join(folder, name);
  const rehearsal = new ChildRehearsal(['--scenario', `scenarios/${name}.yaml`, '--out', out]);
  const code = await rehearsal.exit();
  const report = reportSchema.parse(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')));
  expect(report.expectations.filter(({ met }) => !met)).toEqual([]);
  record(report.rollouts);
  expect(code).toBe(0);
  return report;
}

describe('a release of the database', () => {
  it('loses no acknowledged vote and counts none twice, promoted or brought back', async () => {
    const { expectations } = await play('database-release');

    expect(expectations.filter(({ found }) => /^grew by \d{2,}/.test(found))).toHaveLength(2);
  }, 900_000);
});

describe('http2, grpc and tcp', () => {
  it('promote good versions and give the bad ones no second step (D14)', async () => {
    const { rollouts } = await play('protocols');

    expect(rollouts.map(({ outcome }) => outcome).sort()).toEqual([
      ...Array<string>(7).fill('Promoted'),
      ...Array<string>(3).fill('RolledBack'),
    ]);
  }, 900_000);
});
