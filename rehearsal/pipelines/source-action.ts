import type { SourceAction } from '../assembly/describe/pipelines';
import { exportCommit, type ServiceRepository } from '../repositories';
import { type ActionEnd, artifactDir, artifactKey, type PipelineParts, type RunContext } from './parts';

const CODECOMMIT_ACTIONS = [
  'codecommit:GetBranch',
  'codecommit:GetCommit',
  'codecommit:UploadArchive',
  'codecommit:GetUploadArchiveStatus',
];

const CONNECTION_ACTIONS = ['codeconnections:UseConnection', 'codestar-connections:UseConnection'];

/**
 * The repository that a Source action reads.
 * @throws {Error} when the rehearsal has none of that name.
 */
export function repositoryOf(action: SourceAction, parts: PipelineParts): ServiceRepository {
  const repository = parts.repositories.get(action.repository);
  if (repository === undefined) {
    throw new Error(
      `action "${action.name}" reads the repository "${action.repository}", which the rehearsal has not; it has ${[...parts.repositories.keys()].join(', ')}`,
    );
  }
  return repository;
}

/** Puts the commit's files into the action's artifact, without Git's own folder. */
export async function runSource(
  action: SourceAction,
  context: RunContext,
  parts: PipelineParts,
): Promise<ActionEnd> {
  demandAccess(action, context, parts);
  const repository = repositoryOf(action, parts);
  for (const output of action.outputs) {
    const dir = artifactDir(context, output);
    const key = artifactKey(context, output);
    parts.access.demandArtifact('write', context.pipelineRole, context.artifactBucket, key);
    await exportCommit(repository, context.commit, dir);
    const note = parts.completeSource(repository, dir);
    if (note !== null) {
      context.report.say(note);
    }
  }
  return { status: 'succeeded', summary: `${context.commit.slice(0, 8)} of ${action.repository}` };
}

function demandAccess(action: SourceAction, context: RunContext, { access, delivery }: PipelineParts): void {
  if (action.connectionArn !== null) {
    access.demandAny(context.pipelineRole, CONNECTION_ACTIONS, action.connectionArn);
    return;
  }
  const known = delivery.gitRepositories.find(({ name }) => name === action.repository);
  access.demand(context.pipelineRole, CODECOMMIT_ACTIONS, known?.arn ?? action.repository);
}
