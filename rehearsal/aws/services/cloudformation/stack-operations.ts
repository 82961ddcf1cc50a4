import { ApiError, type ApiOperation, type ApiService } from '../../api';
import type { Stack, StackStore } from './model';
import type { StackDeployer } from './stack-deployer';

interface StackInput {
  readonly StackName?: string;
  readonly ExportName?: string;
  readonly RetainResources?: readonly string[] | string;
  readonly EnableTerminationProtection?: string;
  readonly StackStatusFilter?: readonly string[] | string;
}

/** Stacks: shown, listed, removed. */
export function stackOperations(store: StackStore, deployer: StackDeployer): ApiService['operations'] {
  const on = (name: string, run: (input: StackInput) => unknown): ApiOperation<StackInput> => ({
    iamAction: `cloudformation:${name}`,
    resources: ({ StackName }) => [store.find(StackName)?.id ?? '*'],
    run,
  });
  return {
    DescribeStacks: on('DescribeStacks', ({ StackName }) => ({
      Stacks: (StackName === undefined ? store.all() : [store.get(StackName)]).map(renderStack),
    })),
    ListStacks: on('ListStacks', ({ StackStatusFilter }) => ({
      StackSummaries: store
        .all(true)
        .filter(({ status }) => !Array.isArray(StackStatusFilter) || StackStatusFilter.includes(status))
        .map(renderSummary),
    })),
    DescribeStackEvents: on('DescribeStackEvents', ({ StackName }) => ({
      StackEvents: [...store.get(StackName).events].reverse(),
    })),
    DescribeStackResources: on('DescribeStackResources', ({ StackName }) => ({
      StackResources: resourcesOf(store.get(StackName)),
    })),
    ListStackResources: on('ListStackResources', ({ StackName }) => ({
      StackResourceSummaries: resourcesOf(store.get(StackName)),
    })),
    GetTemplate: on('GetTemplate', ({ StackName }) => ({
      TemplateBody: store.get(StackName).content?.body ?? '{}',
      StagesAvailable: ['Original'],
    })),
    ListExports: on('ListExports', () => ({
      Exports: store
        .all()
        .flatMap(({ id, outputs }) =>
          outputs.flatMap(({ ExportName, OutputValue }) =>
            ExportName === undefined ? [] : [{ ExportingStackId: id, Name: ExportName, Value: OutputValue }],
          ),
        ),
    })),
    ListImports: on('ListImports', ({ ExportName = '' }) => {
      const importers = store.importersOf(ExportName);
      if (importers.length > 0) return { Imports: importers };
      throw new ApiError('ValidationError', `Export '${ExportName}' is not imported by any stack.`);
    }),
    UpdateTerminationProtection: on('UpdateTerminationProtection', (input) => {
      const stack = store.get(input.StackName);
      stack.terminationProtection = input.EnableTerminationProtection === 'true';
      return { StackId: stack.id };
    }),
    CancelUpdateStack: on('CancelUpdateStack', ({ StackName }) => {
      const { id, status } = store.get(StackName);
      throw new ApiError(
        'ValidationError',
        `CancelUpdateStack cannot be called from current stack status: ${status} of ${id}`,
      );
    }),
    DeleteStack: on('DeleteStack', async ({ StackName, RetainResources }) => {
      const stack = store.find(StackName);
      if (stack === undefined || stack.status === 'DELETE_COMPLETE') return {};
      if (stack.terminationProtection) {
        throw new ApiError(
          'ValidationError',
          `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      }
      if (Array.isArray(RetainResources) && RetainResources.length > 0 && stack.status !== 'DELETE_FAILED') {
        throw new ApiError(
          'ValidationError',
          'Invalid operation on stack. RetainResources can only be specified for a stack in DELETE_FAILED',
        );
      }
      await deployer.remove(stack, Array.isArray(RetainResources) ? RetainResources : []);
      return {};
    }),
  };
}

function renderSummary(stack: Stack): Record<string, unknown> {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
  };
}

function renderStack(stack: Stack): Record<string, unknown> {
  return {
    ...renderSummary(stack),
    EnableTerminationProtection: stack.terminationProtection,
    Tags: stack.tags,
    Outputs: stack.outputs,
    Capabilities: ['CAPABILITY_NAMED_IAM'],
    DisableRollback: false,
  };
}

function resourcesOf(stack: Stack): readonly Record<string, unknown>[] {
  return [...stack.resources.values()].map((resource) => ({
    StackName: stack.name,
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    LastUpdatedTimestamp: stack.updatedAt ?? stack.createdAt,
    Timestamp: stack.updatedAt ?? stack.createdAt,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
  }));
}
