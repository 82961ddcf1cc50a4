import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { code, type GeneratedFile, notice, page, table } from './page';

/** The members of a state that the page tells. */
interface State {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly SecondsPath?: string;
  readonly Choices?: readonly {
    readonly Variable: string;
    readonly StringEquals?: string;
    readonly Next: string;
  }[];
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Next: string;
    readonly ResultPath?: string;
  }[];
}

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
}

/** A state machine's definition. */
export interface Definition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

/** One state machine, as the page tells it. */
interface Machine {
  readonly title: string;
  readonly file: string;
  /** Where what its functions decide is. */
  readonly core: string;
}

const MACHINES: readonly Machine[] = [
  { title: 'Rollout', file: 'state-machine/rollout.asl.json', core: 'core/rollout/' },
  { title: 'Operator’s split', file: 'state-machine/split.asl.json', core: 'core/manual-split/' },
];

/** The page of the state machines. */
export function stateMachineFile(root: string): GeneratedFile {
  return {
    path: 'docs/reference/state-machine.md',
    content: page(
      notice('state-machine/'),
      '# State machines',
      'Dotted lines are catches. Functions are `lambda/<name>/handler.ts`. A retry’s interval is drawn between 0 and its length (full jitter).',
      ...MACHINES.flatMap((machine) => describe(machine, readDefinition(root, machine.file))),
    ),
  };
}

function readDefinition(root: string, file: string): Definition {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Definition;
}

function describe({ title, file, core }: Machine, definition: Definition): readonly string[] {
  const states = Object.entries(definition.States);
  const retries = retryTable(states);
  const days = (definition.TimeoutSeconds ?? 0) / 86_400;
  return [
    `## ${title}`,
    `${definition.Comment}. At most ${days} ${days === 1 ? 'day' : 'days'}. The definition is \`${file}\`; what each function decides is in \`${core}\`.`,
    ['```mermaid', flowchart(definition), '```'].join('\n'),
    table(
      ['State', 'Type', 'What happens', 'Runs', 'Time limit', 'Retries', 'Catches'],
      states.map(([name, state]) => [
        code(name),
        state.Type,
        state.Comment ?? '',
        code(runs(state)),
        state.TimeoutSeconds === undefined ? '' : `${state.TimeoutSeconds} s`,
        (state.Retry ?? []).map((retrier) => retries.letterOf(retrier)).join(', '),
        (state.Catch ?? [])
          .map((each) => `${each.ErrorEquals.map(code).join(', ')} → ${code(each.Next)}`)
          .join('; '),
      ]),
    ),
    retries.text,
  ];
}

/** Nodes shaped by type, one edge per transition, choices labelled with what they compare. */
export function flowchart(definition: Definition): string {
  const states = Object.entries(definition.States);
  return [
    'flowchart TD',
    `  Start((start)) --> ${definition.StartAt}`,
    ...states.map(([name, state]) => `  ${node(name, state.Type)}`),
    ...states.flatMap(([name, state]) => edges(name, state).map((edge) => `  ${edge}`)),
  ].join('\n');
}

function node(name: string, type: string): string {
  switch (type) {
    case 'Choice':
      return `${name}{${name}}`;
    case 'Wait':
      return `${name}[/${name}/]`;
    case 'Succeed':
    case 'Fail':
      return `${name}([${name}])`;
    default:
      return `${name}[${name}]`;
  }
}

function edges(name: string, state: State): readonly string[] {
  return [
    ...(state.Next === undefined ? [] : [`${name} --> ${state.Next}`]),
    ...(state.Choices ?? []).map(
      (each) => `${name} -- ${each.StringEquals ?? each.Variable} --> ${each.Next}`,
    ),
    ...(state.Default === undefined ? [] : [`${name} -- otherwise --> ${state.Default}`]),
    ...(state.Catch ?? []).map(
      (each) =>
        `${name} -. ${each.ErrorEquals.map((e) => e.replace('States.ALL', 'any error')).join(', ')} .-> ${each.Next}`,
    ),
  ];
}

function runs(state: State): string {
  const placeholder = /^\$\{(\w+)Arn\}$/.exec(state.Resource ?? '')?.[1];
  return placeholder === undefined
    ? (state.Resource ?? '')
    : placeholder.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

function retryTable(states: readonly (readonly [string, State])[]): {
  readonly text: string;
  letterOf(retrier: Retrier): string;
} {
  const kinds = [
    ...new Set(states.flatMap(([, state]) => (state.Retry ?? []).map((each) => JSON.stringify(each)))),
  ];
  const letterOf = (retrier: Retrier): string =>
    String.fromCharCode(65 + kinds.indexOf(JSON.stringify(retrier)));
  const rows = kinds.map((kind) => {
    const retrier = JSON.parse(kind) as Retrier;
    return [
      letterOf(retrier),
      retrier.ErrorEquals.map(code).join(', '),
      String(retrier.MaxAttempts),
      `${retrier.IntervalSeconds} s, × ${retrier.BackoffRate} each time, at most ${retrier.MaxDelaySeconds} s`,
    ];
  });
  return { text: table(['Retry', 'Errors', 'Attempts', 'Interval'], rows), letterOf };
}
