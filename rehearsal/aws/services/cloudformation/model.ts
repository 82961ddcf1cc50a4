import { randomUUID } from 'node:crypto';
import type { Assembly } from '../../../assembly/read-assembly';
import type { Template } from '../../../assembly/template';
import { type ApiContext, ApiError } from '../../api';

/** One line of a stack's history. */
export interface StackEvent {
  readonly EventId: string;
  readonly StackId: string;
  readonly StackName: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
  readonly ResourceStatusReason?: string;
  readonly Timestamp: Date;
}

/** One resource of a stack, as it was made. */
export interface StackResource {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string;
  status: string;
  reason?: string;
}

/** A template as it was handed over, and as it is read. */
export interface StackTemplate {
  readonly body: string;
  readonly template: Template;
}

/** A change set that waits to be carried out. */
export interface ChangeSet {
  readonly id: string;
  readonly name: string;
  readonly type: 'CREATE' | 'UPDATE';
  readonly content: StackTemplate;
  readonly tags: readonly StackTag[];
  readonly status: 'CREATE_COMPLETE' | 'FAILED';
  readonly reason?: string;
  readonly createdAt: Date;
}

export interface StackTag {
  readonly Key: string;
  readonly Value: string;
}

/** A stack and all that is known of it. */
export interface Stack {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  status: string;
  reason?: string;
  updatedAt?: Date;
  deletedAt?: Date;
  tags: readonly StackTag[];
  content: StackTemplate | null;
  terminationProtection: boolean;
  readonly resources: Map<string, StackResource>;
  outputs: readonly { OutputKey: string; OutputValue: string; ExportName?: string }[];
  /** Oldest first. */
  readonly events: StackEvent[];
  readonly changeSets: Map<string, ChangeSet>;
}

/** The stacks of the account. */
export class StackStore {
  readonly #stacks: Stack[] = [];

  constructor(readonly context: ApiContext) {}

  now(): Date {
    return new Date(this.context.clock.now());
  }

  /** Stacks that are there, oldest first; with deleted ones when asked for. */
  all(withDeleted = false): readonly Stack[] {
    return this.#stacks.filter(({ status }) => withDeleted || status !== 'DELETE_COMPLETE');
  }

  /** By name, or by id, under which a deleted stack can still be found. */
  find(nameOrId: string | undefined): Stack | undefined {
    return (
      this.all().find(({ name }) => name === nameOrId) ?? this.#stacks.findLast(({ id }) => id === nameOrId)
    );
  }

  /** @throws ApiError `ValidationError` in CloudFormation's words. */
  get(nameOrId: string | undefined): Stack {
    const found = this.find(nameOrId);
    if (found !== undefined) return found;
    throw new ApiError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  }

  create(name: string): Stack {
    const { region, account } = this.context;
    const stack: Stack = {
      id: `arn:aws:cloudformation:${region}:${account}:stack/${name}/${randomUUID()}`,
      name,
      createdAt: this.now(),
      status: 'REVIEW_IN_PROGRESS',
      tags: [],
      content: null,
      terminationProtection: false,
      resources: new Map(),
      outputs: [],
      events: [],
      changeSets: new Map(),
    };
    this.#stacks.push(stack);
    return stack;
  }

  /** Sets a stack's status and notes it in its history. */
  setStatus(stack: Stack, status: string, reason?: string): void {
    stack.status = status;
    if (reason === undefined) delete stack.reason;
    else stack.reason = reason;
    this.note(
      stack,
      { logicalId: stack.name, type: 'AWS::CloudFormation::Stack', physicalId: stack.id },
      status,
      reason,
    );
  }

  note(
    stack: Stack,
    resource: Pick<StackResource, 'logicalId' | 'type' | 'physicalId'>,
    status: string,
    reason?: string,
  ): void {
    stack.events.push({
      EventId: randomUUID(),
      StackId: stack.id,
      StackName: stack.name,
      LogicalResourceId: resource.logicalId,
      PhysicalResourceId: resource.physicalId,
      ResourceType: resource.type,
      ResourceStatus: status,
      ...(reason === undefined ? {} : { ResourceStatusReason: reason }),
      // Never two at one time: clients sort by it.
      Timestamp: new Date(
        Math.max(this.now().getTime(), (stack.events.at(-1)?.Timestamp.getTime() ?? 0) + 1),
      ),
    });
  }

  /** Every stack that holds a template, as an assembly whose values can be worked out; `changed` in its new form. */
  assembly(changed: Stack, content: StackTemplate): Assembly {
    const { region, account } = this.context;
    const others = this.all().filter((stack) => stack !== changed && stack.content !== null);
    const read = (name: string, { template }: StackTemplate) => ({
      name,
      account,
      region,
      template,
      assets: new Map<string, string>(),
    });
    return {
      directory: '',
      stacks: [
        ...others.flatMap((stack) => (stack.content === null ? [] : [read(stack.name, stack.content)])),
        read(changed.name, content),
      ],
    };
  }

  /** Names of the stacks that import an export of this name. */
  importersOf(exportName: string): readonly string[] {
    const reference = `"Fn::ImportValue":${JSON.stringify(exportName)}`;
    return this.all()
      .filter(({ content }) => JSON.stringify(content?.template ?? {}).includes(reference))
      .map(({ name }) => name);
  }
}
