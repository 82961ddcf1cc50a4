import { html, type Insert, type Markup } from '../../report/page/html';
import { clockText, countText } from '../../view/words';
import type { LiveEvent, LiveState } from '../state';

/** The head of the page: what runs, how fast, and what users see at this moment. */
export function headSection(state: LiveState): Markup {
  const last = state.traffic.at(-1);
  const facts: readonly (readonly [string, string])[] = [
    ['Virtual time, UTC', clockText(state.now)],
    ['Speed', `${state.speed}×`],
    ['Requests a second', countText(last?.requests ?? 0)],
    ['Failed a second', countText(last?.failed ?? 0)],
    ['AWS calls', countText(state.calls.total)],
    ['Denied', countText(state.calls.denied)],
    ['Data plane', state.dataPlane === 'envoy' ? 'Envoy' : 'embedded proxy'],
  ];
  return html`<p class="eyebrow">ECS Canary rehearsal, live</p><h1>${state.environment}</h1>
<p class="open"><a href="${webAddress(state.applicationUrl)}" target="_blank" rel="noopener noreferrer">Open the application<span class="hidden"> in a new tab</span></a> <code>${state.applicationUrl}</code></p>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd class="${(name === 'Denied' || name === 'Failed a second') && value !== '0' && 'bad'}">${value}</dd></div>`)}</dl>
<p class="quiet">Times are virtual: ${state.speed} seconds pass in one second on the wall. Requests and their latencies are real.</p>`;
}

/** Only addresses of the web are followed, whatever the state says. */
function webAddress(url: string): string {
  return /^https?:\/\//i.test(url) ? url : '#';
}

const LEVELS: Readonly<Record<LiveEvent['level'], { readonly mark: string; readonly text: string }>> = {
  info: { mark: '·', text: '' },
  good: { mark: '✓', text: 'Good: ' },
  bad: { mark: '✗', text: 'Bad: ' },
};

/** What happened, newest first. */
export function eventsSection({ events }: LiveState): Insert {
  const seen = new Map<string, number>();
  // Counted from the oldest, so that an event keeps its key when newer ones come.
  const keyed = events.toReversed().map((event) => {
    const key = `${event.at} ${event.text}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return { event, key: `${key} ${seen.get(key)}` };
  });
  return keyed.reverse().map(({ event, key }) => {
    const level = LEVELS[event.level];
    return html`<li data-key="${key}" class="event ${event.level}"><span class="when">${clockText(event.at)}</span> <span class="mark" aria-hidden="true">${level.mark}</span> <span><span class="hidden">${level.text}</span>${event.text}</span></li>`;
  });
}
