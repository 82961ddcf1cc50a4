import { AssemblyRefused, messageOf } from '../../../assembly/errors';
import { inCreationOrder } from '../../../assembly/resolve/order';
import { evaluateOutputs } from '../../../assembly/resolve/outputs';
import {
  type AssemblyResource,
  AssemblyValues,
  type AssignedValues,
  resourceKey,
} from '../../../assembly/resolve/values';
import { resourceTypeOf } from '../../../assembly/resource-types/table';
import type { AccountResources } from '../../account/resources';
import type { Stack, StackResource, StackStore, StackTag, StackTemplate } from './model';
import { type ResourceOperator, reasonOf } from './resource-operator';

/** Carries out what was decided about a stack. Everything has happened when a call returns. */
export class StackDeployer {
  /** What services gave resources when they made them, over all stacks. */
  private readonly assignments = new Map<string, AssignedValues>();

  constructor(
    private readonly store: StackStore,
    private readonly operator: ResourceOperator,
    private readonly resources: AccountResources,
  ) {}

  /**
   * Everything in a template that the rehearsal does not know, one sentence each; nothing is touched.
   */
  problemsOf(stack: Stack, content: StackTemplate): readonly string[] {
    try {
      return this.resourcesOf(stack, content).flatMap((resource) => {
        try {
          resourceTypeOf(resource.type);
          resource.properties();
          return [];
        } catch (error) {
          return [`${resource.logicalId}: ${messageOf(error)}`];
        }
      });
    } catch (error) {
      return error instanceof AssemblyRefused ? error.problems : [messageOf(error)];
    }
  }

  /** Brings a stack to a template. A failure undoes what was done, as CloudFormation does by default. */
  async apply(stack: Stack, content: StackTemplate, tags: readonly StackTag[]): Promise<void> {
    const verb = stack.content === null ? 'CREATE' : 'UPDATE';
    this.store.setStatus(stack, `${verb}_IN_PROGRESS`, 'User Initiated');
    try {
      await this.makeAll(stack, content, tags);
    } catch (error) {
      await this.undo(stack, verb, reasonOf(error));
      return;
    }
    stack.content = content;
    stack.tags = tags;
    stack.updatedAt = this.store.now();
    await this.removeVanished(stack, content);
    stack.outputs = evaluateOutputs(
      new AssemblyValues(this.store.assembly(stack, content), this.assignments),
      stack.name,
    );
    this.store.setStatus(stack, `${verb}_COMPLETE`);
  }

