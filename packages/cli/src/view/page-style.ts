import { STYLE } from '../report/style';

/** The style sheet of the page: the report's, and what only this page has. */
export const PAGE_STYLE = `${STYLE}
main { max-width: 68rem; padding-top: 1.6rem; }
h1 { font-size: 1.35rem; }
.choices, .controls { display: flex; flex-wrap: wrap; gap: .5rem 1.1rem; align-items: center; margin: .8rem 0; font-size: .9rem; }
.choices label { display: flex; gap: .5rem; align-items: center; color: var(--soft); max-width: 100%; }
.controls label { color: var(--soft); white-space: nowrap; }
select, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .7rem; max-width: 100%; }
select { padding-inline: .4rem; min-width: 0; }
button { cursor: pointer; }
#play { min-width: 5.2rem; background: var(--c0); border-color: var(--c0); color: var(--page); font-weight: 600; }
#scrub { flex: 1 1 14rem; min-width: 8rem; accent-color: var(--c0); }
#time { min-width: 12.5rem; color: var(--soft); font-variant-numeric: tabular-nums; }
:is(select, button, input, canvas):focus-visible { outline: 2px solid var(--c0); outline-offset: 2px; }
#stage { border: 1px solid var(--line); border-radius: .6rem; overflow: hidden; }
canvas { display: block; width: 100%; height: min(56vh, 34rem); touch-action: none; cursor: grab; }
canvas:active { cursor: grabbing; }
.traces { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1.1rem 2rem; margin-top: 1.2rem; }
.traces figure { position: relative; }
.traces figcaption { display: flex; justify-content: space-between; gap: 1rem; margin: 0 0 .2rem; }
.traces strong { color: var(--ink); font-weight: 600; }
.traces output { white-space: pre; overflow: hidden; text-overflow: ellipsis; font-variant-numeric: tabular-nums; }
.traces svg { width: calc(100% - 3.4rem); height: 4.2rem; background: var(--card); border: 1px solid var(--line); border-radius: .3rem; cursor: crosshair; touch-action: none; overflow: hidden; }
.trace { fill: none; stroke: var(--c); stroke-width: 1.6; vector-effect: non-scaling-stroke; stroke-linejoin: round; }
.zero { stroke: var(--line); vector-effect: non-scaling-stroke; }
.mark { stroke: var(--ink); stroke-width: 1.2; vector-effect: non-scaling-stroke; opacity: .7; }
.scale { position: absolute; right: 0; bottom: 0; width: 3rem; height: 4.2rem; display: flex; flex-direction: column; justify-content: space-between; color: var(--soft); font-size: .72rem; font-variant-numeric: tabular-nums; }
[hidden] { display: none !important; }
footer { margin-top: 1.6rem; }
`;
