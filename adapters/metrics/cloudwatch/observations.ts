import type { Protocol } from '../../../core/config/protocols';
import type { Observation } from '../../../core/health/observation';
import type { ObservationQuery } from '../../../core/ports/metrics';
import { latencyId, OBSERVATION_ID } from './queries';
import type { Series } from './reader';

type Points = ReadonlyMap<number, number>;

const NOTHING: Points = new Map();

/**
 * Observations from the series of `renderObservationQueries`, oldest first. Callers come first; the version's own
 * proxy is asked only when no caller reported in the whole window, for it is blind to what never reached it.
 * A period counts only when its requests and its errors have both arrived.
 */
export function toObservations(
  query: ObservationQuery,
  series: Series,
  protocol: Protocol,
): readonly Observation[] {
  const points = (id: string) => series.get(id) ?? NOTHING;
  const source = points(OBSERVATION_ID.callerRequests).size > 0 ? 'callers' : 'own';
  const requests = points(source === 'callers' ? OBSERVATION_ID.callerRequests : OBSERVATION_ID.ownRequests);
  const errors =
    source === 'own'
      ? points(OBSERVATION_ID.ownErrors)
      : callerErrors(points(OBSERVATION_ID.callerErrors), points(OBSERVATION_ID.ownErrors), protocol);
  return [...requests]
    .sort(([a], [b]) => a - b)
    .flatMap(([start, count]) => {
      const failed = errors.get(start);
      return failed === undefined
        ? []
        : [
            {
              version: query.version,
              start: new Date(start).toISOString(),
              periodSeconds: query.periodSeconds,
              requests: count,
              errors: Math.min(failed, count),
              latencyMillis: source === 'callers' ? latencyAt(query, series, start) : {},
              source,
            } as const,
          ];
    });
}

/**
 * A tcp connection to an application that does not listen succeeds for its caller, whose peer is the version's
 * proxy. That proxy alone knows of the failure, so where it reports, its periods are needed too. One failure may
 * be counted on both sides, so the greater count is taken and not the sum.
 */
function callerErrors(callers: Points, own: Points, protocol: Protocol): Points {
  if (protocol !== 'tcp' || own.size === 0) {
    return callers;
  }
  return new Map(
    [...callers].flatMap(([start, failed]) => {
      const inside = own.get(start);
      return inside === undefined ? [] : [[start, Math.max(failed, inside)] as const];
    }),
  );
}

function latencyAt(query: ObservationQuery, series: Series, start: number): Readonly<Record<string, number>> {
  return Object.fromEntries(
    query.quantiles.flatMap((quantile) => {
      const value = series.get(latencyId(quantile))?.get(start);
      return value === undefined ? [] : [[quantile, value] as const];
    }),
  );
}
