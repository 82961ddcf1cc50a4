import type { IncomingMessage } from 'node:http';
import type { PageViews } from './page-views';
import { isRestaurant, RESTAURANTS } from './restaurants';
import type { Settings } from './settings';
import { KeyReusedError, type VoteStore } from './vote-store';

/** What the service answers; `body` is sent as JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the API is made of. */
export interface Dependencies {
  readonly settings: Pick<Settings, 'hostname' | 'version' | 'faultEndpoints'>;
  readonly votes: VoteStore;
  readonly pageViews: PageViews;
}

type Handler = (deps: Dependencies, parameter: string, request: IncomingMessage) => Promise<Reply> | Reply;

interface Route {
  readonly method: 'GET' | 'POST';
  /** With at most one group: the parameter. */
  readonly path: RegExp;
  readonly handle: Handler;
}

const MAX_DELAY_SECONDS = 30;
const KEY_FORMAT = /^[\x21-\x7e]{8,128}$/;

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/api\/getvotes$/, handle: async ({ votes }) => ok(await votes.counts()) },
  { method: 'GET', path: /^\/api\/getstats$/, handle: getStats },
  {
    method: 'GET',
    path: /^\/api\/pageviews$/,
    handle: async ({ pageViews }) => ok(await pageViews.increment()),
  },
  { method: 'GET', path: /^\/api\/hostname$/, handle: ({ settings }) => ok(settings.hostname) },
  { method: 'POST', path: /^\/api\/vote\/([^/]+)$/, handle: vote },
  { method: 'GET', path: /^\/healthz$/, handle: checkDependencies },
  { method: 'GET', path: /^\/healthz\/live$/, handle: () => ok({ status: 'alive' }) },
  {
    method: 'GET',
    path: /^\/version$/,
    handle: ({ settings }) => ok({ service: 'yelb-appserver', version: settings.version }),
  },
];

/** For drills: endpoints that misbehave on demand. */
const FAULT_ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/(?:api\/)?status\/(\d{3})$/, handle: answerStatus },
  { method: 'GET', path: /^\/(?:api\/)?delay\/(\d+(?:\.\d+)?)$/, handle: answerLate },
];

/** Finds what answers the request and lets it. Never rejects: what fails becomes a 503 that says why. */
export async function answer(deps: Dependencies, request: IncomingMessage): Promise<Reply> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method === 'OPTIONS') return { status: 204, body: undefined };
  const routes = deps.settings.faultEndpoints ? [...ROUTES, ...FAULT_ROUTES] : ROUTES;
  const known = routes.filter((route) => route.path.test(path));
  const route = known.find((candidate) => candidate.method === method);
  if (route === undefined) return notAnswered(known, path);
  try {
    return await route.handle(deps, route.path.exec(path)?.[1] ?? '', request);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // A database that is being released is back within a minute; a vote that is repeated with its key counts once.
    return { ...failed(503, reason), headers: { 'retry-after': '5' } };
  }
}

function notAnswered(known: readonly Route[], path: string): Reply {
  if (known.length === 0) return failed(404, `no such path: "${path}"`);
  const allow = [...new Set(known.map((route) => route.method)), 'OPTIONS'].join(', ');
  return { ...failed(405, `"${path}" answers ${allow} only`), headers: { allow } };
}

async function getStats({ settings, pageViews }: Dependencies): Promise<Reply> {
  return ok({ hostname: settings.hostname, pageviews: await pageViews.increment() });
}

async function vote({ votes }: Dependencies, name: string, request: IncomingMessage): Promise<Reply> {
  if (!isRestaurant(name)) {
    return failed(404, `no restaurant "${name}"; there are ${RESTAURANTS.join(', ')}`);
  }
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !KEY_FORMAT.test(key)) {
    return failed(400, 'header Idempotency-Key must hold 8 to 128 printable characters, new for each vote');
  }
  try {
    return ok(await votes.vote(name, key));
  } catch (error) {
    if (error instanceof KeyReusedError) return failed(422, error.message);
    throw error;
  }
}

async function checkDependencies({ votes, pageViews }: Dependencies): Promise<Reply> {
  const [database, cache] = await Promise.allSettled([votes.check(), pageViews.check()]);
  const checks = { database: outcome(database), cache: outcome(cache) };
  const healthy = database.status === 'fulfilled' && cache.status === 'fulfilled';
  return { status: healthy ? 200 : 503, body: { status: healthy ? 'healthy' : 'unhealthy', checks } };
}

function outcome(result: PromiseSettledResult<void>): string {
  return result.status === 'fulfilled' ? 'ok' : String(result.reason?.message ?? result.reason);
}

function answerStatus(_deps: Dependencies, code: string): Reply {
  const status = Number(code);
  if (status < 200 || status > 599) return failed(400, `status ${code} is not between 200 and 599`);
  return { status, body: { status } };
}

async function answerLate(_deps: Dependencies, parameter: string): Promise<Reply> {
  const seconds = Number(parameter);
  if (seconds > MAX_DELAY_SECONDS) {
    return failed(400, `delay of ${parameter} s is above ${MAX_DELAY_SECONDS} s`);
  }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return ok({ delayed: seconds });
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function failed(status: number, error: string): Reply {
  return { status, body: { error } };
}
