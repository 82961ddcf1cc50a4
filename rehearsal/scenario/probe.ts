import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Expectation } from '../report/schema';
import type { Probe } from './schema';

/** Makes a probe's request twice and compares the numbers in the answers. */
export async function askProbe(baseUrl: string, probe: Probe): Promise<Expectation> {
  try {
    const first = await numberFrom(baseUrl, fillRequest(probe));
    const second = await numberFrom(baseUrl, fillRequest(probe));
    const grew = second - first;
    return {
      text: probe.text,
      met: grew === probe.increase,
      found: `grew by ${grew} (from ${first} to ${second})`,
    };
  } catch (error) {
    return { text: probe.text, met: false, found: (error as Error).message };
  }
}

/** Wall milliseconds between two requests of a probe that is asked throughout, and before one is repeated. */
const PAUSE_MILLIS = 100;
/** Wall milliseconds after the stage's end in which the last request must be answered. */
const LAST_ANSWER_MILLIS = 30_000;

/**
 * Makes a probe's request again and again until `ended`, and once more after it; each is repeated unchanged until it
 * is answered. The number in the answers must have grown by `increase` for each request: nothing that was
 * acknowledged is lost, and nothing counts twice.
 * @param environment Where the application answers, and the clock that says how long it did not.
 */
export async function askThroughout(
  environment: { readonly ingressUrl: string; readonly clock: { now(): number } },
  probe: Probe,
  ended: AbortSignal,
  aborted: AbortSignal,
): Promise<Expectation> {
  const { ingressUrl, clock } = environment;
  const numbers: number[] = [];
  let silent = 0;
  let answeredAt = clock.now();
  const failed = (found: string): Expectation => ({ text: probe.text, met: false, found });
  for (let isLast = false; !isLast; ) {
    isLast = ended.aborted;
    const number = await untilAnswered(ingressUrl, fillRequest(probe), ended, aborted);
    if (number instanceof Error) return failed(`no answer any more: ${number.message}`);
    numbers.push(number);
    silent = Math.max(silent, clock.now() - answeredAt);
    answeredAt = clock.now();
    if (!isLast) await wait(PAUSE_MILLIS);
  }
  const grew = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0);
  return {
    text: probe.text,
    met: grew === probe.increase * (numbers.length - 1),
    found: `grew by ${grew} in ${numbers.length - 1} acknowledged requests; at most ${Math.round(silent / 1000)} virtual s without an answer`,
  };
}

async function untilAnswered(
  baseUrl: string,
  request: Probe['request'],
  ended: AbortSignal,
  aborted: AbortSignal,
): Promise<number | Error> {
  let deadline = Number.POSITIVE_INFINITY;
  for (;;) {
    try {
      return await numberFrom(baseUrl, request);
    } catch (error) {
      if (ended.aborted) deadline = Math.min(deadline, performance.now() + LAST_ANSWER_MILLIS);
      if (aborted.aborted || performance.now() > deadline) return error as Error;
      await wait(PAUSE_MILLIS);
    }
  }
}

/** The request with its `{{uuid}}` filled in, the same one wherever it stands. */
function fillRequest({ request }: Probe): Probe['request'] {
  const id = randomUUID();
  const fill = (text: string): string => text.replaceAll('{{uuid}}', id);
  return {
    ...request,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, fill(value)])),
    ...(request.body === undefined ? {} : { body: fill(request.body) }),
  };
}

async function numberFrom(baseUrl: string, request: Probe['request']): Promise<number> {
  const { method, path, headers, body } = request;
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const number = /-?\d+(\.\d+)?/.exec(text)?.[0];
  if (!response.ok || number === undefined) {
    throw new Error(`${method} ${path} answered ${response.status} ${text.slice(0, 100)}`);
  }
  return Number(number);
}
