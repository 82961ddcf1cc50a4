import type { ServiceBinding } from '../config/service-binding';

/** What the platform says about its services. */
export interface ServiceDirectory {
  /** @throws {CanaryError} `UnknownService` when the service is not deployed. */
  load(service: string): Promise<ServiceBinding>;
}
