/**
 * The page's look. Blue and orange are told apart with every kind of colour blindness, and the canary is hatched
 * besides; text has a contrast of 4.5 or more in both themes, marks 3 or more.
 */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f6f3;--card:#fff;--ink:#1b1f24;--muted:#59616b;--line:#d9dce1;--grid:#e6e8eb;--link:#0b57a4;
--stable:#2f7fc1;--canary:#c96a00;--failed:#b3261e;--all:#5f6b7a;--good:#1a6e3c;--good-bg:#e2f3e8;--warn:#7a4d00;--warn-bg:#fdf0d5;--bad:#a11d16;--bad-bg:#fde7e5;
--prepare:#7b6fb0;--shift:#c96a00;--watch:#5b93c4;--check:#1f8a70;--undo:#b3261e;--finish:#868e99}
@media (prefers-color-scheme:dark){:root{--page:#111418;--card:#191d23;--ink:#e9ebee;--muted:#a5adb8;--line:#343a43;--grid:#2a3038;--link:#84bdf5;
--stable:#4a9fe0;--canary:#f2a33a;--failed:#ff8177;--all:#8d99a8;--good:#7fd6a0;--good-bg:#16311f;--warn:#f5c56b;--warn-bg:#37290f;--bad:#ff9d95;--bad-bg:#3c1a17;
--prepare:#a79be0;--shift:#f2a33a;--watch:#4f83b0;--check:#4cc3a5;--undo:#ff8177;--finish:#7d8691}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;overflow-wrap:anywhere}
.frame{max-width:1040px;margin:0 auto;padding:24px 16px 64px}
.skip{position:absolute;left:-999em}.skip:focus{left:16px;top:8px;background:var(--card);padding:8px 12px;z-index:1}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.defs{position:absolute;width:0;height:0}
.eyebrow{margin:0;color:var(--muted);font-size:14px;letter-spacing:.04em}
h1{font-size:30px;line-height:1.2;margin:2px 0 16px}h2{font-size:22px;margin:0 0 12px}h3{font-size:18px;margin:0 0 8px}h4{font-size:15px;margin:20px 0 6px}
h2.between{margin:36px 0 0}
.versions{font-weight:400;color:var(--muted);font-variant-numeric:tabular-nums}
a{color:var(--link)}a:focus-visible,summary:focus-visible,.scroll:focus-visible,button:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:4px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px;margin:16px 0}
.quiet{color:var(--muted);font-size:14px;margin:6px 0}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(120px,1fr));gap:8px 20px;margin:0 0 12px}
.facts dt{color:var(--muted);font-size:13px}.facts dd{margin:0;font-size:19px;font-weight:600;font-variant-numeric:tabular-nums}
.badge{display:inline-block;border-radius:999px;padding:1px 11px;font-size:14px;font-weight:600;vertical-align:middle;white-space:nowrap}
.badge.good{color:var(--good);background:var(--good-bg)}.badge.warn{color:var(--warn);background:var(--warn-bg)}.badge.bad{color:var(--bad);background:var(--bad-bg)}
.expectations{list-style:none;margin:0;padding:0}.expectations li{display:flex;gap:10px;padding:5px 0;border-top:1px solid var(--grid)}.expectations li:first-child{border-top:0}
.expectations .mark{font-weight:700}.good .mark{color:var(--good)}.bad .mark{color:var(--bad)}.found{color:var(--muted)}
figure{margin:16px 0 8px}figcaption{font-size:14px;font-weight:600;margin-bottom:4px}
.legend{display:inline-flex;flex-wrap:wrap;gap:2px 14px;font-weight:400;margin-left:10px}
.key{display:inline-flex;align-items:center;gap:5px;color:var(--muted)}
.swatch{width:14px;height:12px;border-radius:3px;background:currentColor;display:inline-block;flex:none}
.swatch.stable{color:var(--stable)}.swatch.canary{background:repeating-linear-gradient(45deg,var(--canary) 0 3px,transparent 3px 5px);outline:1px solid var(--canary);outline-offset:-1px}
.swatch.failed{color:var(--failed)}.swatch.all{color:var(--all)}.swatch.fault{width:3px;color:var(--ink)}
.swatch.prepare{color:var(--prepare)}.swatch.shift{color:var(--shift)}.swatch.watch{color:var(--watch)}.swatch.check{color:var(--check)}.swatch.undo{color:var(--undo)}.swatch.finish{color:var(--finish)}
.sign{width:14px;height:14px;overflow:visible}
.chart{display:block;width:100%;height:auto;overflow:visible}.chart.narrow{display:none}
@media (max-width:640px){.chart.wide{display:none}.chart.narrow{display:block}.card{padding:16px 12px;border-radius:10px}h1{font-size:25px}.legend{display:flex;margin-left:0}.began,.took{display:none}th,td{padding-right:8px}.facts{grid-template-columns:repeat(auto-fit,minmax(105px,1fr))}}
.grid{stroke:var(--ink);stroke-opacity:.13;fill:none}.axis{stroke:var(--muted);fill:none}
.tick,.name{fill:var(--muted);font-size:12px}
.area.stable{fill:var(--stable)}.area.canary{fill:var(--canary);fill-opacity:.55}.area.failed{fill:var(--failed)}.area.all{fill:var(--all)}
.hatch{pointer-events:none}.hatch-line{stroke:var(--canary);stroke-width:3}
.edge.canary{fill:none;stroke:var(--canary);stroke-width:2}
.hit{fill:transparent}.fault{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:4 3;fill:none}.fault-head{fill:var(--ink)}
.verdict{fill:none;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}.verdict.advance{stroke:var(--good)}.verdict.hold{stroke:var(--warn)}.verdict.roll_back{stroke:var(--bad)}
.band.prepare{fill:var(--prepare)}.band.shift{fill:var(--shift)}.band.watch{fill:var(--watch)}.band.check{fill:var(--check)}.band.undo{fill:var(--undo)}.band.finish{fill:var(--finish)}
.cursor{stroke:var(--ink);stroke-width:1;opacity:.7}
.readout{font-size:13px;color:var(--muted);min-height:20px;margin:0;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14px}th,td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--grid);vertical-align:top;overflow-wrap:normal}
thead th{color:var(--muted);font-weight:500;white-space:nowrap}tbody th{font-weight:500}.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.number+td:not(.number),th.number+th:not(.number){padding-left:16px}
td.bad,.result.broken{color:var(--bad);font-weight:600}.result.kept{color:var(--good)}.result.unknown{color:var(--warn)}.long{min-width:220px;overflow-wrap:anywhere}
code{font:13px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
details{margin:6px 0}summary{cursor:pointer;color:var(--link);font-size:14px}
.checks ol{list-style:none;margin:4px 0 0;padding:0}.checks li{border-top:1px solid var(--grid)}.checks li summary{color:var(--ink);padding:3px 0}
.when{font-variant-numeric:tabular-nums;color:var(--muted);margin-right:6px}.reason{color:var(--muted)}
.verdict-text{font-weight:600;white-space:nowrap;margin-right:4px}.verdict-text.advance{color:var(--good)}.verdict-text.hold{color:var(--warn)}.verdict-text.roll_back{color:var(--bad)}
button{font:inherit;font-size:14px;color:var(--link);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:4px 12px;cursor:pointer}
@media print{.card{break-inside:avoid}.skip,button{display:none}}
`;
