import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEnvoyDataPlane } from '../../../rehearsal/data-plane/envoy/data-plane';
import { describeDataPlane } from '../../contract/data-plane.contract';
import { hasEnvoy } from './has-envoy';

const dir = mkdtempSync(path.join(tmpdir(), 'ecs-canary-envoy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

if (hasEnvoy()) {
  describeDataPlane('envoy', (clock) => createEnvoyDataPlane({ clock, workDir: dir, drainSeconds: 1 }));
} else {
  it.skip('Envoy is not installed here: run "make install" to test it', () => undefined);
}
