import { randomUUID } from 'node:crypto';
import type { GitRepositorySpec, PipelineTriggerSpec } from '../assembly/describe/delivery';
import { Unresolvable } from '../assembly/errors';

/** One reference that a push changed. */
export interface PushedRef {
  /** Such as `refs/heads/main`. */
  readonly ref: string;
  /** Null for a new reference. */
  readonly before: string | null;
  /** Null for one that was deleted. */
  readonly after: string | null;
}

/** Reads what Git gives a post-receive hook: `old new ref`, one line each. */
export function parsePushedRefs(text: string): readonly PushedRef[] {
  const idOrNull = (id: string): string | null => (/^0+$/.test(id) ? null : id);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [before = '', after = '', ...ref] = line.split(' ');
      return { ref: ref.join(' '), before: idOrNull(before), after: idOrNull(after) };
    });
}

/** Branch or tag, and its name. */
export function describeRef(ref: string): {
  readonly type: 'branch' | 'tag' | 'other';
  readonly name: string;
} {
  const [, kind, name = ''] = /^refs\/(heads|tags)\/(.+)$/.exec(ref) ?? [];
  return kind === undefined
    ? { type: 'other', name: ref }
    : { type: kind === 'heads' ? 'branch' : 'tag', name };
}

/** The event that CodeCommit sends to EventBridge. Source: AWS, "Monitoring CodeCommit events in EventBridge". */
export function pushEvent(
  pushed: PushedRef,
  repository: GitRepositorySpec,
  at: { readonly account: string; readonly region: string; readonly now: number },
): Record<string, unknown> {
  const { type, name } = describeRef(pushed.ref);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'CodeCommit Repository State Change',
    source: 'aws.codecommit',
    account: at.account,
    time: new Date(at.now).toISOString(),
    region: at.region,
    resources: [repository.arn],
    detail: {
      event:
        pushed.after === null
          ? 'referenceDeleted'
          : pushed.before === null
            ? 'referenceCreated'
            : 'referenceUpdated',
      repositoryName: repository.name,
      repositoryId: repository.id,
      referenceType: type,
      referenceName: name,
      referenceFullName: pushed.ref,
      callerUserArn: `arn:aws:iam::${at.account}:user/rehearsal`,
      ...(pushed.after === null ? {} : { commitId: pushed.after }),
      ...(pushed.before === null ? {} : { oldCommitId: pushed.before }),
    },
  };
}

/**
 * The commit that a trigger's input transformer hands to the Source action; null when it hands nothing on.
 * @throws {Unresolvable} for an input that CodePipeline would read and the rehearsal does not.
 */
export function commitFromInput(input: PipelineTriggerSpec['input'], event: unknown): string | null {
  if (input === null) {
    return null;
  }
  const filled = Object.entries(input.paths).reduce(
    (text, [name, path]) => text.replaceAll(`<${name}>`, String(valueAt(event, path))),
    input.template,
  );
  const { sourceRevisions = [], ...others } = JSON.parse(filled) as {
    sourceRevisions?: readonly { readonly revisionType?: string; readonly revisionValue?: string }[];
  };
  const [revision, ...more] = sourceRevisions;
  if (
    Object.keys(others).length > 0 ||
    more.length > 0 ||
    (revision && revision.revisionType !== 'COMMIT_ID')
  ) {
    throw new Unresolvable(
      `a trigger's input ${filled} is not rehearsed; known is one source revision of type COMMIT_ID`,
    );
  }
  return revision?.revisionValue ?? null;
}

function valueAt(event: unknown, path: string): unknown {
  if (!/^\$(\.[\w-]+)+$/.test(path)) {
    throw new Unresolvable(
      `the path "${path}" of an input transformer is not rehearsed; known are $.member.member`,
    );
  }
  return path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, member) => Object(value)[member], event);
}
