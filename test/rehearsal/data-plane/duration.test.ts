import * as fc from 'fast-check';
import { duration } from '../../../rehearsal/data-plane/envoy/types';

describe('duration', () => {
  it('never has more decimals than Envoy takes, at whatever speed an interval is divided', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300_000 }),
        fc.double({ min: 1, max: 120, noNaN: true }),
        (millis, speed) => {
          expect(duration(millis / speed)).toMatch(/^\d+(\.\d{1,3})?s$/);
        },
      ),
    );
  });

  it('keeps whole milliseconds', () => {
    expect(duration(5000 / 15)).toBe('0.333s');
    expect(duration(250)).toBe('0.25s');
  });
});
