import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { RehearsalClock, TaskChange, TaskRequest, TaskRunner } from '../../../rehearsal/contracts';

/** A clock that runs `speed` times as fast as the wall. */
export function aClock(speed = 20): RehearsalClock {
  const wallStart = Date.now();
  return {
    speed,
    shared: null,
    stoodStillMillis: () => 0,
    now: () => (Date.now() - wallStart) * speed,
    toWallMillis: (virtualMillis) => virtualMillis / speed,
    sleep: (virtualMillis, signal) =>
      new Promise((done, reject) => {
        const abort = () => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', abort);
          done();
        }, virtualMillis / speed);
        signal?.addEventListener('abort', abort);
      }),
  };
}

/** The Python environment with the real servers: `CANARY_VENV`, or the repository's own. */
export const VENV = process.env.CANARY_VENV ?? resolve(__dirname, '../../../.venv');

/** Whether the real servers are installed. */
export const HAS_SERVERS = existsSync(join(VENV, 'lib'));

let lastId = 0;

/** A task of the application container `app` beside a proxy for `node`. */
export function aTask(app: ContainerDefinition, node = 'rehearsal-service-abcdef12'): TaskRequest {
  lastId += 1;
  const taskId = `task-${lastId}`;
  return {
    taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/rehearsal/${taskId}`,
    taskId,
    cluster: 'rehearsal',
    serviceName: node,
    taskDefinition: {
      family: node,
      containerDefinitions: [
        { name: 'app', essential: true, ...app },
        {
          name: 'envoy',
          essential: true,
          environment: [
            {
              name: 'APPMESH_RESOURCE_ARN',
              value: `arn:aws:appmesh:eu-west-1:123456789012:mesh/rehearsal/virtualNode/${node}`,
            },
          ],
        },
      ],
    },
  };
}

/** Starts a task and keeps what is reported about it. */
export function observe(runner: TaskRunner, request: TaskRequest) {
  const changes: TaskChange[] = [];
  const waiting: { matches: (change: TaskChange) => boolean; resolve: (change: TaskChange) => void }[] = [];
  runner.start(request, (change) => {
    changes.push(change);
    for (const entry of waiting) if (entry.matches(change)) entry.resolve(change);
  });
  const until = <Kind extends TaskChange['kind']>(kind: Kind) =>
    new Promise<Extract<TaskChange, { kind: Kind }>>((done) => {
      const matches = (change: TaskChange) => change.kind === kind;
      const found = changes.find(matches);
      const resolveWith = done as (change: TaskChange) => void;
      if (found !== undefined) resolveWith(found);
      else waiting.push({ matches, resolve: resolveWith });
    });
  return { changes, until, stop: (reason: string) => runner.stop(request.taskArn, reason) };
}