  /** Removes a stack. What cannot be removed leaves it in `DELETE_FAILED`. */
  async remove(stack: Stack, retained: readonly string[] = []): Promise<void> {
    this.store.setStatus(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
    const inUse = this.exportInUse(stack);
    if (inUse !== undefined) {
      this.store.setStatus(stack, 'DELETE_FAILED', inUse);
      return;
    }
    const failed: string[] = [];
    for (const resource of [...stack.resources.values()].reverse()) {
      const isKept = resource.deletionPolicy === 'Retain' || retained.includes(resource.logicalId);
      if (!(await this.removeOne(stack, resource, isKept))) failed.push(resource.logicalId);
    }
    if (failed.length > 0) {
      const reason = `The following resource(s) failed to delete: [${failed.join(', ')}]. `;
      this.store.setStatus(stack, 'DELETE_FAILED', reason);
      return;
    }
    stack.content = null;
    stack.outputs = [];
    stack.deletedAt = this.store.now();
    this.store.setStatus(stack, 'DELETE_COMPLETE');
  }

  private resourcesOf(stack: Stack, content: StackTemplate): readonly AssemblyResource[] {
    const values = new AssemblyValues(this.store.assembly(stack, content), this.assignments);
    return inCreationOrder(values.resources().filter((resource) => resource.stack === stack.name));
  }

  private async makeAll(stack: Stack, content: StackTemplate, tags: readonly StackTag[]): Promise<void> {
    const stackTags = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
    for (const resource of this.resourcesOf(stack, content)) {
      await this.makeOne(stack, resource, stackTags);
    }
  }

  private async makeOne(
    stack: Stack,
    resource: AssemblyResource,
    stackTags: Readonly<Record<string, string>>,
  ): Promise<void> {
    const before = stack.resources.get(resource.logicalId);
    const properties = resource.properties();
    if (before !== undefined && JSON.stringify(before.properties) === JSON.stringify(properties)) return;
    const verb = before === undefined ? 'CREATE' : 'UPDATE';
    const facts = {
      logicalId: resource.logicalId,
      type: resource.type,
      physicalId: before?.physicalId ?? '',
    };
    this.store.note(stack, facts, `${verb}_IN_PROGRESS`);
    try {
      const made =
        before === undefined
          ? await this.operator.create(resource, stackTags)
          : await this.operator.update(resource, before.properties, stackTags);
      if (made.assigned !== undefined) {
        this.assignments.set(resourceKey(stack.name, resource.logicalId), made.assigned);
      }
      const done: StackResource = {
        ...facts,
        physicalId: made.physicalId,
        properties,
        deletionPolicy: String(resource.definition.DeletionPolicy ?? 'Delete'),
        status: `${verb}_COMPLETE`,
      };
      stack.resources.set(resource.logicalId, done);
      this.store.note(stack, done, done.status);
      if (before !== undefined && before.physicalId !== made.physicalId) {
        await this.operator.remove(before.type, before);
      }
    } catch (error) {
      this.store.note(stack, facts, `${verb}_FAILED`, reasonOf(error));
      throw error;
    }
  }

  private async undo(stack: Stack, verb: 'CREATE' | 'UPDATE', reason: string): Promise<void> {
    if (verb === 'CREATE') {
      this.store.setStatus(stack, 'ROLLBACK_IN_PROGRESS', reason);
      for (const resource of [...stack.resources.values()].reverse()) {
        await this.removeOne(stack, resource, false);
      }
      this.store.setStatus(
        stack,
        stack.resources.size === 0 ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED',
        reason,
      );
      return;
    }
    this.store.setStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', reason);
    try {
      if (stack.content !== null) {
        await this.makeAll(stack, stack.content, stack.tags);
        await this.removeVanished(stack, stack.content);
      }
      this.store.setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE', reason);
    } catch (error) {
      this.store.setStatus(stack, 'UPDATE_ROLLBACK_FAILED', reasonOf(error));
    }
  }

  private async removeVanished(stack: Stack, { template }: StackTemplate): Promise<void> {
    const vanished = [...stack.resources.values()].filter(
      ({ logicalId }) => !(logicalId in template.Resources),
    );
    for (const resource of vanished.reverse()) {
      await this.removeOne(stack, resource, resource.deletionPolicy === 'Retain');
    }
  }

  /** @returns whether the stack has nothing to do with the resource any more. */
  private async removeOne(stack: Stack, resource: StackResource, isKept: boolean): Promise<boolean> {
    try {
      if (isKept) {
        const known = this.resources.find(resource.type, resource.physicalId);
        if (known !== undefined) known.owner = null;
      } else {
        await this.operator.remove(resource.type, resource);
      }
      this.store.note(stack, resource, isKept ? 'DELETE_SKIPPED' : 'DELETE_COMPLETE');
      stack.resources.delete(resource.logicalId);
      this.assignments.delete(resourceKey(stack.name, resource.logicalId));
      return true;
    } catch (error) {
      resource.status = 'DELETE_FAILED';
      resource.reason = reasonOf(error);
      this.store.note(stack, resource, 'DELETE_FAILED', resource.reason);
      return false;
    }
  }

  private exportInUse(stack: Stack): string | undefined {
    for (const { ExportName } of stack.outputs) {
      const importers = ExportName === undefined ? [] : this.store.importersOf(ExportName);
      if (importers.length > 0) {
        return `Export ${ExportName} cannot be deleted as it is in use by ${importers.join(', ')}`;
      }
    }
    return undefined;
  }
}
