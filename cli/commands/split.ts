import { type CommandSpec, EXIT_CODES } from '../command';
import { ENDPOINT_OPTION, PLATFORM_OPTION } from './options';

/** `canary split SERVICE`: applies what platform.yaml says, or shows what is. */
export const splitCommand: CommandSpec = {
  name: 'split',
  summary: 'Apply the split that platform.yaml gives a service, or show the split and the versions there are',
  description:
    'Starts the environment’s `-split` state machine with the service’s `split:`, follows it, and prints what happens: versions that are named and do not run are started, the whole split is set once they are ready, and versions that are no longer named are removed after a drain. Applying the same split again changes nothing. It needs the managed policy `<environment>-split-operator`, or its rights. With `--show` it only reads.',
  argument: { name: 'SERVICE', meaning: 'Name of the service in platform.yaml' },
  options: [
    PLATFORM_OPTION,
    { name: 'show', meaning: 'Show the split now and the versions that can be named; change nothing' },
    ENDPOINT_OPTION,
    { name: 'json', meaning: 'Print the result as JSON' },
  ],
  examples: [
    { line: 'canary split shop --show', meaning: 'What serves, and what can be named.' },
    { line: 'canary split shop', meaning: 'Apply `split:` of platform.yaml.' },
  ],
  check: async (args) => {
    const { splitProblems } = await import('../split/read-split');
    return splitProblems(args.argument ?? '', args.text('platform') ?? '', args.flag('show'));
  },
  run: async (args, output) => {
    const { readPlatformService } = await import('../split/read-split');
    const { runSplit, showSplit } = await import('../split/run-split');
    const { platform, service } = readPlatformService(args.argument ?? '', args.text('platform') ?? '');
    const endpoint = args.text('endpoint-url');
    const target = {
      platform,
      service,
      json: args.flag('json'),
      ...(endpoint === undefined ? {} : { endpoint }),
    };
    return args.flag('show') ? showSplit(target, output) : runSplit(target, output, EXIT_CODES);
  },
};
