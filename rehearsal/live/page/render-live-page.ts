import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build } from 'esbuild';
import { contentPolicy } from '../../report/page/content-policy';
import { HATCH } from '../../report/page/frame';
import { html, jsonForScript, Markup } from '../../report/page/html';
import { STYLE } from '../../report/page/theme';
import type { DrawnState } from '../state';
import { LIVE_STYLE } from './live-style';
import { ARROWS } from './machine-drawing';

/** The live page, ready to be served. */
export interface LivePage {
  readonly html: string;
  /** Its content security policy. */
  readonly policy: string;
  /** Changes when the page does. */
  readonly id: string;
}

const STYLES = STYLE + LIVE_STYLE;

/** A canary on a dark ground, so that the tab has a picture without asking for one. */
const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Crect width=%2216%22 height=%2216%22 rx=%224%22 fill=%22%231b1f24%22/%3E%3Cpath d=%22M3 11a5 5 0 0 1 8-5l3 1-3 2a5 5 0 0 1-5 4H2z%22 fill=%22%23f2a33a%22/%3E%3C/svg%3E';

/** Makes the page: one file with its style, its script and the state machine; it loads nothing but its own events. */
export async function renderLivePage(machine: readonly DrawnState[]): Promise<LivePage> {
  bundling ??= bundledScript();
  const script = await bundling;
  const text = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${ICON}">
<title>ECS Canary, live</title>
<style>${new Markup(STYLES)}</style>
</head>
<body>
<a class="skip" href="#rollouts-h">Skip to the rollouts</a>
<svg class="defs" aria-hidden="true"><defs>${HATCH}${ARROWS}</defs></svg>
<div class="frame live">
<noscript><p class="card">This page needs JavaScript. All that it shows is also at <a href="/state.json">/state.json</a>.</p></noscript>
<div class="standing-line"><span role="status" id="standing"></span><span role="status" id="said" class="hidden"></span></div>
<header id="head"></header>
<nav class="jumps" aria-label="Sections"><a href="#services-h">Services</a> <a href="#events-h">Events</a> <a href="#pipelines-h">Pipelines</a> <a href="#rollouts-h">Rollouts</a></nav>
<main>
<div class="top">
<section class="card" aria-labelledby="services-h"><h2 id="services-h" tabindex="-1">Services</h2><div id="services"></div></section>
<section class="card events-card" aria-labelledby="events-h"><h2 id="events-h" tabindex="-1">Events</h2><div class="scroll tall" tabindex="0" role="log" aria-live="polite" aria-relevant="additions" aria-label="Events, newest first"><ol id="events"></ol></div></section>
</div>
<section class="card" aria-labelledby="pipelines-h"><h2 id="pipelines-h" tabindex="-1">Pipelines</h2><div id="pipelines"></div></section>
<section class="card" aria-labelledby="rollouts-h"><h2 id="rollouts-h" tabindex="-1">Rollouts</h2><div id="rollouts"></div><div id="rollout"></div></section>
</main>
</div>
<script type="application/json" id="machine">${jsonForScript(machine)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
  const policy = contentPolicy({
    style: STYLES,
    script,
    also: ["connect-src 'self'", 'img-src data:', "frame-ancestors 'none'"],
  });
  return { html: text, policy, id: createHash('sha256').update(text).digest('hex').slice(0, 16) };
}

/** The sources do not change while a rehearsal runs. */
let bundling: Promise<string> | undefined;

/** The page's script in one piece: the very code that draws the report, and what listens and draws in the browser. */
async function bundledScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, 'browser/main.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    logLevel: 'silent',
  });
  // Neither may end the script element early.
  return (outputFiles[0]?.text ?? '').replace(/<\/(script)/gi, '<\\/$1').replace(/<!--/g, '<\\!--');
}
