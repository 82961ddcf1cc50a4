import http from 'node:http';
import net from 'node:net';
import type { Address, HealthProbe } from '../plan/model';

/** User agent of active checks, the same as Envoy's: they are no users and are not counted. */
export const PROBE_AGENT = 'Envoy/HC';

function probeHttp(address: Address, rule: HealthProbe): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { 'user-agent': PROBE_AGENT };
    const request = http.get({ ...address, path: rule.path, headers, agent: false }, (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      response.on('close', () => resolve(status >= 200 && status < 300));
    });
    request.setTimeout(rule.timeoutMillis, () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

function probeTcp(address: Address, rule: HealthProbe): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ ...address, timeout: rule.timeoutMillis });
    const end = (good: boolean): void => {
      socket.destroy();
      resolve(good);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

/** Checks an endpoint once; never rejects. */
export function probe(address: Address, rule: HealthProbe): Promise<boolean> {
  return rule.protocol === 'tcp' ? probeTcp(address, rule) : probeHttp(address, rule);
}
