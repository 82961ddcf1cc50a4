import type { Browser } from 'puppeteer-core';
import { startLiveServer } from '../../../rehearsal/live/server';
import type { LiveState } from '../../../rehearsal/live/state';
import { at } from '../report/builders';
import { type OpenPage, openPage, startBrowser, theMachine } from './browser';
import { aCrowdedState, anEmptyState, aRolledBackState, aRunningState } from './sample-state';

jest.setTimeout(90_000);

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
});
