import type { EcsTaskView } from '../aws/services/ecs/service';
import type { MeshTask } from '../contracts';

const PROXY_CONTAINER = 'envoy';
const RESOURCE_VARIABLE = 'APPMESH_RESOURCE_ARN';

/** The running tasks that have a proxy, as the data plane needs them. */
export function meshTasks(tasks: readonly EcsTaskView[]): readonly MeshTask[] {
  return tasks.flatMap((view) => {
    const node = proxiedResource(view);
    const isRunning =
      view.task.lastStatus === 'RUNNING' ||
      view.task.lastStatus === 'DEACTIVATING' ||
      view.task.lastStatus === 'STOPPING';
    if (node === null || view.ip === undefined || !isRunning) {
      return [];
    }
    return [
      { taskId: view.task.taskArn?.split('/').at(-1) ?? '', node, ip: view.ip, appPort: appPort(view) },
    ];
  });
}

/** Name of the virtual node or gateway that a task's proxy stands for; null for a task without proxy. */
export function proxiedResource(view: Pick<EcsTaskView, 'taskDefinition'>): string | null {
  const proxy = view.taskDefinition.containerDefinitions?.find(
    (container) => container.name === PROXY_CONTAINER,
  );
  const resource = proxy?.environment?.find((variable) => variable.name === RESOURCE_VARIABLE)?.value;
  return resource?.split('/').at(-1) ?? null;
}

/** The port that the proxy configuration intercepts; 0 for a gateway, which has none. */
function appPort(view: Pick<EcsTaskView, 'taskDefinition'>): number {
  const ports = view.taskDefinition.proxyConfiguration?.properties?.find(
    (property) => property.name === 'AppPorts',
  )?.value;
  return Number(ports ?? 0);
}
