import type { ServiceBinding } from '../../core/config/service-binding';
import { CanaryError } from '../../core/errors';
import type { ServiceDirectory } from '../../core/ports/service-directory';

/** Bindings of the services that somebody put there. */
export class MemoryDirectory implements ServiceDirectory {
  private readonly bindings = new Map<string, ServiceBinding>();

  /** Makes a service known. */
  add(binding: ServiceBinding): void {
    this.bindings.set(binding.service, binding);
  }

  async load(service: string): Promise<ServiceBinding> {
    const found = this.bindings.get(service);
    if (found === undefined) {
      throw new CanaryError(
        'UnknownService',
        `service "${service}" is not deployed; known: ${[...this.bindings.keys()].join(', ') || 'none'}; correct the name`,
        { service },
      );
    }
    return found;
  }
}
