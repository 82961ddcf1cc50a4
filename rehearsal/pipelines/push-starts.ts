import type { PipelineTriggerSpec } from '../assembly/describe/delivery';
import type { PipelineSpec, SourceAction } from '../assembly/describe/pipelines';
import { matchEvent } from '../assembly/events/match-event';
import type { PipelineParts } from './parts';
import { commitFromInput, describeRef, type PushedRef, pushEvent } from './push-event';

/** A pipeline that a push starts. */
export interface PushStart {
  readonly spec: PipelineSpec;
  readonly commit: string;
}

/**
 * What the push of one reference starts: by the rules of the environment's event bus where the repository is
 * CodeCommit's, by the branch of the code connection where it lives elsewhere.
 * @throws {AccessDenied} when a rule's role may not start its pipeline.
 */
export function startsOf(
  repositoryName: string,
  pushed: PushedRef,
  { delivery, account, region, now, access }: PipelineParts,
): readonly PushStart[] {
  const repository = delivery.gitRepositories.find(({ name }) => name === repositoryName);
  if (repository === undefined) {
    return startsByBranch(repositoryName, pushed, delivery.pipelines);
  }
  const event = pushEvent(pushed, repository, { account, region, now: now() });
  return delivery.triggers
    .filter((rule) => matches(rule, event))
    .flatMap((trigger) => {
      access.demand(trigger.roleName, ['codepipeline:StartPipelineExecution'], trigger.pipelineArn);
      const spec = delivery.pipelines.find(({ arn }) => arn === trigger.pipelineArn);
      const commit = commitFromInput(trigger.input, event) ?? pushed.after;
      return spec === undefined || commit === null ? [] : [{ spec, commit }];
    });
}

function startsByBranch(
  repositoryName: string,
  { ref, after }: PushedRef,
  pipelines: readonly PipelineSpec[],
): readonly PushStart[] {
  const { type, name } = describeRef(ref);
  if (type !== 'branch' || after === null) {
    return [];
  }
  return pipelines
    .filter((spec) => spec.branches.includes(name) && sourceOf(spec).repository === repositoryName)
    .map((spec) => ({ spec, commit: after }));
}

function matches({ enabled, eventPattern }: PipelineTriggerSpec, event: unknown): boolean {
  return enabled && matchEvent(eventPattern, event);
}

/** The Source action of a pipeline. */
export function sourceOf({ name, stages }: PipelineSpec): SourceAction {
  for (const action of stages.flatMap(({ actions }) => actions)) {
    if (action.kind === 'source') {
      return action;
    }
  }
  throw new Error(`pipeline "${name}" has no Source action`);
}

/** Why a push started nothing, for whoever pushed. */
export function ignoredText({ ref, after }: PushedRef, branch: string): string {
  const { type, name } = describeRef(ref);
  return after === null
    ? `${type} "${name}" deleted; nothing starts`
    : `${type} "${name}" pushed; nothing starts: only a push to "${branch}" is a release`;
}
