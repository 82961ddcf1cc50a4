import type { RolloutRecord } from '../rollout/record';

/** A version that a pipeline has built: all that is needed to run it, whenever an operator asks for it. */
export interface BuiltVersion
  extends Pick<RolloutRecord, 'service' | 'version' | 'commit' | 'image' | 'deploy' | 'taskDefinition'> {
  /** ISO 8601 start of the rollout that brought it. */
  readonly builtAt: string;
}

/** The version that a rollout brought. */
export function builtVersionOf(record: RolloutRecord): BuiltVersion {
  const { service, version, commit, image, deploy, taskDefinition, startedAt } = record;
  return { service, version, commit, image, deploy, taskDefinition, builtAt: startedAt };
}

/** The newest versions first, at most `limit`; versions of the same moment by id. */
export function newestVersions(versions: readonly BuiltVersion[], limit: number): readonly BuiltVersion[] {
  const key = ({ builtAt, version }: BuiltVersion): string => `${builtAt}#${version}`;
  return [...versions].sort((a, b) => (key(a) < key(b) ? 1 : -1)).slice(0, Math.max(0, limit));
}
