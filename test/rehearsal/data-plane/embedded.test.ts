import { createEmbeddedDataPlane } from '../../../rehearsal/data-plane/embedded/data-plane';
import { describeDataPlane } from '../../contract/data-plane.contract';
import { aClock, MeshBuilder } from './mesh-builder';

describeDataPlane('embedded', (clock) => createEmbeddedDataPlane({ clock, drainSeconds: 1 }));

describe('EmbeddedDataPlane', () => {
  it('refuses http2 and grpc and says what to install', async () => {
    const plane = createEmbeddedDataPlane({ clock: aClock() });
    await plane.start();
    const mesh = new MeshBuilder();
    mesh.service('api', [], { protocol: 'grpc' }).caller('ui', 'api');
    await expect(plane.apply(mesh.plan())).rejects.toThrow(/speaks grpc.*install Envoy/);
    await plane.stop();
  });

  it('refuses to be killed, for it lives and dies with the rehearsal', () => {
    const plane = createEmbeddedDataPlane({ clock: aClock() });
    expect(() => plane.kill()).toThrow(/part of the rehearsal itself.*rehearse on Envoy/);
  });
});
