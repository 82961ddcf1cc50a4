import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, ConsoleMessage, Page } from 'puppeteer-core';
import { drawnStates } from '../../../rehearsal/live/machine';
import { type LiveServer, type LiveServerOptions, startLiveServer } from '../../../rehearsal/live/server';
import type { DrawnState, LiveState } from '../../../rehearsal/live/state';

/** The rollout's own state machine, as the page draws it. */
export function theMachine(): readonly DrawnState[] {
  return drawnStates(readFileSync(join(__dirname, '../../../state-machine/rollout.asl.json'), 'utf8'));
}

/**
 * Starts a real browser: Chromium from an npm package, which needs nothing installed on Linux; elsewhere the one that
 * `CHROME_PATH` names.
 */
export async function startBrowser(): Promise<Browser> {
  const [{ default: chromium }, { default: puppeteer }] = await Promise.all([
    import('@sparticuz/chromium'),
    import('puppeteer-core'),
  ]);
  return puppeteer.launch({
    executablePath: process.env.CHROME_PATH ?? (await chromium.executablePath()),
    headless: 'shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--js-flags=--expose-gc'],
  });
}

/** A page that is served, open in a browser, with everything that went wrong in it. */
export interface OpenPage {
  readonly server: LiveServer;
  readonly page: Page;
  /** Console errors and warnings, uncaught errors, requests that failed. */
  readonly problems: string[];
  /** Addresses that the page asked for. */
  readonly requests: string[];
  /** Replaces the state and says so. */
  show(state: LiveState): void;
  close(): Promise<void>;
}

/** Serves a state and opens its page at `hash`. */
export async function openPage(
  browser: Browser,
  first: LiveState,
  hash = '',
  options: Pick<LiveServerOptions, 'leastGapMillis'> = {},
): Promise<OpenPage> {
  let state = first;
  const server = await startLiveServer({ state: () => state, machine: theMachine(), ...options });
  const page = await browser.newPage();
  const problems: string[] = [];
  const requests: string[] = [];
  page.on('console', (message: ConsoleMessage) => {
    if (['error', 'warn', 'assert'].includes(message.type())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  // What still glides cannot be clicked.
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  const close = async (): Promise<void> => {
    await page.close();
    await server.stop();
  };
  try {
    await page.goto(`${server.url}${hash}`);
    await page.waitForSelector('#head h1');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    server,
    page,
    problems,
    requests,
    show: (next) => {
      state = next;
      server.changed();
    },
    close,
  };
}
