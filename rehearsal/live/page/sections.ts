import { html, type Insert, type Markup } from '../../report/page/html';
import { eventsSection, headSection } from './head-section';
import { pipelinesSection } from './pipelines-section';
import { rolloutDetail, rolloutList } from './rollouts-section';
import { servicesSection } from './services-section';
import type { Scene } from './view';

/** Ids of the elements that are drawn anew when the state or the view changes, in the order of the page. */
export const SECTIONS = ['head', 'services', 'events', 'pipelines', 'rollouts', 'rollout'] as const;

/** What each section shows now. */
export function renderSections(scene: Scene): Readonly<Record<(typeof SECTIONS)[number], Markup>> {
  const { state } = scene;
  return {
    head: headSection(state),
    services: markup(servicesSection(state)),
    events: markup(eventsSection(state)),
    pipelines: markup(pipelinesSection(scene)),
    rollouts: markup(rolloutList(scene)),
    rollout: markup(rolloutDetail(scene)),
  };
}

function markup(insert: Insert): Markup {
  return html`${insert}`;
}
