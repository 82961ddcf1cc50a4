import { escapeForRegExp } from './text';

/** Names of one environment, for telling its roles and resources as those of any. */
export interface EnvironmentNames {
  readonly environment: string;
  readonly services: readonly string[];
  readonly account: string;
}

/** The service whose role it is; null for roles of the environment. The longest name wins: one may begin another. */
export function serviceOfRole(role: string, { environment, services }: EnvironmentNames): string | null {
  const fitting = services.filter((service) => role.startsWith(`${environment}-${service}-`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** `demo-shop-build` as `ENVIRONMENT-SERVICE-build`. */
export function generalRole(role: string, names: EnvironmentNames): string {
  const service = serviceOfRole(role, names);
  const prefix = service === null ? names.environment : `${names.environment}-${service}`;
  const general = service === null ? 'ENVIRONMENT' : 'ENVIRONMENT-SERVICE';
  return role.startsWith(`${prefix}-`) ? `${general}${role.slice(prefix.length)}` : role;
}

/** A resource with `ENVIRONMENT`, `SERVICE` and `ACCOUNT` in place of the names, where these stand as whole words. */
export function generalResource(resource: string, role: string, names: EnvironmentNames): string {
  const service = serviceOfRole(role, names);
  const replaced = replaceWord(resource, names.environment, 'ENVIRONMENT').replaceAll(
    names.account,
    'ACCOUNT',
  );
  return service === null ? replaced : replaceWord(replaced, service, 'SERVICE');
}

function replaceWord(text: string, word: string, by: string): string {
  return text.replace(new RegExp(`(?<![a-z0-9])${escapeForRegExp(word)}(?![a-z0-9])`, 'g'), by);
}
