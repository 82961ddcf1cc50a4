import { FUNCTION_ENVIRONMENT } from '../../core/config/function-environment';

export type FunctionEnvironment = Readonly<Record<keyof typeof FUNCTION_ENVIRONMENT, string>>;

/**
 * Reads the function's environment variables once.
 * @throws {Error} naming every variable that is missing.
 */
export function readEnvironment(source: NodeJS.ProcessEnv = process.env): FunctionEnvironment {
  const missing = Object.values(FUNCTION_ENVIRONMENT).filter((name) => !source[name]);
  if (missing.length > 0) {
    throw new Error(
      `environment variables are missing: ${missing.join(', ')}; deploy the rollout stack again`,
    );
  }
  return Object.fromEntries(
    Object.entries(FUNCTION_ENVIRONMENT).map(([key, name]) => [key, source[name] ?? '']),
  ) as FunctionEnvironment;
}
