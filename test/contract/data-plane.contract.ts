import type { DataPlane, RehearsalClock } from '../../rehearsal/contracts';
import { aClock } from '../rehearsal/data-plane/mesh-builder';
import { DataPlaneBench } from './data-plane/bench';
import { describeCounters } from './data-plane/counters';
import { describeFailures } from './data-plane/failures';
import { describeHealth } from './data-plane/health';
import { describeRouting } from './data-plane/routing';
import { describeTcp } from './data-plane/tcp';

/** Everything a `DataPlane` promises, whichever proxy it runs. */
export function describeDataPlane(kind: string, create: (clock: RehearsalClock) => DataPlane): void {
  describe(`DataPlane contract: ${kind}`, () => {
    const bench = new DataPlaneBench(() => create(aClock(50)));

    beforeAll(() => bench.start());
    afterAll(() => bench.stop());
    beforeEach(() => bench.reset());
    afterEach(() => bench.clear());

    describeRouting(bench);
    describeFailures(bench);
    describeHealth(bench);
    describeCounters(bench);
    describeTcp(bench);
  });
}
