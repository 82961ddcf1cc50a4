import { html, type Insert, type Markup } from '../../report/page/html';
import { clockText, durationText } from '../../view/words';
import type { LiveState, PipelineRun, PipelineStage, StageStatus } from '../state';
import { domId, rolloutLink } from './names';
import type { Scene } from './view';

const FEW = 5;

interface StatusWords {
  readonly mark: string;
  readonly text: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'quiet';
}

const STATUS_WORDS: Readonly<Record<StageStatus, StatusWords>> = {
  waiting: { mark: '○', text: 'waiting', tone: 'quiet' },
  running: { mark: '▶', text: 'running', tone: 'warn' },
  succeeded: { mark: '✓', text: 'succeeded', tone: 'good' },
  failed: { mark: '✗', text: 'failed', tone: 'bad' },
  superseded: { mark: '↩', text: 'superseded', tone: 'quiet' },
  stopped: { mark: '■', text: 'stopped', tone: 'quiet' },
};

/** What pushes started, newest first; each stage opens its log. */
export function pipelinesSection({ state, view }: Scene): Insert {
  const runs = state.pipelines;
  if (runs.length === 0) {
    return noPush(state);
  }
  // A run whose log is open stays, so that newer ones do not take it away from who reads it.
  const shown = runs.filter((run, index) => view.allRuns || index < FEW || view.stages[run.id] !== undefined);
  const more = runs.length > FEW;
  return html`<ol class="runs">${shown.map((run) => runItem(run, state, view.stages[run.id]))}</ol>
${more && html`<button type="button" data-toggle="allRuns" aria-expanded="${view.allRuns ? 'true' : 'false'}">${view.allRuns ? 'Show the newest only' : `Show all ${runs.length} runs`}</button>`}`;
}

function noPush(state: LiveState): Markup {
  const service = state.services[0];
  return html`<p class="quiet">Nothing was pushed yet. A push to <code>main</code> of a service’s repository starts its pipeline:</p>
${
  service !== undefined &&
  html`<pre class="how" tabindex="0" role="region" aria-label="How to push">git clone ${service.gitRemote}
cd ${
    service.gitRemote
      .replace(/\/+$/, '')
      .replace(/^.*\//, '')
      .replace(/\.git$/, '') || service.name
  }
# change something
git commit --all --message "My first release"
git push origin main</pre>`
}`;
}

function runItem(run: PipelineRun, state: LiveState, open: string | undefined): Markup {
  const id = domId('run', run.id);
  const stage = run.stages.find(({ name }) => name === open);
  return html`<li id="${id}" class="run"><div class="run-head"><h3>${run.service} <code class="versions" title="${run.commit}">${run.commit.slice(0, 8)}</code></h3> ${statusBadge(run.status)}
<p class="commit">${run.message || 'no message'}</p>
<p class="quiet-text">${run.author} · ${clockText(run.startedAt)} · ${took(run, state.now)}${run.rolloutId !== null && html` · <a href="${rolloutLink(run.rolloutId)}">Rollout<span class="hidden"> of ${run.service} ${run.commit.slice(0, 8)}</span></a>`}</p></div>
<ol class="stages" aria-label="Stages of ${run.service} ${run.commit.slice(0, 8)}">${run.stages.map((one) => stageItem(one, run, state.now, one === stage))}</ol>
${stage !== undefined && stagePanel(stage, run, id)}</li>`;
}

function statusBadge(status: StageStatus): Markup {
  const words = STATUS_WORDS[status];
  return html`<span class="badge ${words.tone}"><span aria-hidden="true">${words.mark}</span> ${words.text}</span>`;
}

function stageItem(stage: PipelineStage, run: PipelineRun, now: string, isOpen: boolean): Markup {
  const words = STATUS_WORDS[stage.status];
  const id = domId(`${domId('run', run.id)}-stage`, stage.name);
  return html`<li data-key="${stage.name}"><button type="button" id="${id}" class="stage ${words.tone} ${stage.status}" data-run="${run.id}" data-stage="${stage.name}" aria-expanded="${isOpen ? 'true' : 'false'}"${isOpen && html` aria-controls="${domId('run', run.id)}-log"`}><span class="stage-mark" aria-hidden="true">${words.mark}</span><span class="stage-name">${stage.name}</span> <span class="stage-status"><span class="stage-word">${words.text}${stage.startedAt !== null && ', '}</span>${stage.startedAt !== null && took({ ...stage, startedAt: stage.startedAt }, now)}</span></button></li>`;
}

function stagePanel(stage: PipelineStage, run: PipelineRun, id: string): Markup {
  return html`<div id="${id}-log" class="log-panel"><p class="log-head"><b>${stage.name}</b> ${statusBadge(stage.status)} ${stage.summary}</p>
${run.rolloutId !== null && html`<p class="quiet-text"><a href="${rolloutLink(run.rolloutId)}">The rollout that this run started, with its checks</a></p>`}
${
  stage.log.length === 0
    ? html`<p class="quiet">${stage.status === 'waiting' ? 'This stage has not begun.' : 'This stage wrote nothing yet.'}</p>`
    : html`<pre class="log" tabindex="0" role="region" aria-label="Log of ${stage.name}" data-follow>${stage.log.join('\n')}</pre>`
}</div>`;
}

/** How long something ran, or has run. */
function took(
  { startedAt, endedAt }: { readonly startedAt: string; readonly endedAt: string | null },
  now: string,
): string {
  return durationText(Date.parse(endedAt ?? now) - Date.parse(startedAt));
}
