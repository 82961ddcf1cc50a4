import validateAsl from 'asl-validator';
import { InvalidDefinitionError } from '../aws/services/step-functions/engine';
import { ruleProblems } from './choice';
import {
  CATCHER_FIELDS,
  isFunctionArn,
  type Json,
  MACHINE_FIELDS,
  type MachineDefinition,
  RETRIER_FIELDS,
  STATE_FIELDS,
  type State,
  TASK_PARAMETERS,
  type TaskState,
} from './definition';
import { pathProblem, referencePathProblem } from './json-path';
import { dynamicValueProblem, templateProblems } from './template';

/** How a definition is read. */
export interface LoadOptions {
  /**
   * Whether `asl-validator` looks at it too, about half a second a definition. Only tests that make many machines
   * leave it out. @default true
   */
  readonly generalValidator?: boolean;
}

/**
 * Reads a definition and refuses everything that the interpreter would not run as AWS does: unknown state types,
 * fields, resources, comparisons, intrinsic functions and paths, and whatever `asl-validator` finds.
 * Throws InvalidDefinitionError naming every problem with its state.
 */
export function loadDefinition(text: string, options: LoadOptions = {}): MachineDefinition {
  const key = `${options.generalValidator !== false} ${text}`;
  const definition = accepted.get(key) ?? readDefinition(text, options);
  accepted.set(key, definition);
  return definition;
}

/** Definitions that were accepted: whoever makes the same machines again and again has them read once. */
const accepted = new Map<string, MachineDefinition>();

function readDefinition(text: string, options: LoadOptions): MachineDefinition {
  const definition = parse(text);
  const problems = [...machineProblems(definition), ...statesProblems(definition)];
  // The general validator speaks in schema terms; it is asked only about what is left.
  if (problems.length === 0 && options.generalValidator !== false) problems.push(...validatorProblems(text));
  if (problems.length > 0) {
    throw new InvalidDefinitionError(`the state machine cannot be run: ${problems.join('; ')}`);
  }
  return definition as unknown as MachineDefinition;
}

type Fields = Readonly<Record<string, Json>>;

function parse(text: string): Fields {
  let parsed: Json;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new InvalidDefinitionError(`the state machine is not JSON: ${(cause as Error).message}`);
  }
  if (isFields(parsed)) return parsed;
  throw new InvalidDefinitionError('the state machine is not a JSON object');
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function machineProblems(definition: Fields): string[] {
  const { TimeoutSeconds: timeout } = definition;
  return [
    ...unknownFields('machine', definition, MACHINE_FIELDS),
    ...queryLanguageProblems('machine', definition),
    ...(timeout === undefined || (Number.isInteger(timeout) && Number(timeout) > 0)
      ? []
      : [`machine: TimeoutSeconds is ${JSON.stringify(timeout)}, allowed is a whole number above 0`]),
  ];
}

function statesProblems(definition: Fields): string[] {
  const states = definition.States;
  if (!isFields(states)) return ['machine: States is missing or not an object'];
  return Object.entries(states).flatMap(([name, state]) =>
    stateProblems(state).map((problem) => `state "${name}": ${problem}`),
  );
}

function stateProblems(state: Json): string[] {
  if (!isFields(state)) return ['is not an object'];
  const allowed = STATE_FIELDS[state.Type as State['Type']];
  if (allowed === undefined) {
    const known = Object.keys(STATE_FIELDS).join(', ');
    return [`type "${String(state.Type)}" is not known to this interpreter; known are ${known}`];
  }
  const unknown = unknownFields('', state, allowed);
  if (unknown.length > 0) return unknown;
  return [
    ...queryLanguageProblems('', state),
    ...pathFieldProblems(state),
    ...templateFieldProblems(state),
    ...(state.Type === 'Task' ? taskProblems(state as unknown as TaskState) : []),
    ...(state.Type === 'Choice' && Array.isArray(state.Choices) ? state.Choices.flatMap(ruleProblems) : []),
  ];
}

