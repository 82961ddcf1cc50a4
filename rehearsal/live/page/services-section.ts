import { coordinate } from '../../report/page/frame';
import { html, type Insert, type Markup } from '../../report/page/html';
import { outcomeBadge } from '../../report/page/rollout-section';
import { isVersion } from '../../view/story';
import { stateWords, valueText } from '../../view/words';
import type { LiveRollout, LiveService, LiveState } from '../state';
import { domId, rolloutLink, versionOf } from './names';

/** Every service with its split now. */
export function servicesSection(state: LiveState): Insert {
  return state.services.length === 0
    ? html`<p class="quiet">This platform has no service. Add one under <code>services</code> in <code>platform.yaml</code> and start again.</p>`
    : html`<ul class="services">${state.services.map((service) => tile(service, state))}</ul>`;
}

function tile(service: LiveService, state: LiveState): Markup {
  const rollout = state.rollouts.find((candidate) => candidate.service === service.name);
  const all = parts(service, rollout, state);
  return html`<li id="${domId('service', service.name)}" class="tile"><h3>${service.name} <span class="versions">${service.protocol} :${service.port}</span></h3>
${all.length === 0 ? nothingYet(service) : split(all)}
${rollout !== undefined && html`<p class="tile-rollout"><span class="quiet-text">${rollout.endedAt === null ? 'Rollout' : 'Last rollout'}</span> <a href="${rolloutLink(rollout.id)}">${rollout.endedAt === null ? html`<span class="badge warn"><span aria-hidden="true">▶</span> ${stateWords(rollout.state)}</span>` : outcomeBadge(rollout.outcome)}<span class="hidden"> rollout of ${rollout.version || service.name}</span></a></p>`}
${service.gitRemote !== '' && cloneLine(service)}</li>`;
}

interface Part {
  readonly version: string;
  readonly weight: number;
  readonly role: 'stable' | 'canary' | 'other';
}

/** The canary of the rollout that runs now is the canary; of the others the heaviest is stable. */
function parts(service: LiveService, rollout: LiveRollout | undefined, state: LiveState): readonly Part[] {
  const canary = rollout?.endedAt === null ? rollout.version : '';
  const sorted = Object.entries(service.weights).sort(([, a], [, b]) => b - a);
  const stable = sorted.find(([name]) => !isVersion(name, canary))?.[0];
  const order = { stable: 0, other: 1, canary: 2 };
  return sorted
    .map(([name, weight]): Part => {
      const role = isVersion(name, canary) ? 'canary' : name === stable ? 'stable' : 'other';
      return { version: versionOf(name, service.name, state), weight, role };
    })
    .sort((a, b) => order[a.role] - order[b.role]);
}

const WIDTH = 300;

function split(all: readonly Part[]): Markup {
  const total = all.reduce((sum, { weight }) => sum + weight, 0) || 1;
  let x = 0;
  const bars = all.map(({ weight, role }) => {
    const width = (weight / total) * WIDTH;
    const at = coordinate(x);
    x += width;
    return html`<rect class="area ${role}" x="${at}" y="0" width="${coordinate(width)}" height="14"/>${role !== 'stable' && html`<rect class="hatch" x="${at}" y="0" width="${coordinate(width)}" height="14" fill="url(#hatch)"/>`}`;
  });
  return html`<svg class="bar" viewBox="0 0 ${WIDTH} 14" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<ul class="split">${all.map(({ version, weight, role }) => html`<li><i class="swatch ${role}"></i><b>${valueText(weight)} %</b> <code>${version}</code> <span class="quiet-text">${weight > 0 || role !== 'other' ? role : 'no traffic'}</span></li>`)}</ul>`;
}

function nothingYet(service: LiveService): Markup {
  return html`<p class="quiet">No version serves yet. Clone the repository, commit and push: <code>git push origin main</code> starts the first release of ${service.name}.</p>`;
}

function cloneLine({ gitRemote, name }: LiveService): Markup {
  return html`<p class="clone"><code class="remote">git clone ${gitRemote}</code> <button type="button" class="small" data-copy="git clone ${gitRemote}" aria-label="Copy the clone command of ${name}">Copy</button></p>`;
}
