import { html } from '../report/html';
import { lamoVersion } from '../version';

const SPEEDS = [0.25, 0.5, 1, 2, 4];

/** Writes the page. What it shows it asks for. */
export function pageHtml(title: string): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script type="module" src="page.js"></script>
</head>
<body>
<main>
<header><h1>${title}</h1></header>
<div class="choices">
<label>Recording <select id="recording"></select></label>
<label>Episode <select id="episode"></select></label>
</div>
<p class="note" id="note" role="status"></p>
<div id="stage"><canvas id="canvas" tabindex="0" aria-label="The episode in 3-D. Drag to turn, scroll to come nearer."></canvas></div>
<div class="controls">
<button id="play" type="button">Play</button>
<input id="scrub" type="range" min="0" max="0" step="1" value="0" aria-label="Step of the episode">
<output id="time"></output>
<label>Speed <select id="speed">${SPEEDS.map((speed) => html`<option value="${speed}"${speed === 1 ? ' selected' : ''}>${speed}×</option>`)}</select></label>
<span id="looking"><label><input id="follow" type="checkbox"> Follow</label>
<button id="again" type="button">Reset view</button></span>
</div>
<section class="traces" id="traces" aria-label="Traces"></section>
<footer>Made by lamo ${lamoVersion()}. Space plays and pauses; drag in the picture to turn it, scroll to come nearer; click a trace to go there.</footer>
</main>
</body>
</html>
`.markup;
}
