import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Protocol } from '../core/config/protocols';
import type { Problem } from '../core/errors';
import type { FileProblem } from '../documents/file-problem';
import { readDocument } from '../documents/read-document';
import type { OwnService, RehearseOptions } from '../rehearsal/run';
import { type LoadSpec, type Scenario, scenarioSchema } from '../rehearsal/scenario/schema';
import type { CommandArguments } from './command';

/** Played when no scenario is named. */
const WALKTHROUGH = join(__dirname, '../scenarios/walkthrough.yaml');

/** Options that mean something only for a service of one's own. */
const OWN_SERVICE_OPTIONS = ['from', 'to', 'port', 'protocol', 'load'] as const;

/** The request, and everything wrong with it beyond what the command's table says; use it only when that is nothing. */
export function readRehearseOptions(args: CommandArguments): {
  readonly options: RehearseOptions;
  readonly problems: readonly (Problem | FileProblem)[];
} {
  const isOwn = args.text('service') !== undefined;
  const scenario = isOwn ? NOTHING : readScenario(args);
  const own = isOwn ? readOwnService(args) : { value: null, problems: strayOptions(args) };
  const mode = isOwn && args.flag('interactive') ? [INTERACTIVE_OWN_SERVICE] : [];
  return {
    options: {
      scenario: scenario.value,
      scenarioFile: isOwn ? null : scenarioFile(args),
      ownService: own.value,
      speed: args.number('speed') ?? null,
      outDir: args.text('out') ?? 'out/rehearsal',
      dataPlane: args.text('data-plane') as RehearseOptions['dataPlane'],
      json: args.flag('json'),
    },
    problems: [...mode, ...own.problems, ...scenario.problems, ...outProblems(args)],
  };
}

const INTERACTIVE_OWN_SERVICE: Problem = {
  path: '--interactive',
  received: 'together with --service',
  allowed: 'one of the two',
  todo: 'name a scenario whose platform.yaml has your service, or remove one of them',
};

interface Read<T> {
  readonly value: T | null;
  readonly problems: readonly (Problem | FileProblem)[];
}

const NOTHING: Read<never> = { value: null, problems: [] };

function scenarioFile(args: CommandArguments): string {
  return args.text('scenario') ?? WALKTHROUGH;
}

function readScenario(args: CommandArguments): Read<Scenario> {
  const source = { path: scenarioFile(args), format: 'yaml' } as const;
  const { document, problems } = readDocument(source, scenarioSchema);
  return { value: document, problems };
}

function readOwnService(args: CommandArguments): Read<OwnService> {
  const path = args.text('service') ?? '';
  const load = readLoad(args);
  const problems = [
    ...(isFolder(path)
      ? []
      : [
          {
            path: '--service',
            received: `"${path}", no folder`,
            allowed: 'a Git repository',
            todo: 'correct the path',
          },
        ]),
    ...(args.text('scenario') === undefined
      ? []
      : [
          {
            path: '--scenario',
            received: 'together with --service',
            allowed: 'one of the two',
            todo: 'remove one of them',
          },
        ]),
    ...(['from', 'to'] as const)
      .filter((name) => args.text(name) === undefined)
      .map((name) => missingRevision(name)),
    ...load.problems,
  ];
  return {
    value: {
      path,
      from: args.text('from') ?? '',
      to: args.text('to') ?? '',
      port: args.number('port') ?? null,
      protocol: (args.text('protocol') as Protocol | undefined) ?? null,
      load: load.value,
    },
    problems,
  };
}

function readLoad(args: CommandArguments): Read<LoadSpec> {
  const path = args.text('load');
  if (path === undefined) {
    return NOTHING;
  }
  const { document, problems } = readDocument({ path, format: 'yaml' }, scenarioSchema.shape.load.unwrap());
  return { value: document, problems };
}

function missingRevision(name: 'from' | 'to'): Problem {
  return {
    path: `--${name}`,
    received: 'nothing',
    allowed: 'a revision of the repository: a commit, a tag or a branch',
    todo: `add --${name} REV`,
  };
}

function strayOptions(args: CommandArguments): readonly Problem[] {
  const isStray = (name: string): boolean => !(name === 'port' && args.flag('interactive'));
  return OWN_SERVICE_OPTIONS.filter((name) => isStray(name) && args.text(name) !== undefined).map((name) => ({
    path: `--${name}`,
    received: 'without --service',
    allowed: 'only together with --service PATH',
    todo: `add --service, or remove --${name}`,
  }));
}

function outProblems(args: CommandArguments): readonly Problem[] {
  const out = args.text('out') ?? '';
  const stat = statSync(out, { throwIfNoEntry: false });
  return stat === undefined || stat.isDirectory()
    ? []
    : [
        {
          path: '--out',
          received: `"${out}", a file`,
          allowed: 'a folder, or a name that is free',
          todo: 'choose another',
        },
      ];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
