const LIGHT = `--ink:#15181d;--soft:#5a6270;--faint:#e3e6ea;--ground:#fff;--raised:#f6f7f9;--better:#08774f;--worse:#b3261e;--calm:#47607c;--withheld:#9a5200`
const DARK = `--ink:#e9ebee;--soft:#9aa4b1;--faint:#2b3038;--ground:#111317;--raised:#191c21;--better:#4fc48d;--worse:#ff8177;--calm:#9fb6cf;--withheld:#f2b35b`

/** Style sheet of the page. */
export const STYLE = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:60rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1,h2,h3,p,ul,ol,figure{margin:0}
h1,h2,.sentence{letter-spacing:-.017em;text-wrap:balance}
h1{font-size:clamp(1.75rem,5.2vw,3rem);line-height:1.12;font-weight:650;max-width:22ch}
h2{font-size:1.35rem;line-height:1.3;font-weight:650;display:flex;flex-wrap:wrap;gap:.4rem .75rem;align-items:center}
h3{font-size:.95rem;font-weight:650;margin:2rem 0 .35rem}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}
small,.soft,.facts,.rest,figcaption,summary{color:var(--soft)}
.facts,.soft,figcaption,summary,.remarks{font-size:.875rem}
.over{font-size:.95rem;color:var(--soft);display:flex;flex-wrap:wrap;gap:.4rem .75rem;align-items:center;margin-bottom:1rem}
.rest{margin-top:.75rem;font-size:1.05rem;max-width:62ch}
.whole .facts{margin-top:1rem}
main>section{margin-top:2rem}
.whole+section,.whole~.experience,footer{border-top:1px solid var(--faint);margin-top:4rem;padding-top:2.25rem}
.tone-better{--tone:var(--better)}.tone-worse{--tone:var(--worse)}.tone-calm{--tone:var(--calm)}.tone-withheld{--tone:var(--withheld)}
.chip{font-size:.8rem;line-height:1;font-weight:600;letter-spacing:0;color:var(--tone);border:1px solid color-mix(in srgb,var(--tone) 45%,transparent);border-radius:99px;padding:.34em .7em;white-space:nowrap}
.chip.tone-calm{font-weight:500;border-color:var(--faint)}
.chip.tone-withheld{background:var(--withheld);border-color:var(--withheld);color:var(--ground)}
.sentence{font-size:1.4rem;line-height:1.3;font-weight:550;max-width:44ch}
.said{margin-top:.9rem}
.tone-withheld>.said,.warning{border-left:4px solid var(--withheld);background:color-mix(in srgb,var(--withheld) 9%,transparent);padding:.9rem 1.1rem;border-radius:0 6px 6px 0}
.tone-withheld>.said .sentence{font-size:1.05rem;max-width:none;letter-spacing:0;text-wrap:wrap}
.tone-withheld>.said .rest{color:var(--ink);font-size:.95rem;max-width:none}
.warning{--tone:var(--withheld);margin-top:1rem;font-size:.95rem}
.remarks{margin-top:1rem;padding-left:1.1rem;max-width:75ch}
.remarks li::marker{color:var(--soft)}
.overview{list-style:none;padding:0;margin-top:.75rem}
.overview li{display:grid;grid-template-columns:minmax(0,13rem) minmax(0,1fr) 13rem;gap:.25rem 1.5rem;padding:.9rem 0;border-top:1px solid var(--faint);align-items:start}
.overview li:first-child{border-top:0}
.overview .name{display:flex;flex-direction:column;align-items:flex-start;gap:.4rem;font-weight:600}
.effect{font-size:.875rem;font-variant-numeric:tabular-nums}
.effect .mark{display:block;width:100%;height:24px}
.figures{display:grid;gap:1.75rem;margin-top:1.5rem}
figcaption{margin-bottom:.4rem}
.plot{display:block;width:100%;height:auto;max-width:52rem}
.grid,.zero,.end,.line,.span{fill:none}
.grid{stroke:var(--faint)}
.zero{stroke:var(--ink);stroke-width:1.25}
.band{fill:var(--tone);opacity:.17}
.line{stroke:var(--tone);stroke-width:2;stroke-linejoin:round}.tone-withheld .line{stroke-dasharray:3 4}.tone-withheld .band{opacity:.09}
.end{stroke:var(--tone);stroke-width:2}
.span{stroke:var(--tone);stroke-width:7;opacity:.32}
.dot{fill:var(--tone);stroke:var(--ground);stroke-width:1.5}
.tick{font-size:11.5px;fill:var(--soft);font-variant-numeric:tabular-nums}
.last{font-size:13.5px;font-weight:650;fill:var(--tone)}
.empty{color:var(--soft);background:var(--raised);border-radius:6px;padding:1.25rem;margin-top:1.25rem;font-size:.95rem}
details{margin-top:.9rem}
summary{cursor:pointer}
.scroll{position:relative;overflow-x:auto;overflow-wrap:normal}
.scroll+.scroll{margin-top:1.25rem}.pair>.scroll{margin:0}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.8rem;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.5rem 0 .5rem 1.25rem;border-top:1px solid var(--faint);font-weight:400}
th:first-child,td:first-child{padding-left:0}
tbody th{font-weight:550;min-width:7rem;overflow-wrap:anywhere}.whole h1::first-letter{text-transform:uppercase}h3+.scroll caption,h3+.soft+.scroll caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
thead th{border-top:0;border-bottom:1px solid var(--soft);color:var(--soft);font-size:.8rem;padding-top:.25rem;padding-bottom:.25rem;vertical-align:bottom}
tbody tr:first-child>*{border-top:0}
.n{text-align:right;white-space:nowrap}
td small{display:block;font-size:.8rem}
.bar{display:block;width:100%;min-width:3.5rem;height:4px;margin-top:.35rem;fill:var(--calm)}
.bar .all{fill:var(--faint)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:0 2.5rem;align-items:start}
.flag{font-size:.75rem;font-weight:600;color:var(--withheld);border:1px dashed currentColor;border-radius:4px;padding:.1em .45em;margin-left:.4em}
.alarm{color:var(--withheld)}
.note{background:var(--ink);color:var(--ground);text-align:center;font-size:.9rem;padding:.55rem 1.25rem}
footer p{margin-top:.75rem;max-width:68ch;font-size:.95rem}
footer+.soft{margin-top:2rem}
@media (max-width:40rem){main{padding-top:1.5rem}.overview li{grid-template-columns:minmax(0,1fr)}.overview .name{flex-direction:row;flex-wrap:wrap;align-items:center}.tick{font-size:18px}.last{font-size:20px}.sentence{font-size:1.2rem}}
@media print{:root{color-scheme:light;${LIGHT}}main{max-width:none;padding:0}body{font-size:11pt}.whole~.experience{break-before:page;border-top:0;margin-top:0;padding-top:0}figure,table,.said,.overview li,h3+*{break-inside:avoid}h2,h3{break-after:avoid}details::details-content{content-visibility:visible;block-size:auto;opacity:1}summary{list-style:none}.scroll{overflow:visible}.note{border:1px solid}}
@page{margin:16mm}
`
