import type { EcsTaskView } from '../aws/services/ecs/service';
import type { MeshTask } from '../contracts';
import { proxiedResource } from '../tasks/container';

/** The running tasks that have a proxy, as the data plane needs them. */
export function meshTasks(tasks: readonly EcsTaskView[]): readonly MeshTask[] {
  return tasks.flatMap((view) => {
    const node = proxiedResource(view.taskDefinition);
    const isRunning =
      view.task.lastStatus === 'RUNNING' ||
      view.task.lastStatus === 'DEACTIVATING' ||
      view.task.lastStatus === 'STOPPING';
    if (node === undefined || view.ip === undefined || !isRunning) {
      return [];
    }
    return [
      { taskId: view.task.taskArn?.split('/').at(-1) ?? '', node, ip: view.ip, appPort: appPort(view) },
    ];
  });
}

/** The port that the proxy configuration intercepts; 0 for a gateway, which has none. */
function appPort(view: Pick<EcsTaskView, 'taskDefinition'>): number {
  const ports = view.taskDefinition.proxyConfiguration?.properties?.find(
    (property) => property.name === 'AppPorts',
  )?.value;
  return Number(ports ?? 0);
}
