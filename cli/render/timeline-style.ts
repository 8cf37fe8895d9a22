/** The timeline's style sheet. Outcomes differ in pattern as well as in colour. */
export const timelineStyle = `
:root{color-scheme:light dark;--bg:#f3f5f8;--card:#fff;--ink:#17212d;--dim:#586574;--line:#dbe2ea;--grid:#e9eef3;--band:#f8fafb;
--done:#1d7366;--done2:#2b8072;--on:#fff;--running:#2560c4;--blocked:#bf3329;--retried:#a85400;--cancelled:#66727f;--gold:#d69500;--shadow:0 1px 2px #1c273314,0 6px 20px #1c27330f}
@media (prefers-color-scheme:dark){:root{--bg:#0d131a;--card:#141c26;--ink:#e4ebf2;--dim:#94a2b2;--line:#273342;--grid:#1f2a37;--band:#17202b;
--done:#49b09c;--done2:#68c4b2;--on:#05201b;--running:#73a9ff;--blocked:#ff7d70;--retried:#f0a64f;--cancelled:#8d9aa9;--gold:#f7c948;--shadow:0 1px 2px #0006}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1500px;padding:28px clamp(14px,3vw,44px) 90px;background:var(--bg);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
code,pre,.axis,td,dd{font-variant-numeric:tabular-nums}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.92em}
p,h1,h2,dl,dd,ol,ul,figure,pre{margin:0;padding:0}
.brand{color:var(--dim);letter-spacing:.06em;font-size:12px;text-transform:uppercase}
h1{font-size:34px;line-height:1.15;letter-spacing:-.02em;margin:2px 0 4px;overflow-wrap:anywhere}
.facts,.head p,footer{color:var(--dim)}
.totals{display:flex;flex-wrap:wrap;gap:8px 34px;margin:18px 0 4px}
.totals dt{color:var(--dim);font-size:12px;max-width:17rem;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.totals dd{font-size:22px;line-height:1.2;font-weight:600}
.small{margin:12px 0 14px}.small dd{font-size:16px}.small .slow dd{font-weight:500}
.small .slow{border-left:3px solid var(--gold);padding-left:9px}
.overview{display:flex;list-style:none;margin:20px 0 6px;align-items:stretch}
.overview li{min-width:0;flex:1 1 4.6rem}.overview li+li{margin-left:3px}
.overview a{display:block;height:100%;padding:8px 12px;border-radius:7px;background:var(--c);color:var(--on);text-decoration:none;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
.overview a:focus-visible{outline:3px solid var(--gold);outline-offset:2px}
.overview .idle{flex:0 0 auto;display:flex;align-items:center;padding:0 7px;color:var(--dim);font-size:12px}
.overview .idle span{border-top:2px dotted var(--line);border-bottom:2px dotted var(--line);padding:1px 6px}
.legend{display:flex;flex-wrap:wrap;gap:6px 22px;list-style:none;color:var(--dim);font-size:13px;margin:16px 0 18px}
.legend .seg{position:static;display:inline-block;width:22px;height:12px;vertical-align:-1px}
.legend .seg+.seg{margin-left:1px}
.legend .line{display:inline-block;width:26px;border-top:3px solid var(--gold);vertical-align:4px}
.o-done,.o-accepted{--c:var(--done)}.o-running{--c:var(--running)}.o-blocked,.o-failed{--c:var(--blocked)}.o-retried{--c:var(--retried)}.o-cancelled{--c:var(--cancelled)}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;box-shadow:var(--shadow);padding:18px 20px 14px;margin:0 0 22px;scroll-margin-top:10px}
h2{font-size:19px;display:flex;flex-wrap:wrap;gap:4px 10px;align-items:center}
h2 code{font-weight:400;color:var(--dim)}
.badge{background:var(--c);color:var(--on);border-radius:99px;font-size:12.5px;padding:2px 11px;font-weight:600}
.head p{margin-top:3px;overflow-wrap:anywhere}.head .change{color:var(--ink);padding-left:12px;border-left:3px solid var(--line)}
.chart{display:grid;grid-template-columns:minmax(7rem,min(17rem,26%)) 1fr;min-width:40rem}
.corner,.axis{position:sticky;top:0;background:var(--card);z-index:3;height:26px;border-bottom:1px solid var(--line)}
.axis span{position:absolute;transform:translateX(-50%);font-size:12px;color:var(--dim);bottom:4px;white-space:nowrap}
.axis span:first-child{transform:none}
.label{padding-right:12px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;display:flex;align-items:center;font-size:13px}
.label bdi{overflow:hidden;text-overflow:ellipsis}
.label:nth-child(even){background:var(--band)}
.plot{position:relative}
.plot .grid{position:absolute;top:0;bottom:0;border-left:1px solid var(--grid);z-index:1}
.plot .band{position:absolute;left:0;right:0}.plot .odd{background:var(--band)}
.bar{position:absolute;min-width:4px;border-radius:5px;background:color-mix(in srgb,var(--c) 18%,transparent);z-index:2;outline-offset:2px}
.bar:hover,.bar:focus{z-index:9}
.bar:focus-visible{outline:3px solid var(--gold)}
.bar:hover .seg,.bar:focus .seg{filter:brightness(1.07)}
.seg{position:absolute;height:22px;min-width:2px;background:var(--c);border-radius:4px;overflow:hidden;container-type:inline-size;box-shadow:inset -1px 0 0 var(--card)}
.seg.o-done.alt{background:var(--done2)}
.seg.o-running{background:repeating-linear-gradient(90deg,var(--running) 0 14px,color-mix(in srgb,var(--running) 78%,var(--card)) 14px 28px)}
.seg.o-blocked,.seg.o-failed{background:repeating-linear-gradient(135deg,var(--blocked) 0 7px,color-mix(in srgb,var(--blocked) 80%,#000) 7px 14px)}
.seg.o-retried{background:repeating-linear-gradient(135deg,var(--retried) 0 7px,color-mix(in srgb,var(--retried) 80%,#000) 7px 14px)}
.seg.o-cancelled{background:none;border:1.5px dashed var(--cancelled)}
.seg em{display:block;font-style:normal;font-size:12px;line-height:22px;padding:0 7px;color:var(--on);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.seg.o-cancelled em{color:var(--ink);line-height:19px}
@container (max-width:34px){.seg em{visibility:hidden}}
.tries{position:absolute;right:-5px;top:-8px;background:var(--card);color:var(--retried);border:1.5px solid var(--retried);border-radius:99px;font-size:11px;line-height:15px;padding:0 5px}
.path{position:absolute;left:0;top:0;width:100%;z-index:1;pointer-events:none;overflow:visible}
.path polyline{fill:none;stroke:var(--gold);stroke-width:3;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
.wait{position:absolute;left:87%;right:0;top:0;bottom:0;z-index:1;display:flex;align-items:center;justify-content:center;text-align:center;border-left:2px dashed var(--blocked);color:var(--dim);font-size:12.5px;padding:4px;
background:repeating-linear-gradient(135deg,transparent 0 8px,color-mix(in srgb,var(--blocked) 9%,transparent) 8px 16px)}
.wait span{background:var(--card);border-radius:5px;padding:1px 6px}
.tip{display:none;position:absolute;left:0;top:calc(100% + 9px);width:max-content;max-width:min(30rem,80vw);background:var(--card);color:var(--ink);border:1px solid var(--line);border-top:3px solid var(--c);border-radius:8px;box-shadow:0 10px 34px #0005;padding:10px 14px;font-size:13px;pointer-events:none}
.right .tip{left:auto;right:0}
.bar:hover .tip,.bar:focus .tip{display:block}
.bar:focus:not(:hover) .tip{z-index:8}
.tip p b{color:var(--c)}.tip .why{color:var(--dim)}
.tip table{border-collapse:collapse;margin-top:6px}.tip td{padding:1px 14px 1px 0}.tip td+td{text-align:right;color:var(--dim);padding-right:6px}
.tip .said{margin-top:6px;color:var(--blocked);overflow-wrap:anywhere}
.evidence{margin:14px 0 4px;border:1px solid var(--line);border-left:4px solid var(--c);border-radius:7px;overflow:hidden}
.evidence figcaption{padding:6px 12px;font-weight:600;color:var(--c);background:color-mix(in srgb,var(--c) 8%,transparent)}
.evidence pre{padding:9px 12px;white-space:pre-wrap;overflow-wrap:anywhere;max-height:22rem;overflow:auto}
details{margin-top:12px;color:var(--dim)}summary{cursor:pointer;width:max-content}
.scroll{overflow-x:auto}
.steps{border-collapse:collapse;margin:8px 0;color:var(--ink)}
.steps th,.steps td{text-align:left;padding:3px 18px 3px 0;border-bottom:1px solid var(--grid);font-weight:400;vertical-align:top}
.steps thead th{color:var(--dim)}.steps td b{color:var(--c)}
footer{margin-top:26px;font-size:13px}
@media (max-width:700px){.card{overflow-x:auto}.corner,.axis{position:relative}}
@media print{@page{size:A4 landscape;margin:10mm}
:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#17212d;--dim:#586574;--line:#dbe2ea;--grid:#e9eef3;--band:#f8fafb;--done:#1d7366;--done2:#2b8072;--on:#fff;--running:#2560c4;--blocked:#bf3329;--retried:#a85400;--cancelled:#66727f;--gold:#d69500;--shadow:none}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{padding:0;max-width:none;font-size:11px}.tip,details,nav{display:none}.head,.evidence,.totals{break-inside:avoid}.evidence pre{max-height:none}.corner,.axis{position:relative}}
`;
