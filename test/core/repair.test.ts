import { planRepair } from '../../core/rollout/repair';
import { CANARY, STABLE } from '../_helpers/builders';

const OTHER = 'cccccccc';
const half = { weights: { [STABLE]: 10, [CANARY]: 90 } };

describe('planRepair', () => {
  it('gives everything to the stable version on record, whoever has the greater weight', () => {
    const repair = planRepair({ split: half, recordedStable: STABLE, running: [STABLE, CANARY] });

    expect(repair).toMatchObject({ stable: STABLE, split: { weights: { [STABLE]: 100 } } });
  });

  it('does so though that version has no weight at all', () => {
    const split = { weights: { [CANARY]: 100 } };

    expect(planRepair({ split, recordedStable: STABLE, running: [STABLE, CANARY] }).stable).toBe(STABLE);
  });

  it('adopts the running version with the greatest weight when nothing runs of the one on record', () => {
    expect(planRepair({ split: half, recordedStable: OTHER, running: [STABLE, CANARY] }).stable).toBe(CANARY);
    expect(planRepair({ split: half, recordedStable: null, running: [STABLE] }).stable).toBe(STABLE);
  });

  it('leaves traffic with whoever has most of it when nothing runs at all', () => {
    expect(planRepair({ split: half, recordedStable: STABLE, running: [] }).stable).toBe(CANARY);
  });

  it('finds no stable version where none serves', () => {
    expect(planRepair({ split: { weights: {} }, recordedStable: null, running: [CANARY] })).toMatchObject({
      stable: null,
      split: { weights: {} },
    });
  });
});
