import type { ServiceBinding } from '../config/service-binding';
import { CanaryError } from '../errors';
import type { Ports } from '../ports/index';
import type { Weights } from '../traffic/split';
import type { BuiltVersion } from './built-version';

/** Versions that a refusal lists. */
const LISTED_VERSIONS = 10;

/** Why an operator's split is refused before anything is touched; null when it is not. */
export async function whyRefused(ports: Ports, service: string, wanted: Weights): Promise<string | null> {
  const binding = await loadBinding(ports, service);
  if (binding === null) {
    return `service "${service}" is not deployed; add it to platform.yaml and deploy its stack, or correct the name`;
  }
  if (binding.manualSplit !== true) {
    return `service "${service}" is not under manual split as it is deployed; deploy its stack with \`split:\` first, so that its pipeline stops releasing by itself`;
  }
  const built = new Map<string, BuiltVersion>();
  for (const version of Object.keys(wanted)) {
    const found = await ports.store.loadVersion(service, version);
    if (found === null) {
      return notBuilt(ports, service, version);
    }
    built.set(version, found);
  }
  return whyNotSideBySide(ports, binding, built);
}

async function loadBinding(ports: Ports, service: string): Promise<ServiceBinding | null> {
  try {
    return await ports.directory.load(service);
  } catch (error) {
    if (error instanceof CanaryError && error.code === 'UnknownService') {
      return null;
    }
    throw error;
  }
}

async function notBuilt(ports: Ports, service: string, version: string): Promise<string> {
  const known = await ports.store.listVersions(service, LISTED_VERSIONS);
  const allowed =
    known.length === 0
      ? 'none yet: push to its repository first'
      : known.map(({ version: each }) => each).join(', ');
  return `version "${version}" of service "${service}" was never built; available, newest first: ${allowed}; correct the version`;
}

/** What may run only alone can neither share traffic nor be replaced while it runs. */
async function whyNotSideBySide(
  ports: Ports,
  binding: ServiceBinding,
  wanted: ReadonlyMap<string, BuiltVersion>,
): Promise<string | null> {
  const { weights } = await ports.forService(binding).router.getSplit();
  const together = [...new Set([...wanted.keys(), ...Object.keys(weights)])];
  if (together.length > 1 && binding.volume !== undefined) {
    return `service "${binding.service}" has a volume, which only one version may use at a time, but this split would run ${together.join(' and ')} side by side; remove \`split:\`, and releases replace the version by themselves`;
  }
  for (const version of together.length > 1 ? together : []) {
    const built = wanted.get(version) ?? (await ports.store.loadVersion(binding.service, version));
    if (built?.deploy.strategy === 'all_at_once') {
      return `version "${version}" of service "${binding.service}" may only run alone (strategy all_at_once), but this split would run ${together.join(' and ')} side by side; remove \`split:\`, and releases replace it by themselves`;
    }
  }
  return null;
}
