import type http from 'node:http';
import type net from 'node:net';
import { SERVED_BY_HEADER } from '../../contracts';
import {
  compoundId,
  type EgressListener,
  type GatewayListener,
  type GatewayRouteRule,
  type IngressListener,
  type RoutingModel,
} from '../plan/model';
import { localAnswer } from './exchange';
import { forward } from './forward';
import { matches } from './matcher';
import { chooseNode, type TargetPool } from './pool';
import { PROBE_AGENT } from './probe';
import { type OpenServer, openHttp, openTcp } from './servers';
import type { Registry, SideStats } from './stats';
import { pipe } from './tcp-pipe';

/** What hops look at while they carry traffic. */
export interface HopState {
  readonly agent: http.Agent;
  readonly model: () => RoutingModel;
  readonly pools: Registry<TargetPool>;
  readonly callerStats: Registry<SideStats>;
  readonly ownStats: Registry<SideStats>;
  readonly random: () => number;
}

function rewrittenUrl(url: string, route: GatewayRouteRule): string {
  const { prefix, path } = route.rewrite;
  const [before = '', query] = url.split('?', 2);
  const tail = query === undefined ? '' : `?${query}`;
  if (path !== undefined) return `${path}${tail}`;
  if (prefix === undefined) return url;
  const rest = before.slice(route.match.path.value.length);
  return `${prefix}${prefix.endsWith('/') && rest.startsWith('/') ? rest.slice(1) : rest}${tail}`;
}

function countEnd(response: http.ServerResponse, counted: readonly SideStats[]): void {
  const started = performance.now();
  response.once('close', () => {
    // The caller hung up before any answer: nobody saw an outcome.
    if (!response.headersSent) return;
    for (const stats of counted) stats.finished(response.statusCode, performance.now() - started);
  });
}

/** The three kinds of listeners of a mesh. */
export class Hops {
  constructor(private readonly state: HopState) {}

  /** Opens the inbound hop of a task. */
  openIngress(one: IngressListener): Promise<OpenServer> {
    const stats = this.state.ownStats.of(one.node);
    if (one.protocol === 'tcp') {
      return openTcp(one.address, (socket) => pipe(socket, one.app, one.idleMillis, [stats]));
    }
    return openHttp(one.address, (request, response) => {
      if (request.headers['user-agent'] !== PROBE_AGENT) countEnd(response, [stats]);
      void forward(request, response, {
        agent: this.state.agent,
        pick: () => one.app,
        timeoutMillis: one.timeoutMillis,
        url: request.url ?? '/',
        addHeaders: [],
        onConnectFailure: () => {
          stats.connectFailures += 1;
        },
      });
    });
  }

  /** Opens a caller's way to a virtual service; it follows the model of each moment. */
  openEgress({ id, protocol, address }: EgressListener): Promise<OpenServer> {
    const current = (): EgressListener | undefined => this.state.model().egress.find((one) => one.id === id);
    if (protocol === 'tcp') return openTcp(address, (socket) => this.tcpEgress(socket, current()));
    return openHttp(address, (request, response) => {
      void this.httpEgress(request, response, current(), request.url ?? '/');
    });
  }

  /** Opens a gateway; it follows the model of each moment. */
  openGateway({ id, address, gateway }: GatewayListener): Promise<OpenServer> {
    const stats = this.state.ownStats.of(gateway);
    return openHttp(address, (request, response) => {
      countEnd(response, [stats]);
      const url = request.url ?? '/';
      const line = { method: request.method ?? 'GET', url, headers: request.headers };
      const listener = this.state.model().gateways.find((one) => one.id === id);
      const route = listener?.routes.find((one) => matches(line, one.match));
      const egress = this.state.model().egress.find((one) => one.id === route?.to);
      if (route === undefined || egress === undefined) return localAnswer(response, 404, '');
      if (route.rewrite.host !== undefined) request.headers.host = route.rewrite.host;
      void this.httpEgress(request, response, egress, rewrittenUrl(url, route), route.rewrite.host);
    });
  }

  private async httpEgress(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    listener: EgressListener | undefined,
    url: string,
    host = listener?.host,
  ): Promise<void> {
    const line = { method: request.method ?? 'GET', url, headers: request.headers };
    const route = listener?.routes.find((one) => matches(line, one.match));
    if (listener === undefined || route === undefined) return localAnswer(response, 404, '');
    const node = chooseNode(route.targets, this.state.random);
    if (node === undefined) return localAnswer(response, 503, 'no version has any weight');
    const id = compoundId(listener.caller, node);
    const stats = this.state.callerStats.of(id);
    countEnd(response, [stats]);
    await forward(request, response, {
      agent: this.state.agent,
      pick: (tried) => this.state.pools.of(id).pick(tried),
      timeoutMillis: route.timeoutMillis,
      url,
      ...(host === undefined ? {} : { host }),
      ...(route.retry === undefined ? {} : { retry: route.retry }),
      addHeaders: [SERVED_BY_HEADER, node],
      onConnectFailure: () => {
        stats.connectFailures += 1;
      },
    });
  }

  private tcpEgress(socket: net.Socket, listener: EgressListener | undefined): void {
    const node = chooseNode(listener?.tcp?.targets ?? [], this.state.random);
    if (listener === undefined || node === undefined) return void socket.destroy();
    const id = compoundId(listener.caller, node);
    const address = this.state.pools.find(id)?.pick();
    pipe(socket, address, listener.tcp?.idleMillis ?? 0, [this.state.callerStats.of(id)]);
  }
}
