/** Where ECS registers the tasks of a service that has `serviceRegistries`: Cloud Map, seen from ECS. */
export interface InstanceRegistry {
  /** Adds or replaces an instance of the Cloud Map service `serviceArn`. */
  register(
    serviceArn: string,
    instanceId: string,
    attributes: Readonly<Record<string, string>>,
  ): void | Promise<void>;
  /** Removes an instance; one that is not there is no error. */
  deregister(serviceArn: string, instanceId: string): void | Promise<void>;
  /** Reports what the task's container health checks say. */
  setHealth(serviceArn: string, instanceId: string, healthy: boolean): void | Promise<void>;
}

/** For rehearsals without service discovery. */
export const NO_REGISTRY: InstanceRegistry = {
  register: () => undefined,
  deregister: () => undefined,
  setHealth: () => undefined,
};
