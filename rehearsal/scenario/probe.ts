import { randomUUID } from 'node:crypto';
import type { Expectation } from '../report/schema';
import type { Probe } from './schema';

/** Makes a probe's request twice and compares the numbers in the answers. */
export async function askProbe(baseUrl: string, probe: Probe): Promise<Expectation> {
  try {
    const first = await numberFrom(baseUrl, probe);
    const second = await numberFrom(baseUrl, probe);
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

async function numberFrom(baseUrl: string, { request }: Probe): Promise<number> {
  const fill = (text: string): string => text.replaceAll('{{uuid}}', randomUUID());
  const response = await fetch(`${baseUrl}${request.path}`, {
    method: request.method,
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, fill(value)])),
    ...(request.body === undefined ? {} : { body: fill(request.body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await response.text();
  const number = /-?\d+(\.\d+)?/.exec(text)?.[0];
  if (!response.ok || number === undefined) {
    throw new Error(`${request.method} ${request.path} answered ${response.status} ${text.slice(0, 100)}`);
  }
  return Number(number);
}
