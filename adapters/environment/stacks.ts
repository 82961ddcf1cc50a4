import {
  CancelUpdateStackCommand,
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListImportsCommand,
  ListStackResourcesCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { listAll } from '../paging';
import { ask, unlessGone } from './call';

/** A stack as CloudFormation knows it. */
export interface DeployedStack {
  readonly name: string;
  /** ARN, under which a deleted stack can still be asked for. */
  readonly id: string;
  /** Such as `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly reason: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly isProtected: boolean;
  readonly outputs: readonly StackOutput[];
}

/** One output of a stack. */
export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description: string | null;
  /** Null for outputs that no other stack imports. */
  readonly exportName: string | null;
}

/** One resource of a stack. */
export interface StackResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: string;
  readonly reason: string | null;
}

const GONE = ['ValidationError'];
const isGone = (message: string): boolean => /does not exist/.test(message);

/** The stacks of an account and region. */
export class Stacks {
  constructor(private readonly client: CloudFormationClient) {}

  /** Every stack that is there. */
  async list(): Promise<readonly DeployedStack[]> {
    const found = await listAll((NextToken) =>
      ask('cloudformation:DescribeStacks', {}, async () => {
        const answer = await this.client.send(
          new DescribeStacksCommand(NextToken === undefined ? {} : { NextToken }),
        );
        return { items: answer.Stacks, next: answer.NextToken };
      }),
    );
    return found.map(readStack);
  }

  /** A stack by name or id; null when there is none (any more). */
  async find(nameOrId: string): Promise<DeployedStack | null> {
    const answer = await unlessGone([], () => this.describe(nameOrId), isGone);
    const [stack] = answer?.Stacks ?? [];
    return stack === undefined || stack.StackStatus === 'DELETE_COMPLETE' ? null : readStack(stack);
  }

  /** The template that a stack was last brought to. */
  async template(stack: string): Promise<Readonly<Record<string, unknown>>> {
    const { TemplateBody = '{}' } = await ask('cloudformation:GetTemplate', { stack }, () =>
      this.client.send(new GetTemplateCommand({ StackName: stack, TemplateStage: 'Original' })),
    );
    return JSON.parse(TemplateBody === '' ? '{}' : TemplateBody) as Readonly<Record<string, unknown>>;
  }

  /** What a stack holds; empty for a stack that is gone. */
  async resources(stack: string): Promise<readonly StackResource[]> {
    const list = (NextToken: string | undefined) =>
      ask('cloudformation:ListStackResources', { stack }, async () => {
        const page = NextToken === undefined ? {} : { NextToken };
        const answer = await this.client.send(new ListStackResourcesCommand({ StackName: stack, ...page }));
        return { items: answer.StackResourceSummaries, next: answer.NextToken };
      });
    const found = (await unlessGone([], () => listAll(list), isGone)) ?? [];
    return found
      .filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE')
      .map((resource) => ({
        stack,
        logicalId: resource.LogicalResourceId ?? '',
        type: resource.ResourceType ?? '',
        physicalId: resource.PhysicalResourceId ?? '',
        status: resource.ResourceStatus ?? '',
        reason: resource.ResourceStatusReason ?? null,
      }));
  }

  /** Names of the stacks that import one of a stack's exports. */
  async importers({ outputs }: Pick<DeployedStack, 'outputs'>): Promise<readonly string[]> {
    const names = new Set<string>();
    for (const { exportName } of outputs) {
      if (exportName === null) {
        continue;
      }
      const imports = await unlessGone(GONE, () =>
        listAll((NextToken) =>
          ask('cloudformation:ListImports', { export: exportName }, async () => {
            const page = NextToken === undefined ? {} : { NextToken };
            const answer = await this.client.send(
              new ListImportsCommand({ ExportName: exportName, ...page }),
            );
            return { items: answer.Imports, next: answer.NextToken };
          }),
        ),
      );
      for (const name of imports ?? []) {
        names.add(name);
      }
    }
    return [...names];
  }

  /** Why a stack failed: one sentence for each resource, the first failure first. */
  async failures(nameOrId: string): Promise<readonly string[]> {
    const answer = await unlessGone(
      [],
      () =>
        ask('cloudformation:DescribeStackEvents', { stack: nameOrId }, () =>
          this.client.send(new DescribeStackEventsCommand({ StackName: nameOrId })),
        ),
      isGone,
    );
    const events = answer?.StackEvents ?? [];
    const start = events.findIndex(({ ResourceStatusReason }) => ResourceStatusReason === 'User Initiated');
    return events
      .slice(0, start < 0 ? events.length : start)
      .filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED'))
      .reverse()
      .map(
        (event) =>
          `${event.LogicalResourceId} (${event.ResourceType}): ${event.ResourceStatusReason ?? 'no reason given'}`,
      );
  }

  /** Starts the deletion of a stack; resources in `retain` are left where they are (only after `DELETE_FAILED`). */
  async startDeletion(stack: DeployedStack, retain: readonly string[] = []): Promise<void> {
    const RetainResources = retain.length === 0 ? {} : { RetainResources: [...retain] };
    await ask('cloudformation:DeleteStack', { stack: stack.name }, () =>
      this.client.send(new DeleteStackCommand({ StackName: stack.name, ...RetainResources })),
    );
  }

  /** Stops an update that is going on; one that has just ended is left as it is. */
  async cancelUpdate(stack: DeployedStack): Promise<void> {
    await unlessGone(GONE, () =>
      ask('cloudformation:CancelUpdateStack', { stack: stack.name }, () =>
        this.client.send(new CancelUpdateStackCommand({ StackName: stack.name })),
      ),
    );
  }

  private describe(stack: string) {
    return ask('cloudformation:DescribeStacks', { stack }, () =>
      this.client.send(new DescribeStacksCommand({ StackName: stack })),
    );
  }
}

function readStack(stack: Stack): DeployedStack {
  return {
    name: stack.StackName ?? '',
    id: stack.StackId ?? '',
    status: stack.StackStatus ?? '',
    reason: stack.StackStatusReason ?? null,
    tags: Object.fromEntries((stack.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    isProtected: stack.EnableTerminationProtection ?? false,
    outputs: (stack.Outputs ?? []).map((output) => ({
      key: output.OutputKey ?? '',
      value: output.OutputValue ?? '',
      description: output.Description ?? null,
      exportName: output.ExportName ?? null,
    })),
  };
}
