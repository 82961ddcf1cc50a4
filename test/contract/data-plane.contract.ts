import type { DataPlane, RehearsalClock } from '../../rehearsal/contracts';
import { aClock } from '../rehearsal/data-plane/mesh-builder';
import { describeCounters } from './data-plane/counters';
import { describeFailures } from './data-plane/failures';
import { DataPlaneFixture } from './data-plane/fixture';
import { describeHealth } from './data-plane/health';
import { describeRouting } from './data-plane/routing';
import { describeTcp } from './data-plane/tcp';

/** Everything a `DataPlane` promises, whichever proxy it runs. */
export function describeDataPlane(kind: string, create: (clock: RehearsalClock) => DataPlane): void {
  describe(`DataPlane contract: ${kind}`, () => {
    const fixture = new DataPlaneFixture(() => create(aClock(50)));

    beforeAll(() => fixture.start());
    afterAll(() => fixture.stop());
    beforeEach(() => fixture.reset());
    afterEach(() => fixture.clear());

    describeRouting(fixture);
    describeFailures(fixture);
    describeHealth(fixture);
    describeCounters(fixture);
    describeTcp(fixture);
  });
}
