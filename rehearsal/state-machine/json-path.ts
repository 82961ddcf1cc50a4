import { JSONPath } from 'jsonpath-plus';
import type { Json } from './definition';
import { runtimeFailure, StateFailure } from './errors';

/** What paths are read from: the state's data behind `$`, the context object behind `$$`. */
export interface PathScope {
  readonly data: Json;
  readonly context: Json;
}

/**
 * What is wrong with a path, or undefined. Filters, scripts, functions and jsonpath-plus' own additions (`^`, `~`,
 * type selectors) are refused: the rollout's definition has none, and the library would read them unlike AWS.
 */
export function pathProblem(path: string): string | undefined {
  if (!/^\$\$?($|[.[])/.test(path)) return 'a path begins with "$" or "$$"';
  // Within quotes too: the library takes these characters for its own even there.
  const unknown = /[()?@^~`{}]|(?<=')[^']*[*,][^']*(?='\])/.exec(path);
  return unknown === null ? undefined : `"${unknown[0]}" in a path is not known to this interpreter`;
}

/** What is wrong with a path that says where to write (`ResultPath`), or undefined. */
export function referencePathProblem(path: string): string | undefined {
  if (path.startsWith('$$')) return 'a result cannot be written to the context object';
  if (!isDefinite(path)) return 'a reference path names one place, without "*", "..", "," or ":"';
  return pathProblem(path);
}

/** Whether a path can only ever name one value. */
function isDefinite(path: string): boolean {
  const outsideQuotes = path.replace(/\['(?:[^'\\]|\\.)*'\]/g, '');
  return !/\.\.|\*|,|:/.test(outsideQuotes);
}

/**
 * Reads a path. A definite path gives its value, or undefined where there is none; an indefinite one gives an array
 * of all it finds, which may be empty.
 */
export function findPath(path: string, scope: PathScope): { readonly value: Json } | undefined {
  const isContext = path.startsWith('$$');
  if (path === '$') return { value: scope.data };
  const found = JSONPath({
    path: isContext ? path.slice(1) : path,
    json: (isContext ? scope.context : scope.data) as object,
    wrap: true,
    eval: false,
    resultType: 'value',
  }) as Json[] | undefined;
  if (!isDefinite(path)) return { value: found ?? [] };
  return found === undefined || found.length === 0 ? undefined : { value: found[0] };
}

/** Reads `InputPath`, `OutputPath` and the like. Throws a States.Runtime failure in AWS's words where there is nothing. */
export function readPath(path: string, scope: PathScope): Json {
  const found = findPath(path, scope);
  if (found === undefined) {
    throw runtimeFailure(`Invalid path '${path}' : No results for path: ${normalised(path)}`);
  }
  return found.value;
}

/** `InputPath` and `OutputPath`: null gives an empty object, nothing given leaves the data as it is. */
export function filterPath(path: string | null | undefined, scope: PathScope): Json {
  if (path === undefined) return scope.data;
  return path === null ? {} : readPath(path, scope);
}

/**
 * Puts a result where `ResultPath` says: nothing or `$` replaces the input, null drops the result, a path is written
 * into a copy of the input, missing objects made on the way. Throws States.ResultPathMatchFailure where that cannot be.
 */
export function applyResultPath(path: string | null | undefined, input: Json, result: Json): Json {
  if (path === null) return input;
  if (path === undefined || path === '$') return result;
  const [, ...steps] = JSONPath.toPathArray(path);
  const last = steps.pop();
  const output: Json = structuredClone(input);
  let place = output;
  for (const step of steps) {
    const holder = holderOf(place, step, path);
    if (holder[step] === undefined) holder[step] = {};
    place = holder[step];
  }
  if (last !== undefined) holderOf(place, last, path)[last] = result;
  return output;
}

function holderOf(place: Json, step: string, path: string): Record<string, Json> {
  const isObject = typeof place === 'object' && place !== null;
  // A list can be written where it has an element already; AWS does not make it longer.
  if (isObject && (!Array.isArray(place) || step in place)) return place as Record<string, Json>;
  throw new StateFailure(
    'States.ResultPathMatchFailure',
    `Unable to apply step "${step}" of ResultPath "${path}" to the state's input`,
  );
}

function normalised(path: string): string {
  const [, ...steps] = JSONPath.toPathArray(path.startsWith('$$') ? path.slice(1) : path);
  return `$${steps.map((step) => (/^\d+$/.test(step) ? `[${step}]` : `['${step}']`)).join('')}`;
}
