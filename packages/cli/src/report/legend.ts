import { html, type Markup } from './html';
import type { RunGroup } from './run-group';
import { seriesClass } from './style';

/** Names the colours of groups. */
export function legend(groups: readonly Pick<RunGroup, 'label' | 'colour'>[]): Markup {
  return html`<ul class="legend">${groups.map(
    ({ label, colour }) => html`<li><span class="swatch ${seriesClass(colour)}"></span>${label}</li>`,
  )}</ul>`;
}
