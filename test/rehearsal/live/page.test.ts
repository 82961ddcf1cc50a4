import { type AxeResults, source as axe } from 'axe-core';
import type { Browser, Page } from 'puppeteer-core';
import { stageLink } from '../../../rehearsal/live/page/names';
import { startLiveServer } from '../../../rehearsal/live/server';
import type { LiveState } from '../../../rehearsal/live/state';
import { at } from '../report/builders';
import { type OpenPage, openPage, startBrowser, theMachine } from './browser';
import { longRehearsal } from './long-rehearsal';
import { aCrowdedState, anEmptyState, aRolledBackState, aRunningState } from './sample-state';

// A machine with better things to do takes its time.
jest.setTimeout(180_000);

let browser: Browser;
let open: OpenPage | undefined;

beforeAll(async () => {
  browser = await startBrowser();
});
afterEach(async () => {
  await open?.close();
  open = undefined;
});
afterAll(() => browser.close());

async function opened(state: LiveState, hash = ''): Promise<OpenPage> {
  open = await openPage(browser, state, hash);
  return open;
}

const SAMPLES = {
  'an empty environment': anEmptyState(),
  'a rollout on its way': aRunningState(),
  'a rollout that was rolled back': aRolledBackState(),
  'many services': aCrowdedState(),
};

/** Rules that a machine can check, in the page as it is shown; each finding with its first place. */
async function accessibilityFindings({ page }: OpenPage): Promise<string[]> {
  await page.evaluate(`${axe};0`);
  const { violations } = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] })',
  )) as AxeResults;
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

