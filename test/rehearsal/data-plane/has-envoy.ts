import { findEnvoy } from '../../../rehearsal/data-plane/envoy/binary';

/** Whether this machine has an Envoy, in `.venv` or named by `ECS_CANARY_ENVOY`. */
export function hasEnvoy(): boolean {
  try {
    findEnvoy();
    return true;
  } catch {
    return false;
  }
}
