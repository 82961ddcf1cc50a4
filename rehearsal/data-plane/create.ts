import type { DataPlane } from '../contracts';
import { createEmbeddedDataPlane } from './embedded/data-plane';
import { createEnvoyDataPlane, type EnvoyDataPlaneOptions } from './envoy/data-plane';
import { DataPlaneUnavailable } from './errors';

/** How to choose between the two data planes. */
export interface DataPlaneChoice extends EnvoyDataPlaneOptions {
  /** `auto`: Envoy where it can run, the embedded proxy elsewhere. */
  readonly prefer: 'envoy' | 'embedded' | 'auto';
}

/** A started data plane and why it is this one, as one sentence for the report. */
export interface ChosenDataPlane {
  readonly dataPlane: DataPlane;
  readonly why: string;
}

/**
 * Starts the wanted data plane.
 * @throws {DataPlaneUnavailable} when `prefer` is `envoy` and no Envoy can run here.
 */
export async function createDataPlane(choice: DataPlaneChoice): Promise<ChosenDataPlane> {
  if (choice.prefer !== 'embedded') {
    const envoy = createEnvoyDataPlane(choice);
    try {
      await envoy.start();
      return { dataPlane: envoy, why: `envoy ${envoy.version} runs` };
    } catch (error) {
      if (choice.prefer === 'envoy' || !(error instanceof DataPlaneUnavailable)) throw error;
      return embedded(choice, `the embedded proxy runs, because ${error.message}`);
    }
  }
  return embedded(choice, 'the embedded proxy runs, because it was asked for');
}

async function embedded(choice: DataPlaneChoice, why: string): Promise<ChosenDataPlane> {
  const dataPlane = createEmbeddedDataPlane(choice);
  await dataPlane.start();
  return { dataPlane, why };
}
