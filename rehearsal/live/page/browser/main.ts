import type { DrawnState, LiveState } from '../../state';
import { layOut } from '../machine-layout';
import { domId, targetOf } from '../names';
import { renderSections } from '../sections';
import { FIRST_VIEW, type PageView } from '../view';
import { listenToActions } from './actions';
import { Connection, type Standing } from './connection';
import { morph } from './morph';

const machine: readonly DrawnState[] = JSON.parse(element('machine').textContent ?? '[]');
const layout = layOut(machine);
const drawn = new Map<string, string>();
let state: LiveState | undefined;
let view: PageView = FIRST_VIEW;
let isAsked = false;
let afterDrawing: (() => void) | undefined;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no element "${id}"`);
  }
  return found;
}

/** Draws with the next frame; a page that is not seen is not drawn. */
function draw(): void {
  if (!isAsked) {
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      drawNow();
    });
  }
}

function drawNow(): void {
  if (state === undefined) {
    return;
  }
  for (const [id, { text }] of Object.entries(renderSections({ state, view, machine, layout }))) {
    if (drawn.get(id) !== text) {
      drawn.set(id, text);
      update(element(id), text);
    }
  }
  document.title = `${state.environment} – ECS Canary, live`;
  const next = afterDrawing;
  afterDrawing = undefined;
  next?.();
}

/** A log that shows its end goes on showing it. */
function update(section: HTMLElement, text: string): void {
  const isAtEnd = ({ scrollTop, scrollHeight, clientHeight }: Element): boolean =>
    scrollTop + clientHeight >= scrollHeight - 4;
  const followed = [...section.querySelectorAll('[data-follow]')].filter(isAtEnd);
  const before = new Set(section.querySelectorAll('[data-follow]'));
  morph(section, text);
  for (const log of section.querySelectorAll('[data-follow]')) {
    if (followed.includes(log) || !before.has(log)) {
      log.scrollTop = log.scrollHeight;
    }
  }
}

function change(part: Partial<PageView>): void {
  view = { ...view, ...part };
  drawNow();
}

/** Shows what the address names, and takes the keyboard there. */
function follow(): void {
  const target = targetOf(location.hash);
  if (target?.kind === 'rollout') {
    change({ rollout: target.id, machineState: null });
    focusOn('rollout-h');
  } else if (target?.kind === 'stage') {
    change({ stages: { ...view.stages, [target.run]: target.stage } });
    focusOn(domId(`${domId('run', target.run)}-stage`, target.stage));
  } else if (location.hash.endsWith('-h')) {
    focusOn(location.hash.slice(1));
  }
}

function focusOn(id: string): void {
  const target = document.getElementById(id);
  target?.focus();
  target?.scrollIntoView({ block: 'start' });
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  lost: 'Connection lost: trying again. What you see may be old.',
};

function stand(standing: Standing): void {
  const status = element('standing');
  const text =
    standing === 'lost' && state !== undefined
      ? `Connection lost: trying again. What you see is from ${state.now.slice(11, 19)}.`
      : STANDINGS[standing];
  if (status.textContent !== text) {
    status.textContent = text;
    status.dataset.standing = standing;
    document.body.dataset.standing = standing;
  }
}

const connection = new Connection({
  state: (next) => {
    const isFirst = state === undefined;
    state = next as unknown as LiveState;
    if (isFirst) {
      afterDrawing = follow;
    }
    draw();
  },
  standing: stand,
});

listenToActions({
  view: () => view,
  change,
  follow,
  say: (text) => {
    element('said').textContent = text;
  },
});
addEventListener('hashchange', follow);
document.addEventListener('visibilitychange', draw);
stand('connecting');
connection.open();
