import type { Json } from './definition';
import { runtimeFailure } from './errors';
import { evaluate, parseIntrinsic } from './intrinsics';
import { findPath, type PathScope, pathProblem } from './json-path';

/** A problem found in a payload template when a definition is loaded. */
export interface TemplateProblem {
  /** Field within the template, such as `Payload.rollout.$`. */
  readonly field: string;
  readonly message: string;
}

/** Every field of a template whose path or intrinsic function cannot be used. */
export function templateProblems(template: Json, at = ''): TemplateProblem[] {
  if (Array.isArray(template)) {
    return template.flatMap((entry, index) => templateProblems(entry, `${at}[${index}]`));
  }
  if (typeof template !== 'object' || template === null) return [];
  return Object.entries(template).flatMap(([key, value]) => {
    const field = at === '' ? key : `${at}.${key}`;
    if (!key.endsWith('.$')) return templateProblems(value, field);
    const message = dynamicValueProblem(value);
    return message === undefined ? [] : [{ field, message }];
  });
}

/** What is wrong with a value that is a path or an intrinsic function, or undefined. */
export function dynamicValueProblem(value: Json): string | undefined {
  if (typeof value !== 'string') return 'a field that ends in ".$" holds a path or an intrinsic function';
  if (value.startsWith('$')) return pathProblem(value);
  try {
    parseIntrinsic(value);
    return undefined;
  } catch (problem) {
    return problem instanceof Error ? problem.message : String(problem);
  }
}

/** Fills a payload template (`Parameters`, `ResultSelector`). Throws a States.Runtime failure for a path without value. */
export function fillTemplate(template: Json, scope: PathScope): Json {
  if (Array.isArray(template)) return template.map((entry) => fillTemplate(entry, scope));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), dynamicValue(value as string, scope, key)]
        : [key, fillTemplate(value, scope)],
    ),
  );
}

/** A path's value or an intrinsic function's result; `field` names the place in the failure. */
export function dynamicValue(value: string, scope: PathScope, field: string): Json {
  if (!value.startsWith('$')) return evaluate(parseIntrinsic(value), scope);
  const found = findPath(value, scope);
  if (found !== undefined) return found.value;
  throw runtimeFailure(
    `The JSONPath '${value}' specified for the field '${field}' could not be found in the input '${JSON.stringify(scope.data)}'`,
  );
}
