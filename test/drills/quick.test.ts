import { join } from 'node:path';
import type { PipelineFailed } from '../../rehearsal/environment/releases';
import { commitChange, type ServiceRepository } from '../../rehearsal/repositories';
import { type Drilled, Drills } from '../_helpers/drill';
import { expectOnly, holdingsOf } from '../_helpers/drill-aws';
import { record } from '../_helpers/drill-figures';
import { firstReleases, LOAD, QUICK } from './scenes';

/** Drills on real processes and a real Envoy whose end does not depend on how fast the machine is. */

const NAME = 'drill';
const TIMEOUT_MILLIS = 300_000;

let drills: Drills | undefined;

beforeAll(async () => {
  drills = await Drills.start({
    platformFile: join(__dirname, 'platform.yaml'),
    speed: 60,
    metricLateness: 20,
  });
  await drills.play(firstReleases('web', 'red', 'green'));
  await drills.load(LOAD.rate / 4, { '/red': 1, '/green': 1 });
}, TIMEOUT_MILLIS);

afterAll(() => drills?.stop());

function running(): Drills {
  if (drills === undefined) {
    throw new Error('the environment of the drills did not start');
  }
  return drills;
}

/** Plays a drill whose version must leave everything at the one before; every expectation of it must be met. */
async function playBad(service: string, name: string): Promise<Drilled['rollouts'][number]> {
  const drill = QUICK[service]?.[name];
  if (drill === undefined) {
    throw new Error(`no drill "${name}" of "${service}"`);
  }
  const { expectations, rollouts } = await running().play(drill);
  record(rollouts);
  expect(expectations.filter(({ met }) => !met)).toEqual([]);
  const [rollout] = rollouts as [Drilled['rollouts'][number]];
  expectOnly(await holdingsOf(running().environment, NAME, service), rollout.stable ?? '');
  return rollout;
}

describe('a bad version on real processes and a real Envoy', () => {
  it(
    'that listens on the wrong port is taken back before its second step (D2)',
    async () => {
      const { splits, version } = await playBad('green', 'port');

      expect(Math.max(...splits.map(({ weights }) => weights[version] ?? 0))).toBe(25);
      for (const { weights } of splits.filter((split) => Object.keys(split.weights).length > 0)) {
        expect(Object.values(weights).reduce((a, b) => a + b)).toBe(100);
      }
    },
    TIMEOUT_MILLIS,
  );

  it(
    'whose task exits at start ends without change, in its own words (D3)',
    async () => {
      const { reason } = await playBad('red', 'exit');

      expect(reason).toMatch(/code 7.*cannot open \/etc\/shop\/prices\.json/s);
    },
    TIMEOUT_MILLIS,
  );

  it(
    'whose specfiles are wrong is refused with every problem, before anything is asked of AWS (D12)',
    async () => {
      const repository = running().platform.repositories.get('web') as ServiceRepository;
      const files = {
        'specfiles/deploy.json': '{ "percent_step": 0, "wait_time": "x", "stepz": [] }',
        'specfiles/taskdef.json': '{ "memory": 7 }',
      };
      const commit = await commitChange(repository, { files, message: 'Mistakes' });

      const refused = await running()
        .releases.release(repository, commit)
        .then(
          () => null,
          (error: PipelineFailed) => error,
        );

      expect(refused?.stage).toBe('Build');
      for (const path of ['percent_step', 'wait_time', 'stepz', 'memory']) {
        expect(refused?.log).toContainEqual(expect.stringContaining(path));
      }
      const { tracker } = running().environment;
      expect(tracker.all().filter(({ service }) => service === 'web')).toHaveLength(1);
    },
    TIMEOUT_MILLIS,
  );
});
