import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../../../core/config/function-environment';
import { filledDefinition } from '../../_helpers/theatre';
import { type Disturbance, KINDS, type Kind, parsePlay, renderPlay } from './disturbance';
import { explore } from './explore';
import { invokeHandler } from './functions';
import { INVARIANTS } from './invariants';
import { placeStable } from './place-stable';
import { play } from './play';
import { A, release, SCENARIOS, type Scenario, scenarioNamed } from './scenarios';
import { shrink } from './shrink';
import { type Outside, Stage } from './stage';
import { merge } from './together';

const NOBODY: Outside = {
  kinds: [],
  release: () => undefined,
  releases: () => undefined,
  split: () => undefined,
};

function anEmptyStage({ binding }: Scenario): Stage {
  return new Stage({ outside: NOBODY, disturbances: [], isTraced: false, binding });
}

/** The rollout's definition, changed as a person might by mistake. */
function planted(change: (states: Record<string, { Next?: string }>) => void) {
  return (file: 'rollout' | 'split'): string => {
    const definition = JSON.parse(filledDefinition(file));
    if (file === 'rollout') {
      change(definition.States);
    }
    return JSON.stringify(definition);
  };
}

/** Rolled back, but nothing is removed. */
const withoutRemoval = planted((states) => {
  states.WaitForDrain!.Next = 'CompleteRollout';
});

describe('the exploration', () => {
  it('finds nothing in a sample of every scenario', async () => {
    const { plays, findings } = await explore({ seed: 1, maxPlays: SCENARIOS.length + 12 });

    expect(findings).toEqual([]);
    expect(plays).toBe(SCENARIOS.length + 12);
  });

  it('finds nothing in a sample of pairs', async () => {
    const { findings, table } = await explore({
      seed: 2,
      scenarios: ['first', 'split'],
      singles: 0,
      pairs: 16,
    });

    expect(findings).toEqual([]);
    expect(table.reduce((total, { pairs }) => total + pairs, 0)).toBe(16);
  });

  it.each(Object.keys(KINDS) as Kind[])('meets what it is to disturb by "%s"', async (kind) => {
    const scenario = scenarioNamed({ split: 'split', 'edit-half': 'blue-green' }[kind as string] ?? 'first');
    const { points } = await play(scenario, []);
    const point = points.findLast(({ kinds }) => kinds.includes(kind));
    const { unmet, broken } = await play(scenario, [{ name: point!.name, nth: point!.nth, kind }]);

    expect(unmet).toEqual([]);
    expect(broken).toEqual([]);
  });

  it('fails when a disturbance is never met', async () => {
    const nowhere: Disturbance = { name: 'setSplit', nth: 99, kind: 'failed' };

    expect((await play(scenarioNamed('first'), [nowhere])).unmet).toEqual([nowhere]);
  });

  it('finds a planted defect, and stops at the first finding when it is told to', async () => {
    const { findings } = await explore({
      seed: 3,
      scenarios: ['canary-bad'],
      definition: withoutRemoval,
      stopAtFirst: true,
    });

    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ play: 'canary-bad', invariant: 'true-outcome' });
    expect(findings[0]?.found).toContain('bbbbbbbb is left and not named');
  });

  it('shrinks a finding to the disturbance that shows it', async () => {
    const stopped: Disturbance = { name: 'WaitForTraffic', nth: 1, kind: 'stop' };
    const beside: Disturbance = { name: 'loadRollout', nth: 2, kind: 'failed' };
    const options = { definition: withoutRemoval };
    const smallest = await shrink(scenarioNamed('first'), [beside, stopped], 'nothing-unowned', options);

    expect(smallest.disturbances).toEqual([stopped]);
  });

  it('plays the same again from the same seed', async () => {
    const table = async () => (await explore({ seed: 4, scenarios: ['first'], maxPlays: 6 })).table;

    expect(await table()).toEqual(await table());
  });

  it('shares the same singles out, each to one of several explorers', async () => {
    const parts = await Promise.all(
      [0, 1].map((index) => explore({ seed: 5, scenarios: ['first'], maxPlays: 3, share: { index, of: 2 } })),
    );

    expect(merge(parts)).toMatchObject({ plays: 6, table: [{ scenario: 'first', played: 6 }] });
  });
});

describe('the page of proofs', () => {
  it('names every disturbance and every invariant, as make prove knows them', () => {
    const page = readFileSync(join(__dirname, '../../../docs/reference/proofs.md'), 'utf8');
    const lines = [
      ...Object.entries(KINDS),
      ...INVARIANTS.map(({ name, sentence }) => [name, sentence] as const),
    ].map(([name, text]) => `| \`${name}\` | ${text} |`);

    expect(lines.filter((line) => !page.includes(line))).toEqual([]);
  });
});

describe('a play', () => {
  it('is written in one line, and read from it', () => {
    const text = 'canary/setSplit#3:timeout-after+WaitForTraffic#7:stop';
    const { scenario, disturbances } = parsePlay(text);

    expect(disturbances).toHaveLength(2);
    expect(renderPlay(scenario, disturbances)).toBe(text);
    expect(renderPlay('canary', [])).toBe('canary');
  });

  it.each(['canary/setSplit:failed', 'canary/setSplit#1:burnt', 'canary/+'])('refuses "%s"', (text) => {
    expect(() => parsePlay(text)).toThrow('allowed: point#number:kind');
  });

  it.each(['canary', 'all-at-once'])('begins where a release of stable ended: %s', async (name) => {
    const scenario = scenarioNamed(name);
    const placed = anEmptyStage(scenario);
    await placeStable(placed, scenario);
    const released = anEmptyStage(scenario);
    release(released, scenario, A);
    await released.rest(2);
    const seen = ({ theatre, chronicle }: Stage) => {
      const { revision: _revision, ...service } = theatre.world.store.peekService('shop');
      return { service, truth: chronicle.truth(), spec: theatre.service.workload.specOf(A) };
    };

    expect(seen(placed)).toEqual(seen(released));
  });
});

describe('the functions on the stage', () => {
  it.each(FUNCTION_NAMES)('%s is the real handler: it refuses an event that is none', async (name) => {
    const { world } = anEmptyStage(scenarioNamed('canary')).theatre;

    await expect(invokeHandler(name, world, { nothing: true })).rejects.toMatchObject({
      code: 'InvalidInput',
    });
  });
});
