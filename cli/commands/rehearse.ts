import type { CommandSpec } from '../command';

/** `canary rehearse`: the only command that runs the rehearsal. */
export const rehearseCommand: CommandSpec = {
  name: 'rehearse',
  summary: 'Rehearse rollouts on this machine, from what would be deployed, under real load',
  description:
    'Plays a scenario, or (with `--service`) one release of a service repository of yours. Prints what happens, writes `report.json` and `report.html`, and ends with 0 only if everything came out as expected. Templates older than their sources are synthesized first.',
  options: [
    {
      name: 'interactive',
      meaning:
        'Keep the environment up instead of playing the scenario’s stages: push to its repositories, watch its live page, end it with Ctrl-C',
    },
    { name: 'scenario', value: 'FILE', meaning: 'Scenario to play; without it, the walkthrough' },
    {
      name: 'service',
      value: 'PATH',
      meaning: 'Git repository of a service of yours, instead of a scenario',
    },
    { name: 'from', value: 'REV', meaning: 'With --service: revision that is stable' },
    { name: 'to', value: 'REV', meaning: 'With --service: revision that is released' },
    {
      name: 'port',
      value: 'N',
      meaning:
        'With --service: port that it listens on; without it, the Dockerfile’s EXPOSE. With --interactive: port of the live page; without it, a free one',
      number: { min: 1, max: 65_535, whole: true },
    },
    {
      name: 'protocol',
      value: 'P',
      meaning: 'With --service: what it speaks; without it, http',
      choices: ['http', 'http2'],
    },
    {
      name: 'load',
      value: 'FILE',
      meaning:
        'With --service: what its users do, YAML as in a scenario’s `load`; without it, 60 × GET / a second',
    },
    {
      name: 'speed',
      value: 'N',
      meaning: 'Virtual seconds per second; without it, the scenario’s own, and 10 with --interactive',
      number: { min: 1, max: 120 },
    },
    { name: 'out', value: 'DIR', meaning: 'Folder of the report', default: 'out/rehearsal' },
    {
      name: 'data-plane',
      value: 'KIND',
      meaning: 'What carries the traffic; auto takes Envoy where it is installed',
      choices: ['auto', 'envoy', 'embedded'],
      default: 'auto',
    },
    { name: 'json', meaning: 'Print the report as JSON instead of the live view' },
  ],
  examples: [
    { line: 'canary rehearse --interactive', meaning: 'The sample application, to push to and to watch.' },
    { line: 'canary rehearse', meaning: 'The walkthrough: a first release, a good one, a bad one.' },
    {
      line: 'canary rehearse --scenario drills/slow.yaml --speed 30',
      meaning: 'A scenario of yours, faster.',
    },
    {
      line: 'canary rehearse --service ../orders --from v1.4 --to HEAD --port 8080',
      meaning: 'A release of your own service.',
    },
  ],
  check: async (args) => {
    const { readRehearseOptions } = await import('../rehearse-options');
    return readRehearseOptions(args).problems;
  },
  run: async (args) => {
    const { readRehearseOptions } = await import('../rehearse-options');
    // The SDK warns of Node 20's end before anybody could read the live view.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const { runPlay, runRehearsal } = await import('../../rehearsal/run');
    const { options } = readRehearseOptions(args);
    return args.flag('interactive')
      ? runPlay({ ...options, port: args.number('port') ?? null })
      : runRehearsal(options);
  },
};
