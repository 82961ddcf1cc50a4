import type { CommandSpec } from '../command';
import { ENDPOINT_OPTION, PLATFORM_OPTION, PROFILE_OPTION } from './options';

/** `canary deploy`. */
export const deployCommand: CommandSpec = {
  name: 'deploy',
  summary: 'Deploy the environment of platform.yaml, after a look at everything that would stop it',
  description:
    'First says, all at once and before anything is touched, what cannot work: a router that AWS refuses, no credentials, the wrong account, a missing CDK bootstrap, names that are taken, stacks that take no change. Then shows what is created, changed, replaced and removed, loudly what is lost, and asks once. The CDK’s command line deploys the stacks in the order of their dependencies; stacks of services that platform.yaml no longer has are deleted, splits that it names are applied. A failure says what state each stack is in and what to do.',
  options: [
    PLATFORM_OPTION,
    { name: 'yes', meaning: 'Do not ask' },
    PROFILE_OPTION,
    ENDPOINT_OPTION,
    { name: 'json', meaning: 'Print changes and addresses as JSON' },
  ],
  examples: [
    { line: 'canary deploy', meaning: 'Preview, one question, deployment.' },
    {
      line: 'canary deploy --platform eu.yaml --profile eu --yes',
      meaning: 'In a pipeline, with another file.',
    },
  ],
  check: async (args) => (await import('../deployment/read-request')).deployProblems(args),
  run: async (args, output) => {
    const { applySplits, platformFileOf, readPlatform, synthesizePlatform } = await import(
      '../deployment/read-request'
    );
    const { targetOf, useProfile } = await import('../teardown/read-request');
    const { connect } = await import('../environment/target');
    const { PERSON } = await import('../environment/person');
    const { deploy } = await import('../deployment/deploy');
    const { runCdk } = await import('../deployment/run-cdk');
    useProfile(args);
    const platform = readPlatform(args);
    const target = targetOf(args, platform);
    return deploy(
      { platform, target, isConfirmed: args.flag('yes'), json: args.flag('json') },
      {
        clients: connect(target, process.env),
        output,
        person: PERSON,
        synthesize: () => synthesizePlatform(platformFileOf(args), platform.environment, output),
        runCdk,
        applySplits: () => applySplits(platform, target.endpoint, output),
      },
    );
  },
};
