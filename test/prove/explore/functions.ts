import { readFileSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { transformSync } from '@swc/core';
import { FUNCTION_NAMES, type FunctionName } from '../../../core/config/function-environment';
import type { Ports, ServicePorts } from '../../../core/ports/index';
import { absentPort, type Parts } from '../../../lambda/shared/parts';

const LAMBDA = resolve(__dirname, '../../../lambda');

type Handler = (event: unknown) => Promise<unknown>;
type Exports = Record<string, unknown>;

/** Ports of the invocation that is being started; a handler asks for them before it first waits. */
let current: Ports | null = null;

/**
 * Invokes the real handler of a function with ports of ours. Of those it sees only the ones that it asks for in its
 * parts, as it would when deployed; any other throws when it is used.
 */
export function invokeHandler(name: FunctionName, ports: Ports, event: unknown): Promise<unknown> {
  const handler = handlerOf(name);
  current = ports;
  try {
    return handler(asJson(event)).then(asJson);
  } finally {
    current = null;
  }
}

const handlers = new Map<FunctionName, Handler>();

function handlerOf(name: FunctionName): Handler {
  const known = handlers.get(name);
  if (known !== undefined) {
    return known;
  }
  const handler = load(join(LAMBDA, name, 'handler.ts')).handler as Handler;
  handlers.set(name, handler);
  return handler;
}

/** Names of the functions that have a handler. */
export const HANDLED: readonly FunctionName[] = FUNCTION_NAMES;

const modules = new Map<string, Exports>();

/**
 * Loads a module of `lambda/` as it stands. What reaches outside (the composition root, its parts and the logger) is
 * replaced; whatever it imports of core or of packages is the very module that everybody else has.
 */
function load(file: string): Exports {
  const known = modules.get(file) ?? replacementOf(file);
  if (known !== null) {
    return known;
  }
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    filename: file,
    swcrc: false,
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  });
  const exports: Exports = {};
  modules.set(file, exports);
  const requireFrom = (name: string): unknown => {
    const path = name.startsWith('.') ? resolve(dirname(file), name) : name;
    return path.startsWith(LAMBDA + sep) ? load(`${path}.ts`) : require(path);
  };
  new Function('exports', 'require', code)(exports, requireFrom);
  return exports;
}

function replacementOf(file: string): Exports | null {
  const name = basename(file, '.ts');
  if (dirname(file) !== join(LAMBDA, 'shared')) {
    return null;
  }
  if (name === 'compose') {
    return { composePorts };
  }
  if (name === 'logger') {
    return { logger: SILENT, logEvent: () => undefined };
  }
  return name.endsWith('-part') ? { [camelCase(name.slice(0, -'-part'.length))]: () => undefined } : null;
}

const SILENT = {
  appendKeys: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Stands in for the composition root: the same selection of ports, from those of the invocation. */
function composePorts(parts: Parts): () => Ports {
  return () => {
    if (current === null) {
      throw new Error('a handler asked for its ports after it had begun to wait');
    }
    return select(current, parts);
  };
}

function select(ports: Ports, parts: Parts): Ports {
  const given = <Port extends object>(name: keyof Parts, port: () => Port): Port =>
    parts[name] === undefined ? absentPort<Port>(name) : port();
  return {
    ...ports,
    notifier: given('notifier', () => ports.notifier),
    executions: given('executions', () => ports.executions),
    forService: (binding): ServicePorts => {
      const own = ports.forService(binding);
      return {
        router: given('router', () => own.router),
        workload: given('workload', () => own.workload),
        metrics: given('metrics', () => own.metrics),
        taskLogs: given('taskLogs', () => own.taskLogs),
      };
    },
  };
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_all, letter: string) => letter.toUpperCase());
}

/** What is left of a value that goes through Step Functions. */
function asJson(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
