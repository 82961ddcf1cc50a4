import type { Scenario } from '../../../../rehearsal/scenario/schema';

/** Makes every request that users and probes would make. */
export function useRequests(scenario: Scenario): string | null {
  const journeys = scenario.load?.journeys.flatMap(({ steps }) => steps) ?? [];
  const probes = scenario.stages.flatMap((stage) => stage.probes.map(({ request }) => request));
  for (const { method, path, headers, body } of [...journeys, ...probes]) {
    // Throws what the rehearsal would throw in the middle of a run.
    const request = new Request(`http://127.0.0.1:8080${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (new URL(request.url).host !== '127.0.0.1:8080') {
      return `its request leaves this machine: ${request.url.slice(0, 100)}`;
    }
  }
  return null;
}
