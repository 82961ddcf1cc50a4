import { EXIT_CODES } from '../../cli/command';
import { COMMANDS } from '../../cli/commands/index';
import { rangeText } from '../../cli/parse';
import { ERROR_CATALOGUE } from '../../core/errors';
import { EVENT_CATALOGUE, type RolloutEvent, type RolloutEventType } from '../../core/events';
import { SPLIT_OUTCOMES, type SplitOutcome } from '../../core/manual-split/split-change';
import { OUTCOMES, type Outcome } from '../../core/rollout/record';
import { code, type GeneratedFile, notice, page, table } from './page';

type EventOf<Type extends RolloutEventType> = Extract<RolloutEvent, { readonly type: Type }>;
type Common = 'at' | 'environment' | 'service' | 'rollout' | 'version' | 'type';

/** What each event says beside what all of them say; the compiler holds it to the events themselves. */
const EVENT_MEMBERS: {
  readonly [Type in RolloutEventType]: Readonly<Record<Exclude<keyof EventOf<Type>, Common>, true>>;
} = {
  RolloutStarted: { stable: true },
  TrafficShifted: { weights: true, reason: true },
  StepHeld: { reason: true },
  RollbackStarted: { reason: true },
  SplitStarted: { weights: true },
  SplitCompleted: { outcome: true, reason: true, leftovers: true },
  RolloutCompleted: { outcome: true, reason: true, leftovers: true },
};

const OUTCOME_MEANINGS: Readonly<Record<Outcome, string>> = {
  Promoted: 'the canary is the stable version',
  RolledBack: 'the canary had traffic; all of it was given back to stable and the canary was removed',
  RollbackFailed: 'giving traffic back failed: the reason says where traffic is; the alarm is raised',
  Rejected: 'the input was refused; nothing was released',
  FailedNoChange: 'the rollout ended before the canary had any traffic',
  Superseded: 'a newer rollout of the service took over',
  Aborted: 'somebody stopped the execution; traffic was given back',
  Registered:
    'the service is under manual split: the version is available for the split, and nothing was moved',
};

const SPLIT_OUTCOME_MEANINGS: Readonly<Record<SplitOutcome, string>> = {
  Applied: 'traffic is as the operator wants it; versions that the split does not name are removed',
  RolledBack: 'the new split could not be set and verified; the one before was restored',
  RollbackFailed: 'restoring failed: the reason says where traffic is; the alarm is raised',
  Rejected: 'the split was refused before anything was touched',
  FailedNoChange: 'a version did not become ready, or something failed before traffic moved; nothing moved',
  Superseded: 'a newer split, or a rollout, of the service took over',
  Aborted: 'somebody stopped the execution; traffic was given back as it was',
};

/** Pages of the catalogues: errors, events, commands. */
export function catalogueFiles(): readonly GeneratedFile[] {
  return [
    { path: 'docs/reference/errors.md', content: errorsPage() },
    { path: 'docs/reference/events.md', content: eventsPage() },
    { path: 'docs/reference/cli.md', content: cliPage() },
  ];
}

function errorsPage(): string {
  return page(
    notice('core/errors.ts'),
    '# Errors',
    'Every error has a code, which is also its name, because Step Functions matches names in `ErrorEquals`. Expected situations (tasks not ready, no data) are no errors.',
    table(
      ['Code', 'Who acts', 'May succeed when repeated', 'Meaning'],
      Object.entries(ERROR_CATALOGUE).map(([name, { blame, retryable, meaning }]) => [
        code(name),
        blame === 'user' ? 'the person whose input it was' : 'the one who runs the system',
        retryable ? 'yes' : 'no',
        meaning,
      ]),
    ),
    '## Outcomes',
    'How a rollout ended. An execution that ended otherwise than `Promoted` or `Registered` fails with the outcome as its error name. Two more names can appear: `LeaseLost` (above) and `RolloutUnrecorded`, when the outcome could not be written; recovery finishes such a rollout.',
    table(
      ['Outcome', 'Meaning'],
      OUTCOMES.map((outcome) => [code(outcome), OUTCOME_MEANINGS[outcome]]),
    ),
    '## Outcomes of an operator’s split',
    'How an attempt to apply the `split:` of platform.yaml ended. An execution that did not end `Applied` fails with the outcome as its error name; `SplitUnrecorded` is what `RolloutUnrecorded` is to a rollout.',
    table(
      ['Outcome', 'Meaning'],
      SPLIT_OUTCOMES.map((outcome) => [code(outcome), SPLIT_OUTCOME_MEANINGS[outcome]]),
    ),
  );
}

function eventsPage(): string {
  return page(
    notice('core/events.ts'),
    '# Events',
    'What a rollout says while it runs. Each event is a line in the log of the function that emits it; those marked are also published to the notification topic. Every event has `at`, `environment`, `service`, `rollout`, `version` and `type`.',
    table(
      ['Type', 'Level', 'People are told', 'Also has', 'Meaning'],
      Object.entries(EVENT_CATALOGUE).map(([type, { level, notify, meaning }]) => [
        code(type),
        level,
        notify ? 'yes' : 'no',
        Object.keys(EVENT_MEMBERS[type as RolloutEventType])
          .map(code)
          .join(', '),
        meaning,
      ]),
    ),
  );
}

function cliPage(): string {
  return page(
    notice('cli/commands/'),
    '# Command line',
    '`node --import tsx bin/canary.ts COMMAND` in this repository; `canary` below. `make rehearse ARGS="…"` passes options on to `canary rehearse`.',
    ...COMMANDS.flatMap((command) => [
      `## canary ${command.name}${command.argument === undefined ? '' : ` ${argumentText(command.argument)}`}`,
      `${command.summary}.`,
      command.description,
      optionsTable(command),
      ['```sh', ...command.examples.map(({ line, meaning }) => `${line}  # ${meaning}`), '```'].join('\n'),
    ]),
    '## Exit codes',
    table(
      ['Code', 'Meaning'],
      Object.values(EXIT_CODES).map((each) => [String(each.code), each.meaning]),
    ),
  );
}

type Command = (typeof COMMANDS)[number];

function argumentText(argument: NonNullable<Command['argument']>): string {
  return argument.default === undefined ? argument.name : `[${argument.name}]`;
}

function optionsTable({ argument, options }: Command): string {
  const first =
    argument === undefined
      ? []
      : [
          [
            code(argument.name),
            argument.choices?.map(code).join(', ') ?? '',
            code(argument.default ?? ''),
            argument.meaning,
          ],
        ];
  const rows = options.map((option) => [
    code(option.value === undefined ? `--${option.name}` : `--${option.name} ${option.value}`),
    option.choices?.map(code).join(', ') ?? (option.number === undefined ? '' : rangeText(option.number)),
    code(option.default ?? ''),
    option.meaning,
  ]);
  const all = [...first, ...rows];
  return all.length === 0 ? '' : table(['Option', 'Allowed', 'Default', 'Meaning'], all);
}
