import {
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  type ECSClient,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { callAws, missingInAnswer } from '../../aws-errors';
import { listAll } from '../../paging';
import { CONTENT_TAG } from './task-definition';

/**
 * Registered task definitions; each version has a family of its own. It is the first thing made of a version and the
 * last thing removed, so that listing families finds everything that is half done. ECS lists them by prefix: what one
 * service's rollout reads does not grow with the number of services, as the lists of a whole cluster or namespace do.
 */
export class TaskDefinitions {
  /** A revision never changes, so what was read of it once holds. */
  private readonly healthChecks = new Map<string, boolean>();

  constructor(private readonly client: ECSClient) {}

  /** Registers the definition unless its family's newest revision has the same content; returns the ARN. */
  async ensure(input: RegisterTaskDefinitionCommandInput): Promise<string> {
    const family = input.family ?? '';
    const [newest] = await this.registered(family);
    if (newest !== undefined && (await this.contentOf(newest)) === contentTag(input.tags)) {
      return newest;
    }
    const call = { action: 'ecs:RegisterTaskDefinition', on: { family } };
    const { taskDefinition } = await callAws(call, () =>
      this.client.send(new RegisterTaskDefinitionCommand(input)),
    );
    if (taskDefinition?.taskDefinitionArn === undefined) {
      throw missingInAnswer(call, 'taskDefinition.taskDefinitionArn');
    }
    return taskDefinition.taskDefinitionArn;
  }

  /** ARNs of the family's active revisions, newest first. */
  registered(familyPrefix: string): Promise<string[]> {
    return listAll((nextToken) =>
      callAws({ action: 'ecs:ListTaskDefinitions', on: { family: familyPrefix } }, async () => {
        const answer = await this.client.send(
          new ListTaskDefinitionsCommand({
            familyPrefix,
            status: 'ACTIVE',
            sort: 'DESC',
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        return { items: answer.taskDefinitionArns, next: answer.nextToken };
      }),
    );
  }

  /** Families with an active revision whose names begin so. */
  families(familyPrefix: string): Promise<string[]> {
    return listAll((nextToken) =>
      callAws({ action: 'ecs:ListTaskDefinitionFamilies', on: { familyPrefix } }, async () => {
        const answer = await this.client.send(
          new ListTaskDefinitionFamiliesCommand({
            familyPrefix,
            status: 'ACTIVE',
            ...(nextToken === undefined ? {} : { nextToken }),
          }),
        );
        return { items: answer.families, next: answer.nextToken };
      }),
    );
  }

  /** Deregisters revisions, given by ARN. */
  async deregister(arns: readonly string[]): Promise<void> {
    for (const taskDefinition of arns) {
      await callAws({ action: 'ecs:DeregisterTaskDefinition', on: { taskDefinition } }, () =>
        this.client.send(new DeregisterTaskDefinitionCommand({ taskDefinition })),
      );
    }
  }

  /** Whether ECS waits for container health before it calls a task of this definition healthy. */
  async hasHealthCheck(arn: string): Promise<boolean> {
    const known = this.healthChecks.get(arn);
    if (known !== undefined) {
      return known;
    }
    const { taskDefinition } = await this.describe(arn);
    const found = (taskDefinition?.containerDefinitions ?? []).some(
      (container) => container.essential !== false && container.healthCheck !== undefined,
    );
    this.healthChecks.set(arn, found);
    return found;
  }

  private async contentOf(arn: string): Promise<string | undefined> {
    return contentTag((await this.describe(arn)).tags);
  }

  private describe(taskDefinition: string) {
    return callAws({ action: 'ecs:DescribeTaskDefinition', on: { taskDefinition } }, () =>
      this.client.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] })),
    );
  }
}

function contentTag(
  tags: readonly { readonly key?: string; readonly value?: string }[] | undefined,
): string | undefined {
  return tags?.find((tag) => tag.key === CONTENT_TAG)?.value;
}
