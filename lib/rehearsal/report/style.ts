const light = `--paper:#fbfaf8;--card:#fff;--ink:#1f262d;--quiet:#5d6873;--line:#e3e1dc;--blue:#2b67c8;--green:#1c7f4c;
--good:#1c6f45;--bad:#ab2a20;--held:#87590a;--goodwash:#e9f4ee;--badwash:#fbecea;--heldwash:#f8f0df;`;
const dark = `--paper:#14181c;--card:#1b2025;--ink:#e4e8eb;--quiet:#9aa5af;--line:#2e353c;--blue:#82aef5;--green:#66c796;
--good:#74d09f;--bad:#ff9d92;--held:#e5b866;--goodwash:#1a2d24;--badwash:#36211f;--heldwash:#332a18;`;

/** The page's style sheet: one column, one accent at a time, light and dark, paper and phone. */
export const pageStyle = `
:root{color-scheme:light dark;${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:66rem;margin:0 auto;padding:clamp(1.25rem,4vw,3.5rem) clamp(1rem,4vw,2.5rem) 3rem}
h1,h2,h3,p,dl,dd,figure,ul{margin:0}
h1{font-size:clamp(1.75rem,1.2rem + 2.6vw,2.75rem);line-height:1.15;letter-spacing:-.02em;font-weight:650;text-wrap:balance}
h2{font-size:1.2rem;font-weight:650;letter-spacing:-.01em;margin-bottom:.75rem}
h3{font-size:.95rem;font-weight:600}
section{margin-top:2.75rem}
.kicker{color:var(--quiet);font-size:.9rem;margin-bottom:1.75rem}
.mark{color:var(--ink);font-weight:650;letter-spacing:-.01em;margin-right:.35rem}
.lead{color:var(--quiet);margin-top:.75rem;max-width:46rem;font-size:1.05rem}
.lead strong{color:var(--ink);font-weight:600}
.status{display:inline-block;font-size:.875rem;font-weight:600;padding:.15rem .7rem;border-radius:99px;margin-bottom:.75rem;border:1px solid currentColor}
.good{color:var(--good)}.bad{color:var(--bad)}.held{color:var(--held)}
.status.good{background:var(--goodwash)}.status.bad{background:var(--badwash)}.status.held{background:var(--heldwash)}
.chip{font-weight:600;color:var(--ink);white-space:nowrap}
.chip::before{content:"";display:inline-block;width:.6em;height:.6em;margin-right:.3em;border-radius:50%;background:currentColor}
.chip.blue::before{color:var(--blue)}.chip.green::before{color:var(--green);border-radius:1px}
.note{margin-top:1rem;padding:.75rem 1rem;border-left:3px solid var(--held);background:var(--heldwash);max-width:46rem;overflow-wrap:anywhere}
.quiet{color:var(--quiet)}
p.quiet{margin-top:.75rem;font-size:.9rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:1px;margin-top:2rem;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
.figure{box-shadow:0 0 0 1px var(--line);padding:.9rem 1.1rem;display:flex;flex-direction:column}
.figure dt{color:var(--quiet);font-size:.85rem}
.figure dd{font-size:1.65rem;font-weight:600;letter-spacing:-.02em;line-height:1.25}
.rollback{border:1px solid var(--bad);border-radius:10px;padding:1.25rem 1.4rem;background:var(--card)}
.rollback h2{color:var(--bad)}
.pairs{display:grid;gap:.45rem}
.pairs div{display:grid;grid-template-columns:10.5rem 1fr;gap:.75rem}
.pairs dt{color:var(--quiet)}
.pairs dd{overflow-wrap:anywhere}
.charts figure{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.9rem 1rem .5rem;margin-bottom:.75rem}
figcaption{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem 1.1rem;min-height:1.6rem;margin-bottom:.35rem}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.85rem;color:var(--quiet)}
.legend span{white-space:nowrap}
.readout{margin-left:auto;font-size:.85rem;min-height:1.3em}
.swatch{vertical-align:-1px;fill:none;stroke:currentColor;stroke-width:2;color:var(--ink)}
.swatch.blue{color:var(--blue)}.swatch.green{color:var(--green)}.swatch.bad{color:var(--bad)}
.swatch.dashed{stroke-dasharray:5 3.5}
.swatch rect{stroke-width:1.5;fill:currentColor;fill-opacity:.22}
.swatch.hatched rect{fill-opacity:.08}
.swatch path{stroke-width:2}.swatch.hatched path{stroke-width:1.2}.swatch.plain path{display:none}
.chart{min-height:96px;overflow:hidden}
.uplot,.uplot *{font-family:inherit}
.u-cursor-x,.u-cursor-y{border-color:var(--quiet)!important}
table{border-collapse:collapse;width:100%;font-size:.925rem}
caption{text-align:left;color:var(--quiet);font-size:.9rem;padding-bottom:.6rem}
th,td{text-align:left;vertical-align:top;padding:.55rem .75rem .55rem 0;border-top:1px solid var(--line);font-weight:400;overflow-wrap:anywhere}
tbody th{font-weight:600}
thead th{border-top:0;color:var(--quiet);font-size:.82rem;padding-bottom:.35rem;vertical-align:bottom}
th:last-child,td:last-child{padding-right:0}
.number{text-align:right;white-space:nowrap;padding-left:.6rem}
.steps .number{width:1%}
thead th{overflow-wrap:normal}
td.text,th.text{padding-left:.5rem}
td:first-child,th:first-child{padding-left:0}
thead .number{white-space:normal}
.gates{list-style:none;padding:0;font-size:.87rem;display:grid;gap:.15rem}
.verdict{font-weight:600;white-space:nowrap}
.gate{font-weight:600}
.plain{max-width:46rem}
.whole{white-space:nowrap}
details summary{cursor:pointer;color:var(--quiet);padding:.25rem 0}
table+details{margin-top:.5rem}
details[open] summary{margin-bottom:.6rem}
:focus-visible{outline:2px solid var(--blue);outline-offset:3px;border-radius:2px}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.88em}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--quiet);font-size:.85rem;overflow-wrap:anywhere}
@media screen and (max-width:46rem){
table,tbody,tr,th,td,caption{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tbody tr{border:1px solid var(--line);border-radius:10px;background:var(--card);padding:.5rem .9rem;margin-bottom:.6rem}
tbody th,tbody td{display:grid;grid-template-columns:8.5rem 1fr;gap:.75rem;border-top:1px solid var(--line);padding:.4rem 0;text-align:left;white-space:normal}
tbody th{border-top:0}
tbody .number,tbody .text{text-align:left;width:auto;padding-left:0}
tbody .none{display:none}
.steps tbody .number{width:auto}
tbody th::before,tbody td::before{content:attr(data-label);color:var(--quiet);font-weight:400;font-size:.87rem}
.readout{margin-left:0;width:100%}
.pairs div{grid-template-columns:1fr;gap:0}
.charts figure{padding:.8rem .6rem .3rem}
}
@media (hover:none){.readout{display:none}}
@media print{
@page{margin:14mm}
body{font-size:10.5pt;background:#fff}
main{max-width:none;padding:0}
section{margin-top:1.5rem}
figure,tr,.rollback,.figures,.short{break-inside:avoid}
caption{break-after:avoid}
h2{break-after:avoid}
.readout,noscript,.screen{display:none}
}
`;
