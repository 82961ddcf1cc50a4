import { emptyBucket, removeImages } from '../../adapters/environment/removal';
import type { DeployedStack, StackResource, Stacks } from '../../adapters/environment/stacks';
import { CanaryError } from '../../core/errors';
import type { TakeDownTools } from './take-down';

/** Deletions of one stack before it is called a failure; the last one leaves behind what cannot be deleted. */
const ATTEMPTS = 3;
/** Looks at a stack that something is going on in; with the pauses of the command about an hour. */
const LOOKS = 720;

/**
 * Deletes a stack, whatever state it is in. What is in its buckets and image repositories goes first, for they are
 * not deleted otherwise. What cannot be deleted is left behind at the last attempt, to be removed by its tag.
 * @throws {CanaryError} `AwsCallRefused` with the reasons when the stack is still there.
 */
export async function removeStack(tools: TakeDownTools, stacks: Stacks, stack: DeployedStack): Promise<void> {
  let now = await settle(tools, stacks, stack);
  for (let attempt = 1; attempt <= ATTEMPTS && now !== null; attempt += 1) {
    const resources = await stacks.resources(now.name);
    await emptyContents(tools, resources);
    const failed = resources
      .filter(({ status }) => status === 'DELETE_FAILED')
      .map(({ logicalId }) => logicalId);
    tools.tell(`deleting stack ${now.name}${attempt === 1 ? '' : ` (attempt ${attempt} of ${ATTEMPTS})`}`);
    const isLast = attempt === ATTEMPTS && now.status === 'DELETE_FAILED';
    await stacks.startDeletion(now, isLast ? failed : []);
    now = await settle(tools, stacks, now);
  }
  if (now !== null) {
    throw await stillThere(stacks, now);
  }
}

/** Waits until nothing is going on in a stack any more; an update is cancelled. Null when the stack is gone. */
async function settle(
  { pause }: TakeDownTools,
  stacks: Stacks,
  stack: DeployedStack,
): Promise<DeployedStack | null> {
  let now = await stacks.find(stack.id);
  if (now?.status === 'UPDATE_IN_PROGRESS') {
    await stacks.cancelUpdate(now);
  }
  for (let look = 0; look < LOOKS && now !== null && isBusy(now); look += 1) {
    await pause();
    now = await stacks.find(stack.id);
  }
  return now;
}

/** A stack in review has never been made: it can be deleted as it is. */
function isBusy({ status }: DeployedStack): boolean {
  return status.endsWith('_IN_PROGRESS') && status !== 'REVIEW_IN_PROGRESS';
}

async function emptyContents({ clients }: TakeDownTools, resources: readonly StackResource[]): Promise<void> {
  for (const { type, physicalId } of resources) {
    if (type === 'AWS::S3::Bucket') {
      await emptyBucket(clients, physicalId);
    } else if (type === 'AWS::ECR::Repository') {
      await removeImages(clients, physicalId);
    }
  }
}

async function stillThere(stacks: Stacks, { name, status, reason }: DeployedStack): Promise<CanaryError> {
  const failures = await stacks.failures(name);
  return new CanaryError(
    'AwsCallRefused',
    `stack "${name}" is still there (${status}${reason === null ? '' : `: ${reason}`}): ${failures.join('; ') || 'no resource names a reason'}; remove what holds it, then run the same command again`,
    { stack: name, status },
  );
}
