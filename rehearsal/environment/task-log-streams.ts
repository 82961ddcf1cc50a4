import type { AwsSide } from './aws-side';

type Sink = Pick<AwsSide, 'ecs' | 'logs'>;

interface Stream {
  readonly group: string;
  readonly name: string;
}

/** Puts what tasks write where their task definitions' awslogs driver would: into CloudWatch Logs. */
export class TaskLogStreams {
  private sink: Sink | undefined;
  private readonly streams = new Map<string, Stream | null>();

  /** Lines before this are lost: no task runs before the local AWS does. */
  bind(sink: Sink): void {
    this.sink = sink;
  }

  append(taskId: string, container: string, line: string): void {
    const key = `${taskId}/${container}`;
    const stream = this.streams.get(key) ?? this.find(taskId, container);
    this.streams.set(key, stream);
    if (stream !== null) {
      this.sink?.logs.append(stream.group, stream.name, line);
    }
  }

  /** A container without awslogs driver writes nowhere, as on AWS. */
  private find(taskId: string, container: string): Stream | null {
    const task = this.sink?.ecs.tasks().find((view) => view.task.taskArn?.endsWith(`/${taskId}`));
    const definition = task?.taskDefinition.containerDefinitions?.find(({ name }) => name === container);
    const options = definition?.logConfiguration?.options;
    const group = options?.['awslogs-group'];
    return group === undefined
      ? null
      : { group, name: `${options?.['awslogs-stream-prefix'] ?? ''}/${container}/${taskId}` };
  }
}
