import type { Problem } from '../../core/errors';
import type { FileProblem } from '../../documents/file-problem';
import type { CommandArguments, CommandSpec } from '../command';
import { ENDPOINT_OPTION, PROFILE_OPTION } from './options';

/** `canary destroy`. */
export const destroyCommand: CommandSpec = {
  name: 'destroy',
  summary: 'Delete everything of an environment, at any moment, and prove that nothing is left',
  description:
    'Shows all that will be deleted, loudly what cannot be had back (data volumes, repositories with code, images), and asks for the environment’s name. Stops rollouts and pipelines, takes traffic away, removes versions, stacks in the order of their dependencies, and what no stack holds; then asks AWS again and prints the proof. Only what carries the tag `ecs-canary:environment` with exactly this name is touched. It works in the middle of a rollout, after failures and on half-made stacks; a second run finds nothing and ends with 0, a run that failed is continued by the next.',
  options: [
    {
      name: 'platform',
      value: 'FILE',
      meaning: 'Names environment, region and account',
      default: 'platform.yaml',
    },
    { name: 'environment', value: 'NAME', meaning: 'The environment, where no platform.yaml is at hand' },
    { name: 'region', value: 'REGION', meaning: 'With --environment: its region; without it, AWS_REGION' },
    { name: 'yes', meaning: 'Do not ask' },
    PROFILE_OPTION,
    ENDPOINT_OPTION,
    { name: 'json', meaning: 'Print what is left as JSON' },
  ],
  examples: [
    { line: 'canary destroy', meaning: 'The environment of platform.yaml.' },
    { line: 'canary destroy --environment demo --region eu-west-1', meaning: 'Without its platform.yaml.' },
  ],
  check: async (args) =>
    (await import('../teardown/read-request')).destroyProblems(args) as readonly (Problem | FileProblem)[],
  run: async (args: CommandArguments, output) => {
    const { readDestroyRequest, targetOf } = await import('../teardown/read-request');
    const { destroy } = await import('../teardown/destroy');
    const { connect } = await import('../environment/target');
    const { PERSON } = await import('../environment/person');
    const request = readDestroyRequest(args);
    const clients = connect(targetOf(args, request), process.env);
    return destroy(request, { clients, output, person: PERSON });
  },
};