function unknownFields(where: string, fields: Fields, allowed: readonly string[]): string[] {
  const prefix = where === '' ? '' : `${where}: `;
  return Object.keys(fields)
    .filter((field) => !allowed.includes(field))
    .map((field) => `${prefix}field "${field}" is not known to this interpreter`);
}

function queryLanguageProblems(where: string, fields: Fields): string[] {
  const language = fields.QueryLanguage ?? 'JSONPath';
  const prefix = where === '' ? '' : `${where}: `;
  return language === 'JSONPath'
    ? []
    : [`${prefix}QueryLanguage is "${String(language)}", known is JSONPath`];
}

const PATH_FIELDS = [
  'InputPath',
  'OutputPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
];

function pathFieldProblems(state: Fields): string[] {
  const plain = PATH_FIELDS.filter((field) => typeof state[field] === 'string').map(
    (field) => [field, pathProblem(String(state[field]))] as const,
  );
  // ErrorPath and CausePath alone may also hold an intrinsic function.
  const dynamic = ['ErrorPath', 'CausePath']
    .filter((field) => state[field] !== undefined)
    .map((field) => [field, dynamicValueProblem(state[field])] as const);
  return [...plain, ...dynamic, ['ResultPath', resultPathProblem(state.ResultPath)] as const].flatMap(
    ([field, problem]) => (problem === undefined ? [] : [`${field}: ${problem}`]),
  );
}

function resultPathProblem(path: Json): string | undefined {
  return typeof path === 'string' ? referencePathProblem(path) : undefined;
}

function templateFieldProblems(state: Fields): string[] {
  return ['Parameters', 'ResultSelector'].flatMap((field) =>
    templateProblems(state[field]).map((problem) => `${field}.${problem.field}: ${problem.message}`),
  );
}

function taskProblems(state: TaskState): string[] {
  if (isFunctionArn(state.Resource)) return policyProblems(state);
  const parameters = TASK_PARAMETERS[state.Resource];
  if (parameters === undefined) {
    const known = Object.keys(TASK_PARAMETERS).join(', ');
    return [
      `resource "${state.Resource}" is not known to this interpreter; known are function ARNs, ${known}`,
    ];
  }
  const given = isFields(state.Parameters) ? Object.keys(state.Parameters) : [];
  const names = given.map((field) => field.replace(/\.\$$/, ''));
  const required = parameters[0] ?? '';
  return [
    ...names
      .filter((name) => !parameters.includes(name))
      .map((name) => `parameter "${name}" of ${state.Resource} is not known to this interpreter`),
    ...(names.includes(required) ? [] : [`parameter "${required}" of ${state.Resource} is missing`]),
    ...policyProblems(state),
  ];
}

function policyProblems(state: TaskState): string[] {
  return [
    ...(state.Retry ?? []).flatMap((retrier) => unknownFields('Retry', { ...retrier }, RETRIER_FIELDS)),
    ...(state.Catch ?? []).flatMap((catcher) => [
      ...unknownFields('Catch', { ...catcher }, CATCHER_FIELDS),
      ...[resultPathProblem(catcher.ResultPath)].flatMap((problem) =>
        problem === undefined ? [] : [`Catch.ResultPath: ${problem}`],
      ),
    ]),
    ...heartbeatProblems(state),
  ];
}

function heartbeatProblems(state: TaskState): string[] {
  const { HeartbeatSeconds: heartbeat, TimeoutSeconds: timeout } = state;
  if (heartbeat === undefined || timeout === undefined || heartbeat < timeout) return [];
  return [`HeartbeatSeconds is ${heartbeat}, allowed is less than TimeoutSeconds (${timeout})`];
}

function validatorProblems(text: string): string[] {
  // Parsed anew: the validator writes into what it is given.
  const { isValid, errors } = validateAsl(JSON.parse(text), { checkPaths: true, checkArn: true });
  return isValid ? [] : errors.map((error) => JSON.stringify(error));
}
