import type { PageView } from '../view';

/** What a person's clicks and keys change. */
export interface ActionTarget {
  readonly view: () => PageView;
  readonly change: (view: Partial<PageView>) => void;
  readonly say: (text: string) => void;
  /** Goes to what the page's address names. */
  readonly follow: () => void;
}

/** Listens to clicks, keys and the pointer, once for the whole page: what is drawn later needs nothing. */
export function listenToActions(target: ActionTarget): void {
  document.addEventListener('click', (event) => clicked(event, target));
  document.addEventListener('keydown', (event) => pressed(event, target));
}

function clicked(event: Event, { view, change, say, follow }: ActionTarget): void {
  // The browser tells of a new address only.
  if (closest(event, 'a')?.getAttribute('href') === location.hash && location.hash !== '') {
    follow();
  }
  const { dataset } = closest(event, '[data-stage],[data-toggle],[data-copy],[data-pick-state]') ?? {};
  const { run, stage, toggle, copy, pickState } = dataset ?? {};
  if (run !== undefined && stage !== undefined) {
    const { [run]: open, ...others } = view().stages;
    change({ stages: open === stage ? others : { ...others, [run]: stage } });
  } else if (toggle === 'allRuns' || toggle === 'allRollouts') {
    change({ [toggle]: !view()[toggle] });
  } else if (copy !== undefined) {
    navigator.clipboard.writeText(copy).then(
      () => say('Copied.'),
      () => say('The browser did not allow copying: select the text instead.'),
    );
  } else if (pickState !== undefined) {
    change({ machineState: pickState });
  }
}

function closest(event: Event, selector: string): HTMLElement | SVGElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
}

const STEPS: Readonly<Record<string, (index: number, count: number) => number>> = {
  ArrowDown: (index, count) => Math.min(count - 1, index + 1),
  ArrowRight: (index, count) => Math.min(count - 1, index + 1),
  ArrowUp: (index) => Math.max(0, index - 1),
  ArrowLeft: (index) => Math.max(0, index - 1),
  Home: () => 0,
  End: (_, count) => count - 1,
};

/** Moves through the drawing of the state machine; Escape goes back to the state that the rollout is in. */
function pressed(event: KeyboardEvent, { change }: ActionTarget): void {
  const node = closest(event, '[data-pick-state]');
  const drawing = node?.closest('[data-drawing]');
  if (node === null || !drawing) {
    return;
  }
  const nodes = [...drawing.querySelectorAll<SVGElement>('[data-pick-state]')];
  const step = STEPS[event.key];
  const chosen =
    step === undefined ? undefined : nodes[step(nodes.indexOf(node as SVGElement), nodes.length)];
  if (chosen !== undefined) {
    event.preventDefault();
    change({ machineState: chosen.dataset.pickState ?? null });
    chosen.focus();
  } else if (event.key === 'Escape') {
    change({ machineState: null });
  }
}
