/** What the live page needs beyond the report's look. */
export const LIVE_STYLE = `
.frame.live{max-width:1320px}
h2:focus,h3:focus,h4:focus{outline:none}
h2:focus-visible,h3:focus-visible,h4:focus-visible{outline:3px solid var(--link);outline-offset:4px;border-radius:4px}
.hidden{white-space:nowrap}
.live .card{min-width:0}
.quiet-text{color:var(--muted);font-size:13px}
.standing-line{float:right;font-size:14px;font-weight:600}
#standing::before{content:"● "}
#standing[data-standing=live]{color:var(--good)}#standing[data-standing=lost]{color:var(--bad)}#standing[data-standing=lost]::before{content:"✗ "}
#standing[data-standing=connecting]{color:var(--muted)}
body[data-standing=lost] .standing-line{position:sticky;top:0;z-index:2;float:none;background:var(--bad-bg);border-radius:8px;padding:8px 14px;margin-bottom:8px}
.open{margin:0 0 14px}.open code{color:var(--muted);margin-left:6px}
.facts dd.bad{color:var(--bad)}
.jumps{display:none;gap:14px;flex-wrap:wrap;font-size:14px;margin-top:10px}
.top .card{margin:0}.top{margin:16px 0;display:grid;grid-template-columns:minmax(0,2fr) minmax(280px,1fr);gap:16px}
.services{list-style:none;margin:0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(300px,1fr));gap:12px}
.tile{border:1px solid var(--line);border-radius:10px;padding:12px 14px;display:flex;flex-direction:column;gap:6px}
.tile h3{font-size:16px;margin:0}.tile p{margin:0}.tile-rollout a{text-decoration-thickness:1px}
.tile-rollout .badge{white-space:normal}
.bar{display:block;width:100%;height:14px;border-radius:4px;background:var(--grid)}
.area.other{fill:var(--prepare);fill-opacity:.7}.swatch.other{color:var(--prepare)}
.split{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:2px 18px;font-size:14px}
.split li{display:flex;align-items:center;gap:6px;font-variant-numeric:tabular-nums}
.clone{display:flex;gap:8px;align-items:center;margin-top:auto!important}
.remote{flex:1;min-width:0;color:var(--muted);font-size:12px}
button.small{font-size:13px;padding:2px 9px;flex:none}
.events-card{display:flex;flex-direction:column}
.scroll.tall{max-height:420px;overflow:auto;overscroll-behavior:contain}
.events-card .scroll{flex:1 1 0;min-height:220px;max-height:none}
#events{list-style:none;margin:0;padding:0;font-size:14px}
#events:empty::after{content:"Nothing has happened yet.";color:var(--muted)}
.event{display:grid;grid-template-columns:auto 14px 1fr;gap:4px;padding:5px 0;border-top:1px solid var(--grid)}.event:first-child{border-top:0}
.event .mark{font-weight:700;text-align:center}.event.good .mark{color:var(--good)}.event.bad .mark{color:var(--bad)}.event.bad{font-weight:600}.event.bad .when{font-weight:400}
pre{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:8px 0;white-space:pre-wrap;overflow-wrap:anywhere}
pre.how,pre.log{background:var(--page);border:1px solid var(--line);border-radius:8px;padding:10px 12px}
pre.log{max-height:340px;overflow:auto;overscroll-behavior:contain}
pre:focus-visible,g.node:focus-visible .shape{outline:3px solid var(--link);outline-offset:2px}
.runs,.stages,.rollout-list{list-style:none;margin:0;padding:0}
.run{border-top:1px solid var(--grid);padding:12px 0}.run:first-child{border-top:0;padding-top:0}
.run{display:grid;grid-template-columns:minmax(260px,5fr) minmax(0,7fr);gap:8px 20px;align-items:start}
.run h3{display:inline;font-size:16px;margin:0 6px 0 0}.run p{margin:2px 0}.commit{font-weight:500}
.stages{display:flex;flex-wrap:wrap;gap:8px 22px}
.stages li{position:relative;flex:1 1 130px;max-width:230px}
.stages li+li::before{content:"";position:absolute;left:-22px;top:50%;width:22px;height:2px;background:var(--line)}
.stage{width:100%;text-align:left;display:grid;grid-template-columns:22px 1fr;gap:0 6px;padding:8px 12px;color:var(--ink);border:1.5px solid var(--line)}
.stage-mark{grid-row:1/3;align-self:center;font-weight:700;font-size:16px}.stage-name{font-weight:600}.stage-status{font-size:13px;color:var(--muted)}
.stage:hover{border-color:var(--link)}.stage[aria-expanded=true]{border-color:var(--link);box-shadow:inset 0 -3px 0 var(--link)}
.stage.good .stage-mark{color:var(--good)}.stage.bad .stage-mark,.stage.bad .stage-status{color:var(--bad)}.stage.bad{border-color:var(--bad)}
.stage.warn .stage-mark{color:var(--warn)}.stage.running{border-color:var(--warn)}.stage.quiet .stage-mark{color:var(--muted)}.stage.waiting{border-style:dashed}
.stage.running .stage-mark{animation:pulse 1.6s ease-in-out infinite}
@keyframes pulse{50%{opacity:.35}}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
.badge.quiet{color:var(--muted);background:var(--grid);margin:0}
.log-panel{grid-column:1/-1}.log-head{margin:0}
.rollout-list{display:grid;grid-template-columns:repeat(auto-fill,minmax(270px,1fr));gap:8px;margin-bottom:8px}
.rollout-list a{display:block;height:100%;border:1px solid var(--line);border-radius:10px;padding:8px 12px;text-decoration:none;color:var(--ink);font-size:14px}
.rollout-list a:hover{border-color:var(--link)}.rollout-list a[aria-current]{border-color:var(--link);box-shadow:inset 4px 0 0 var(--link)}
.choice-name{font-weight:600;display:block}
.detail{display:grid;grid-template-columns:minmax(0,1fr) 380px;gap:0 28px;border-top:1px solid var(--line);margin-top:16px;padding-top:16px}
.detail-head,.detail-foot{grid-column:1/-1}.detail-head p{margin:4px 0}.detail-main{min-width:0}
.links{font-size:14px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:0 20px}
.pair figure{margin:6px 0}.pair .legend{display:flex;margin:0}
.line{fill:none;stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}.line.stable{stroke:var(--stable)}.line.canary{stroke:var(--canary);stroke-dasharray:7 5}
.stroke{width:22px;height:0;border-top:3px solid var(--stable);display:inline-block}.stroke.canary{border-top:3px dashed var(--canary)}
.key b{color:var(--ink);font-variant-numeric:tabular-nums}
.checks-table{min-width:560px}.checks-table .at{font-variant-numeric:tabular-nums;white-space:nowrap}.checks-table thead th{position:sticky;top:0;background:var(--card)}
.evidence{list-style:none;margin:0;padding:0}.evidence li{padding-bottom:3px}.facts-line{display:block}
.machine{margin-top:16px}.machine svg{display:block;width:100%;max-width:400px;height:auto;overflow:visible}
.arrow{fill:none;stroke:var(--muted);stroke-width:1.1;opacity:.55}.arrow.error{stroke-dasharray:3 3;opacity:.3}
.arrow.picked{stroke:var(--link);stroke-width:1.8;opacity:1}.arrow.taken{stroke:var(--ink);stroke-width:2;opacity:1}
.head path{fill:var(--muted)}.head.taken path{fill:var(--ink)}.head.picked path{fill:var(--link)}
.node{cursor:pointer}.node:focus{outline:none}.node text{font-size:11px;fill:var(--muted)}
.node .shape{fill:var(--card);stroke:var(--muted);stroke-width:1}
.node.visited .shape{fill:var(--good-bg);stroke:var(--good);stroke-width:1.5}.node.visited text{fill:var(--ink)}
.node.now .shape{fill:var(--warn-bg);stroke:var(--warn);stroke-width:3}.node.now text{fill:var(--ink);font-weight:700}
.node:hover .shape,.node[aria-selected=true] .shape{stroke-width:2.5}
.node:focus-visible .shape{stroke:var(--link);stroke-width:3}
.node .count{fill:var(--card);stroke:var(--good)}.node .count-text{font-size:10px;font-weight:600;fill:var(--good)}
.node.now .count{fill:var(--warn);stroke:var(--warn)}.node.now .count-text{fill:var(--card);font-weight:700}
.swatch.now{background:var(--warn-bg);outline:2px solid var(--warn);outline-offset:-2px}.swatch.visited{background:var(--good-bg);outline:1.5px solid var(--good);outline-offset:-1px}
.swatch.dashes{background:none;height:0;border-top:2px dashed var(--muted);border-radius:0;width:20px}
.state-comment{border-left:3px solid var(--link);padding:2px 0 2px 12px;margin-top:10px;font-size:14px;min-height:92px}.state-comment p{margin:2px 0}
@media (max-width:1080px){.top,.detail{grid-template-columns:minmax(0,1fr)}.events-card .scroll{flex:none;max-height:300px}.jumps{display:flex}}
@media (max-width:640px){.run{grid-template-columns:minmax(0,1fr)}.services,.rollout-list{grid-template-columns:minmax(0,1fr)}.standing-line{float:none}
.stages{display:grid;grid-template-columns:repeat(auto-fit,minmax(84px,1fr));gap:8px 12px}.stages li+li::before{left:-12px;width:12px}
.stage{grid-template-columns:16px 1fr;padding:6px 8px;font-size:13px;height:100%}.stage-word{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.rollout-list a{display:flex;flex-wrap:wrap;gap:2px 8px;align-items:center}.choice-name{flex-basis:100%}
.checks-table{min-width:0}.checks-table thead{position:absolute;clip-path:inset(50%)}.checks-table tr{display:grid;grid-template-columns:auto 1fr;gap:2px 12px;border-bottom:1px solid var(--grid);padding:8px 0}.checks-table td{border:0;padding:0}.checks-table td:nth-child(n+3){grid-column:1/-1}.checks-table td br{display:none}}
`;
