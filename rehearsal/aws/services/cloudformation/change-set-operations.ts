import type { AccountResources } from '../../account/resources';
import { ApiError, type ApiOperation, type ApiService } from '../../api';
import type { ChangeSet, Stack, StackStore, StackTag } from './model';
import type { StackDeployer } from './stack-deployer';
import { readTemplate, type TemplateInput } from './template-body';

interface ChangeSetInput extends TemplateInput {
  readonly StackName?: string;
  readonly ChangeSetName?: string;
  readonly ChangeSetType?: string;
  readonly Tags?: readonly StackTag[] | string;
}

/** States from which a stack takes no change. */
const CLOSED =
  /_IN_PROGRESS$|^ROLLBACK_(COMPLETE|FAILED)$|^CREATE_FAILED$|^DELETE_FAILED$|^UPDATE_ROLLBACK_FAILED$/;

/** What CloudFormation says of a change set that changes nothing; clients look for these words. */
const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

/** Change sets: made, shown, carried out, dropped. */
export function changeSetOperations(
  store: StackStore,
  deployer: StackDeployer,
  resources: AccountResources,
): ApiService['operations'] {
  const on = (name: string, run: (input: ChangeSetInput) => unknown): ApiOperation<ChangeSetInput> => ({
    iamAction: `cloudformation:${name}`,
    resources: ({ StackName = '' }) => [
      store.find(StackName)?.id ??
        `arn:aws:cloudformation:${store.context.region}:${store.context.account}:stack/${StackName}/*`,
    ],
    run,
  });
  return {
    CreateChangeSet: on('CreateChangeSet', (input) => {
      const stack = stackFor(store, input);
      const change = makeChangeSet(store, deployer, resources, stack, input);
      stack.changeSets.set(change.name, change);
      return { Id: change.id, StackId: stack.id };
    }),
    DescribeChangeSet: on('DescribeChangeSet', (input) => {
      const { stack, change } = find(store, input);
      return {
        ChangeSetName: change.name,
        ChangeSetId: change.id,
        StackId: stack.id,
        StackName: stack.name,
        CreationTime: change.createdAt,
        ExecutionStatus: change.status === 'FAILED' ? 'UNAVAILABLE' : 'AVAILABLE',
        Status: change.status,
        StatusReason: change.reason,
        Tags: change.tags,
        Changes: changesOf(stack, change),
      };
    }),
    ExecuteChangeSet: on('ExecuteChangeSet', async (input) => {
      const { stack, change } = find(store, input);
      if (change.status === 'FAILED') {
        throw new ApiError(
          'InvalidChangeSetStatus',
          `ChangeSet [${change.id}] cannot be executed in its current status of [FAILED]`,
        );
      }
      stack.changeSets.clear();
      await deployer.apply(stack, change.content, change.tags);
      return {};
    }),
    DeleteChangeSet: on('DeleteChangeSet', (input) => {
      const stack = store.find(input.StackName);
      stack?.changeSets.delete(nameOf(input));
      return {};
    }),
  };
}

/** Names and ARNs both name a change set. */
function nameOf({ ChangeSetName = '' }: ChangeSetInput): string {
  return ChangeSetName.startsWith('arn:') ? (ChangeSetName.split('/')[1] ?? '') : ChangeSetName;
}

function stackFor(store: StackStore, input: ChangeSetInput): Stack {
  const existing = store.find(input.StackName);
  const isThere = existing !== undefined && existing.status !== 'DELETE_COMPLETE';
  if (input.ChangeSetType === 'CREATE') {
    if (isThere && existing.status !== 'REVIEW_IN_PROGRESS') {
      throw new ApiError(
        'AlreadyExistsException',
        `Stack [${input.StackName}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
      );
    }
    return isThere ? existing : store.create(input.StackName ?? '');
  }
  const stack = store.get(input.StackName);
  if (!isThere || CLOSED.test(stack.status)) {
    throw new ApiError(
      'ValidationError',
      `Stack:${stack.id} is in ${stack.status} state and can not be updated.`,
    );
  }
  return stack;
}

function makeChangeSet(
  store: StackStore,
  deployer: StackDeployer,
  resources: AccountResources,
  stack: Stack,
  input: ChangeSetInput,
): ChangeSet {
  const content = readTemplate(input, stack, resources);
  const tags = Array.isArray(input.Tags) ? (input.Tags as readonly StackTag[]) : [];
  const problems = deployer.problemsOf(stack, content);
  const isSame = content.body === stack.content?.body && JSON.stringify(tags) === JSON.stringify(stack.tags);
  const reason = problems.length > 0 ? problems.join('; ') : isSame ? NO_CHANGES : undefined;
  const { region, account } = store.context;
  const name = nameOf(input);
  return {
    id: `arn:aws:cloudformation:${region}:${account}:changeSet/${name}/${stack.id.split('/').at(-1)}`,
    name,
    type: input.ChangeSetType === 'CREATE' ? 'CREATE' : 'UPDATE',
    content,
    tags,
    status: reason === undefined ? 'CREATE_COMPLETE' : 'FAILED',
    ...(reason === undefined ? {} : { reason }),
    createdAt: store.now(),
  };
}

function find(store: StackStore, input: ChangeSetInput): { stack: Stack; change: ChangeSet } {
  const name = nameOf(input);
  const stack =
    input.StackName === undefined
      ? store.all().find(({ changeSets }) => changeSets.has(name))
      : store.find(input.StackName);
  const change = stack?.changeSets.get(name);
  if (stack !== undefined && change !== undefined) return { stack, change };
  throw new ApiError('ChangeSetNotFound', `ChangeSet [${input.ChangeSetName}] does not exist`, 404);
}

function changesOf(stack: Stack, change: ChangeSet): unknown[] {
  const [before, after] = [stack.content?.template.Resources ?? {}, change.content.template.Resources];
  const render = (Action: string, LogicalResourceId: string, ResourceType: string) => ({
    Type: 'Resource',
    ResourceChange: { Action, LogicalResourceId, ResourceType },
  });
  return [
    ...Object.entries(after).flatMap(([id, resource]) => {
      const old = before[id];
      if (old === undefined) return [render('Add', id, resource.Type)];
      return JSON.stringify(old) === JSON.stringify(resource) ? [] : [render('Modify', id, resource.Type)];
    }),
    ...Object.entries(before).flatMap(([id, { Type }]) => (id in after ? [] : [render('Remove', id, Type)])),
  ];
}
