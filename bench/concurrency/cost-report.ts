import { DEFAULT_RATE_LIMITS } from '../../rehearsal/aws/limits/published';
import {
  dollarsOf,
  type LimitUse,
  limitUses,
  servicesAtOnce,
  tokensInMinute,
  total,
  type Units,
  usageOf,
} from './cost';
import { PRICES, PRICES_OF } from './prices';
import type { Scene } from './scene';
import { table } from './table';

/** Releases of each service in a month, for the sums. */
export const RELEASES_PER_MONTH = 20;
const SERVICES = [1, 10, 50, 100, 200, 500];

/** What a release uses of each limit and costs, measured on one alone, and what that makes for many services. */
export function costReport(alone: Scene, atOnce: Scene, units: Units): string {
  const usage = usageOf(alone.measured, units);
  const dollars = dollarsOf(usage);
  const uses = limitUses(alone.measured.calls, DEFAULT_RATE_LIMITS);
  const perRollout = atOnce.measured.calls.length - atOnce.throttled;
  return [
    `One good release with the defaults (${PRICES_OF.region}, prices of ${PRICES_OF.readOn}, without free tiers):`,
    table(
      ['what', 'amount', 'dollars'],
      Object.entries(PRICES).map(([key, { unit }]) => [
        unit,
        usage[key as keyof typeof usage].toFixed(key === 'gigabyteSeconds' || key === 'logMegabytes' ? 2 : 0),
        dollars[key as keyof typeof dollars].toFixed(6),
      ]),
    ),
    `Together $${total(dollars).toFixed(4)} a release; ${alone.measured.calls.length} calls alone, ${(perRollout / atOnce.played.length).toFixed(0)} with ${atOnce.played.length} at once, throttled ones not counted.`,
    '',
    'Calls of one rollout against each limit, and the services at which it binds when all release at once:',
    limitTable(uses),
    `${RELEASES_PER_MONTH} releases a month of each service; all at once in the busiest minute. Modelled from one rollout: no call of it grows with the number of services.`,
    growthTable(alone, uses, total(dollars)),
  ].join('\n');
}

function limitTable(uses: readonly LimitUse[]): string {
  return table(
    ['limit', 'burst', 'per s', 'basis', 'calls', 'peak/min', 'binds at'],
    uses
      .filter(({ calls }) => calls > 0)
      .sort((a, b) => servicesAtOnce(a) - servicesAtOnce(b))
      .map((use) => [
        use.limit.name,
        String(use.limit.burst),
        String(use.limit.perSecond),
        use.limit.basis,
        String(use.calls),
        String(use.peakPerMinute),
        String(servicesAtOnce(use)),
      ]),
  );
}

function growthTable(alone: Scene, uses: readonly LimitUse[], dollars: number): string {
  const binding = [...uses].sort((a, b) => servicesAtOnce(a) - servicesAtOnce(b)).slice(0, 5);
  const rows = SERVICES.map((services) => [
    String(services),
    String(services * alone.measured.calls.length),
    ...binding.map(
      ({ limit, peakPerMinute }) =>
        `${services * peakPerMinute} (${Math.round((100 * services * peakPerMinute) / tokensInMinute(limit))} %)`,
    ),
    `$${(services * RELEASES_PER_MONTH * dollars).toFixed(2)}`,
  ]);
  return table(['services', 'calls', ...binding.map(({ limit }) => `${limit.name}/min`), '$/month'], rows);
}