describe('the live page in a browser', () => {
  it.each(Object.entries(SAMPLES))('shows %s without errors and asks nobody else', async (_name, state) => {
    const { page, problems, requests, server } = await opened(state);
    expect(await page.$eval('#head h1', (title) => title.textContent)).toBe('canary-demo');
    expect(await page.$eval('#standing', (line) => line.textContent)).toBe('Live');
    expect(problems).toEqual([]);
    const foreign = requests.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:'));
    expect(foreign).toEqual([]);
  });

  it('shows an event within a second', async () => {
    const state = aRunningState();
    const { page, show } = await opened(state);
    const began = performance.now();
    show({ ...state, events: [{ at: at(216), level: 'good', text: 'something new' }, ...state.events] });
    await page.waitForFunction(
      'document.querySelector("#events li")?.textContent.includes("something new")',
      {
        polling: 20,
      },
    );
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('opens the log of a stage by keyboard alone', async () => {
    const { page } = await opened(aRunningState());
    const focused = (): Promise<unknown> =>
      page.evaluate('document.activeElement.dataset.stage ?? document.activeElement.textContent');
    for (let presses = 0; presses < 40 && (await focused()) !== 'Build'; presses += 1) {
      await page.keyboard.press('Tab');
    }
    expect(await focused()).toBe('Build');
    await page.keyboard.press('Enter');
    expect(await page.$eval('pre.log', (log) => log.textContent)).toContain('STEP 1/7');
    expect(await focused()).toBe('Build');
    await page.keyboard.press('Enter');
    expect(await page.$('.run pre.log')).toBeNull();
  });

  it('leads from the pipeline to the rollout, its checks and back to the log, one click each', async () => {
    const { page } = await opened(aRolledBackState());
    const focusedId = (): Promise<unknown> => page.evaluate('document.activeElement.id');
    await page.click('.runs .run a[href^="#rollout/"]');
    await page.waitForFunction('document.activeElement.id === "rollout-h"');
    await page.click('.links a[href="#checks-h"]');
    await page.waitForFunction('document.activeElement.id === "checks-h"');
    await page.click('.links a[href^="#run/"]');
    await page.waitForSelector('.log-panel pre.log');
    expect(await focusedId()).toContain('stage-Deploy');
    expect(await page.$eval('.log-panel', (panel) => panel.textContent)).toContain('RolledBack');
  });

  it('walks the drawing of the state machine with the arrow keys', async () => {
    const { page } = await opened(aRunningState());
    expect(await page.$$eval('[role=option][tabindex="0"]', (nodes) => nodes.length)).toBe(1);
    await page.evaluate('document.querySelector("[role=option][tabindex=\'0\']").focus()');
    await page.keyboard.press('Home');
    expect(await page.$eval('.state-comment', (text) => text.textContent)).toContain('ClaimRollout');
    await page.keyboard.press('ArrowDown');
    expect(await page.$eval('.state-comment', (text) => text.textContent)).toContain('IsItOurTurn');
    await page.keyboard.press('Escape');
    expect(await page.$eval('.state-comment', (text) => text.textContent)).toContain('WaitForTraffic');
  });

  it('keeps text from outside inert', async () => {
    const attack = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>"\'><b id=owned>';
    const state = aRunningState();
    const [run] = state.pipelines;
    const { page, problems } = await opened({
      ...state,
      environment: attack,
      applicationUrl: 'javascript:window.owned=1',
      pipelines: [
        {
          ...run!,
          id: attack,
          message: attack,
          author: attack,
          stages: run!.stages.map((s) => ({ ...s, summary: attack, log: [attack] })),
        },
      ],
      events: [{ at: at(1), level: 'bad', text: attack }],
      rollouts: [
        { ...state.rollouts[0]!, id: attack, version: attack, reason: attack, state: attack, log: [attack] },
      ],
    });
    await page.click('.stage');
    await page.waitForSelector('.run pre.log');
    expect(await page.$eval('.run pre.log', (log) => log.textContent)).toBe(attack);
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(await page.$('#owned, main img')).toBeNull();
    expect(await page.$eval('.open a', (link) => link.getAttribute('href'))).toBe('#');
    expect(problems).toEqual([]);
  });

  it('says that the connection is lost and finds the server again at the same port', async () => {
    const { page, server } = await opened(aRunningState());
    const port = Number(new URL(server.url).port);
    await server.stop();
    await page.waitForSelector('#standing[data-standing=lost]');
    expect(await page.$eval('#standing', (line) => line.textContent)).toContain(
      'What you see is from 10:03:35',
    );
    const again = await startLiveServer({ state: aRolledBackState, machine: theMachine(), port });
    await page.waitForSelector('#standing[data-standing=live]', { timeout: 15_000 });
    await page.waitForFunction('document.querySelector("#rollout-h").textContent.includes("rolled back")');
    await page.goto('about:blank');
    await again.stop();
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ])('is accessible in %s at %d pixels, and nothing sticks out', async (scheme, width) => {
    const state = aRolledBackState();
    const { page } = await opened(state, stageLink(state.pipelines[0]!.id, 'Deploy'));
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.setViewport({ width, height: 800 });
    await page.waitForSelector('pre.log');
    expect(await accessibilityFindings(open!)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });

  it.each(Object.entries(SAMPLES))('is accessible with %s', async (_name, state) => {
    await opened(state);
    expect(await accessibilityFindings(open!)).toEqual([]);
  });

  it('shows where the keyboard is, at every stop', async () => {
    const { page } = await opened(aRolledBackState());
    const outlines = new Set<unknown>();
    for (let stop = 0; stop < 30; stop += 1) {
      await page.keyboard.press('Tab');
      outlines.add(
        await page.evaluate(`(() => {
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
          const isDrawn = document.activeElement instanceof SVGElement;
          return isDrawn || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) ? 'seen' : document.activeElement.outerHTML;
        })()`),
      );
    }
    expect([...outlines]).toEqual(['seen']);
  });

  it('weighs less than 150 kB with everything that it asked for', async () => {
    const { page, server } = await opened(aRolledBackState());
    const sizes = (await page.evaluate(
      '[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((entry) => entry.transferSize)',
    )) as number[];
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(150_000);
    expect((await (await fetch(server.url)).text()).length).toBeLessThan(150_000);
  });

  it('does not grow in two hours', async () => {
    const rehearsal = longRehearsal(7220);
    open = await openPage(browser, rehearsal.at(2000), '', { leastGapMillis: 0 });
    const { page, show, problems } = open;
    const walk = async (from: number, to: number): Promise<void> => {
      for (let second = from; second <= to; second += SECONDS_A_STATE) {
        show(rehearsal.at(second));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await page.waitForFunction(`document.querySelector("#events li").textContent.includes("second ${to}")`);
    };
    await page.click('.stage');
    // By then every list is at its bound, and the browser has compiled what it runs.
    await walk(2000, 2420);
    const before = await measured(page);
    await walk(2420, 7220);
    const after = await measured(page);
    if (process.env.SHOW_FIGURES !== undefined)
      process.stdout.write(`${JSON.stringify({ before, after })}\n`);
    expect(after.nodes).toBeLessThan(before.nodes * 1.1);
    expect(after.listeners).toBe(before.listeners);
    expect(after.heap).toBeLessThan(before.heap * 1.15);
    expect(problems).toEqual([]);
  });
});

/** Of the two hours one second a minute is shown; whatever leaks, leaks with each of them. */
const SECONDS_A_STATE = 60;

async function measured(page: Page): Promise<{ nodes: number; listeners: number; heap: number }> {
  const devtools = await page.createCDPSession();
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.detach();
  const { Nodes = 0, JSEventListeners = 0, JSHeapUsedSize = 0 } = await page.metrics();
  return { nodes: Nodes, listeners: JSEventListeners, heap: JSHeapUsedSize };
}
