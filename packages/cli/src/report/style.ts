const COLOURS = 6;
const DASHES = 3;

/** The class of a series: six colours, plain, dashed and dotted; the nineteenth looks like the first. */
export function seriesClass(colour: number): string {
  const dash = Math.floor(colour / COLOURS) % DASHES;
  return `series-${colour % COLOURS}${dash === 0 ? '' : ` dash-${dash}`}`;
}

/** The same colour, dashed. */
export const dashed = (colour: number): number => (colour % COLOURS) + COLOURS;

/**
 * The style sheet of a report. Colours are Okabe and Ito's, which colour-blind readers can tell apart; each has a
 * lighter twin for dark screens.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #fdfdfc; --card: #ffffff; --ink: #1c2127; --soft: #5c6670; --line: #e3e6e8; --wall: #c9ced3; --goal: #f3e3b3;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #b5528a; --c4: #a67c00; --c5: #3a8fbf; --data: #7b858e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14181c; --card: #1b2026; --ink: #e8eaec; --soft: #a0a9b2; --line: #303840; --wall: #47515b; --goal: #4d4526;
    --c0: #5bb3ea; --c1: #f58a4b; --c2: #3fc79c; --c3: #e39ac6; --c4: #e6c34d; --c5: #9ad4f5; --data: #98a2ab;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; }
h2 { font-size: 1.25rem; margin: 2.8rem 0 .8rem; }
h3 { font-size: 1rem; margin: 0 0 .3rem; text-transform: none; }
p { margin: .5rem 0; }
.lede { color: var(--soft); margin: 0; }
.note, figcaption { color: var(--soft); font-size: .875rem; max-width: 46rem; }
ul.note { margin: .7rem 0; padding-left: 1.1rem; } ul.note li { margin: .15rem 0; }
.notices { margin: 1.2rem 0 0; padding: .8rem 1rem .8rem 2rem; border-left: .25rem solid var(--c4); background: var(--card); font-size: .9rem; overflow-wrap: anywhere; }
code { font-size: .95em; }
figure { margin: 0; }
figcaption { margin-top: .3rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { font-size: 13px; fill: var(--soft); font-variant-numeric: tabular-nums; }
.axis line { stroke: var(--line); }
.axis .label { fill: var(--ink); }
.axis-title { margin: 0 0 .1rem; font-size: .875rem; }
.reference line { stroke: var(--soft); stroke-dasharray: 4 4; opacity: .7; }
.series-0 { --c: var(--c0); } .series-1 { --c: var(--c1); } .series-2 { --c: var(--c2); }
.series-3 { --c: var(--c3); } .series-4 { --c: var(--c4); } .series-5 { --c: var(--c5); }
.series-data { --c: var(--data); }
.mean { fill: none; stroke: var(--c); stroke-width: 2.25; stroke-linejoin: round; }
.mean.dash-1 { stroke-dasharray: 7 4; } .mean.dash-2 { stroke-dasharray: 2 3; }
.run { fill: none; stroke: var(--c); stroke-width: 1; opacity: .45; }
.band { fill: var(--c); opacity: .15; }
.column { fill: var(--c); }
.dot { fill: var(--c); stroke: var(--page); stroke-width: 1.5; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0 0 .7rem; padding: 0; font-size: .9rem; }
.swatch { display: inline-block; width: .8em; height: .8em; margin-right: .5em; border-radius: 50%; background: var(--c); }
.swatch.dash-1 { border-radius: 0; } .swatch.dash-2 { border-radius: 0; transform: scale(.75) rotate(45deg); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .55rem .6rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding: .4rem 0; }
thead th { color: var(--soft); font-weight: 500; font-size: .85rem; }
tbody th { font-weight: 600; white-space: normal; overflow-wrap: anywhere; min-width: 12rem; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; }
tr.worse .verdict { color: var(--c1); font-weight: 650; } tr.unusable td { color: var(--soft); }
.main { font-size: 1.15rem; font-weight: 650; }
td.interval { width: 24%; min-width: 12rem; }
th .range, .main .range { font-weight: 400; }
.bar { display: block; position: relative; height: 1rem; background: linear-gradient(var(--line), var(--line)) center / 100% 1px no-repeat; }
.span { position: absolute; top: .36rem; height: .28rem; border-radius: .2rem; background: var(--c); opacity: .45; }
.point { position: absolute; top: .15rem; width: .7rem; height: .7rem; margin-left: -.35rem; border-radius: 50%; background: var(--c); }
thead .bar { background: none; height: 1.2em; }
.tick { position: absolute; top: -.2em; transform: translateX(-50%); font-weight: 400; }
.range { display: block; color: var(--soft); font-size: .8rem; line-height: 1.2; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 44%), 1fr)); gap: 1.5rem 1.2rem; }
.maze { background: var(--card); border-radius: .5rem; max-height: 26rem; overflow: hidden; }
.wall { fill: var(--wall); }
.goal { fill: var(--goal); }
.paths path { fill: none; stroke: var(--c); stroke-width: .022; stroke-linejoin: round; opacity: .5; }
.paths.series-data path { opacity: .35; }
.starts circle { fill: var(--c); }
.metrics { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); gap: 2rem 2.5rem; }
details { border-bottom: 1px solid var(--line); padding: .5rem 0; }
summary { cursor: pointer; font-weight: 550; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .2rem 1.2rem; font-size: .875rem; margin: .7rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
footer { margin-top: 3rem; color: var(--soft); font-size: .875rem; }
.narrow { display: none; }
@media (max-width: 44rem) {
  .wide { display: none; } .narrow { display: block; }
  thead { display: none; }
  tbody tr { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: .5rem .8rem; padding: 1rem 0; border-bottom: 1px solid var(--line); }
  tbody th, tbody td, tbody td.number { border: 0; padding: 0; text-align: left; white-space: normal; }
  tbody th { grid-column: 1 / -1; }
  td.interval { grid-column: 2 / -1; width: auto; min-width: 0; }
  td[data-label]::before { content: attr(data-label); display: block; color: var(--soft); font: 400 .8rem/1.3 system-ui, sans-serif; }
}
@media print { :root { color-scheme: light; } main { max-width: none; } }
`;
