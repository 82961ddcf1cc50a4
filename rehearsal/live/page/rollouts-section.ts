import type { ChartSize } from '../../report/page/frame';
import { html, type Insert, type Markup } from '../../report/page/html';
import { outcomeBadge, rolloutTold } from '../../report/page/rollout-section';
import { periodOf, splitChart } from '../../report/page/split-chart';
import { stateChart } from '../../report/page/state-chart';
import { versionTable } from '../../report/page/version-table';
import { canaryWeightAt } from '../../view/story';
import { clockText, durationText, stateWords } from '../../view/words';
import type { LiveRollout, LiveState } from '../state';
import { checksTable, verdictCounts } from './checks-table';
import { machineDrawing } from './machine-drawing';
import { domId, rolloutLink, stageLink } from './names';
import { versionCharts } from './version-charts';
import { seenRows, seenVersions } from './version-traffic';
import type { Scene } from './view';

const FEW = 6;

/** The rollout that is looked at: the chosen one, or the newest. */
export function shownRollout({ state, view }: Pick<Scene, 'state' | 'view'>): LiveRollout | undefined {
  return state.rollouts.find(({ id }) => id === view.rollout) ?? state.rollouts[0];
}

/** All rollouts to choose from. */
export function rolloutList(scene: Scene): Insert {
  const { state, view } = scene;
  const shown = shownRollout(scene);
  if (shown === undefined) {
    return html`<p class="quiet">No rollout yet. One begins when a pipeline reaches its Deploy stage: push to a service’s repository.</p>`;
  }
  const listed = state.rollouts.filter(
    (rollout, index) => view.allRollouts || index < FEW || rollout === shown,
  );
  return html`<ul class="rollout-list" aria-label="Rollouts, newest first">${listed.map((rollout) => choice(rollout, rollout === shown))}</ul>
${state.rollouts.length > FEW && html`<button type="button" data-toggle="allRollouts" aria-expanded="${view.allRollouts ? 'true' : 'false'}">${view.allRollouts ? 'Show the newest only' : `Show all ${state.rollouts.length} rollouts`}</button>`}`;
}

function choice(rollout: LiveRollout, isShown: boolean): Markup {
  return html`<li id="${domId('choice', rollout.id)}"><a href="${rolloutLink(rollout.id)}"${isShown && html` aria-current="true"`}><span class="choice-name">${rollout.service}</span> <span class="versions">${versionsText(rollout)}</span> ${badge(rollout)}</a></li>`;
}

function badge(rollout: LiveRollout): Markup {
  return rollout.outcome === 'Running'
    ? html`<span class="badge warn"><span aria-hidden="true">▶</span> running</span>`
    : outcomeBadge(rollout.outcome);
}

function versionsText(rollout: LiveRollout): string {
  return `${rollout.stable ?? 'first release'} → ${rollout.version || 'new version'}`;
}

const SPLIT_SIZES: readonly ChartSize[] = [
  { width: 820, kind: 'wide' },
  { width: 350, kind: 'narrow' },
];

const WHOLE_SIZES: readonly ChartSize[] = [
  { width: 1240, kind: 'wide' },
  { width: 350, kind: 'narrow' },
];

/** Everything about the rollout that is looked at. */
export function rolloutDetail(scene: Scene): Insert {
  const rollout = shownRollout(scene);
  if (rollout === undefined) {
    return null;
  }
  const { state, layout, view } = scene;
  // A rollout that runs is drawn up to this moment.
  const drawn = rollout.endedAt === null ? { ...rollout, endedAt: state.now } : rollout;
  const period = periodOf(drawn);
  const versions = seenVersions(rollout, state.traffic, period);
  const rows = seenRows(versions, rollout.outcome);
  const spans = rollout.states.map(({ state: name, from, to }) => ({
    rollout: rollout.id,
    state: name,
    from,
    to: to ?? drawn.endedAt ?? from,
  }));
  return html`<div class="detail" data-key="${rollout.id}"><div class="detail-head"><h3 id="rollout-h" tabindex="-1">${rollout.service} <span class="versions">${versionsText(rollout)}</span> ${badge(rollout)}</h3>
<p>${rollout.endedAt === null ? now(rollout, state) : rolloutTold(rollout)}</p>
${links(rollout, state)}</div>
<div class="detail-main">${splitChart(drawn, 'live', SPLIT_SIZES)}
<h4>What users got</h4>${versionCharts(versions, period)}
${rows.length > 0 && versionTable(rows)}
<h4 id="checks-h" tabindex="-1">Health checks <span class="versions">${verdictCounts(rollout)}</span></h4>${checksTable(rollout)}
${rollout.log !== undefined && logPart(rollout.log)}</div>
<div class="detail-side">${layout.places.length > 0 && machineDrawing({ layout, rollout, picked: view.machineState })}</div>
<div class="detail-foot">${stateChart(spans, period, 'live', WHOLE_SIZES)}</div></div>`;
}

function now(rollout: LiveRollout, state: LiveState): Markup {
  const weight = canaryWeightAt(rollout, Date.parse(state.now));
  const since = durationText(Date.parse(state.now) - Date.parse(rollout.startedAt));
  return html`<strong>Now: ${stateWords(rollout.state, weight)}.</strong> The canary has ${weight} % of the requests, ${since} (virtual) after the rollout began.${rollout.reason !== '' && html` ${rollout.reason}.`}`;
}

/** One click each: to the checks, to the log, back to the pipeline. */
function links(rollout: LiveRollout, state: LiveState): Markup {
  const run = state.pipelines.find(({ rolloutId }) => rolloutId === rollout.id);
  const stage = run?.stages.find(({ name }) => name === 'Deploy') ?? run?.stages.at(-1);
  return html`<p class="links">Began ${clockText(rollout.startedAt)} · <a href="#checks-h">Checks</a>${rollout.log !== undefined && html` · <a href="#log-h">Log</a>`}${run !== undefined && stage !== undefined && html` · <a href="${stageLink(run.id, stage.name)}">Pipeline and its log</a>`}</p>`;
}

function logPart(log: readonly string[]): Markup {
  return html`<h4 id="log-h" tabindex="-1">Log of the canary’s tasks</h4>${
    log.length === 0
      ? html`<p class="quiet">Nothing was written yet.</p>`
      : html`<pre class="log" tabindex="0" role="region" aria-label="Log of the canary’s tasks" data-follow>${log.join('\n')}</pre>`
  }`;
}
