import * as fc from 'fast-check';
import { nextStep, planSteps, shortestDuration } from '../../core/rollout/plan';
import {
  canarySplit,
  createSplit,
  NO_TRAFFIC,
  only,
  sharesTraffic,
  weightOf,
} from '../../core/traffic/split';
import { aDeployConfig, CANARY, STABLE } from '../_helpers/builders';

const percentStep = fc.integer({ min: 1, max: 99 });
const ladder = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 20 })
  .map((steps) => steps.sort((a, b) => a - b));
const deploy = fc.oneof(
  percentStep.map((percent_step) => aDeployConfig({ percent_step })),
  ladder.map((steps) => aDeployConfig({ steps })),
);

describe('planSteps', () => {
  it('takes ten steps of 10 % by default', () => {
    expect(planSteps(aDeployConfig(), false)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });

  it.each([
    [25, [25, 50, 75, 100]],
    [30, [30, 60, 90, 100]],
    [40, [40, 80, 100]],
    [60, [60, 100]],
    [99, [99, 100]],
  ])('ends at 100 with percent_step %i', (percent_step, expected) => {
    expect(planSteps(aDeployConfig({ percent_step }), false)).toEqual(expected);
  });

  it('rises strictly, never overshoots and ends at 100, whatever is configured', () => {
    fc.assert(
      fc.property(deploy, (config) => {
        const steps = planSteps(config, false);
        expect(steps.at(-1)).toBe(100);
        expect(steps.every((step, index) => step >= 1 && step <= 100 && step > (steps[index - 1] ?? 0))).toBe(
          true,
        );
      }),
    );
  });

  it('gives a first release everything at once, for nobody else serves', () => {
    fc.assert(fc.property(deploy, (config) => expect(planSteps(config, true)).toEqual([100])));
  });

  it('takes one step for blue_green', () => {
    expect(planSteps(aDeployConfig({ strategy: 'blue_green' }), false)).toEqual([100]);
  });

  it('lasts at least the waits between its steps and the bake', () => {
    expect(shortestDuration(aDeployConfig({ bake_time: 120 }))).toBe(9 * 60 + 120);
  });
});

describe('nextStep', () => {
  it('reaches 100 from any weight within the number of steps', () => {
    fc.assert(
      fc.property(deploy, fc.integer({ min: 0, max: 100 }), (config, start) => {
        const steps = planSteps(config, false);
        let weight = start;
        for (let taken = 0; taken <= steps.length && weight < 100; taken += 1) {
          const next = nextStep(steps, weight);
          expect(next).toBeGreaterThan(weight);
          weight = next ?? 100;
        }
        expect(nextStep(steps, weight)).toBeNull();
      }),
    );
  });
});

describe('split', () => {
  it('sums to 100 for every canary weight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (weight) => {
        const { weights } = canarySplit(CANARY, weight, STABLE);
        expect(Object.values(weights).reduce((a, b) => a + b, 0)).toBe(100);
      }),
    );
  });

  it.each([
    [{ a: 50 }],
    [{ a: 101, b: -1 }],
    [{ a: 0.5, b: 99.5 }],
    [{ a: Number.NaN, b: 100 }],
    [{ a: 60, b: 60 }],
    [{}],
  ])('throws InvalidSplit for %j', (weights) => {
    expect(() => createSplit(weights)).toThrow(expect.objectContaining({ code: 'InvalidSplit' }));
  });

  it('throws for a first release that would get less than everything', () => {
    expect(() => canarySplit(CANARY, 10, null)).toThrow(expect.objectContaining({ code: 'InvalidSplit' }));
  });

  it('counts a version at weight 0 as absent when shares are compared', () => {
    expect(sharesTraffic(canarySplit(CANARY, 0, STABLE), only(STABLE))).toBe(true);
    expect(sharesTraffic(only(CANARY), NO_TRAFFIC)).toBe(false);
    expect(weightOf(only(CANARY), STABLE)).toBe(0);
  });
});
