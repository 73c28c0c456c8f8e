import type { Maze } from '@lamo/eval';
import { line } from 'd3-shape';
import { html, type Markup } from './html';

/** A way through the maze: [x, y] of each step. */
export type MazePath = readonly (readonly [x: number, y: number])[];

/** One of how many positions is drawn: a step moves the ball by no more than 0.05. */
export const STRIDE = 2;

/** How the ball's coordinates lie in the cells: the middle of cell (row, column) is (row − 0.2, column − 0.2). */
const CELL_OFFSET = 0.7;
/** How much of the outer wall is shown. */
const OUTER_WALL = 0.4;
const GOAL_RADIUS = 0.5;

/**
 * Draws paths over a maze as SVG, oriented like the maze's text: x grows downwards, y to the right.
 *
 * @param series class of its colour
 */
export function mazeFigure(maze: Maze, paths: readonly MazePath[], series: string, title: string): Markup {
  const rows = maze.rows.length;
  const columns = maze.rows[0]!.length;
  const edge = 1 - OUTER_WALL - CELL_OFFSET;
  const box = [edge, edge, columns - 2 * (1 - OUTER_WALL), rows - 2 * (1 - OUTER_WALL)];
  const draw = line<readonly [number, number]>()
    .x(([, y]) => y)
    .y(([x]) => x)
    .digits(2);
  return html`<svg class="maze" viewBox="${box.map((value) => value.toFixed(2)).join(' ')}" role="img" aria-label="${title}">
<path class="wall" d="${wallPath(maze)}"/>
<circle class="goal" cx="${maze.goal[1]}" cy="${maze.goal[0]}" r="${GOAL_RADIUS}"/>
<g class="paths ${series}">
${paths.map((path) => html`<path d="${draw([...path]) ?? ''}"/>\n`)}</g>
<g class="starts ${series}">
${paths.map(([start]) => (start ? html`<circle cx="${start[1].toFixed(2)}" cy="${start[0].toFixed(2)}" r="0.05"/>\n` : undefined))}</g>
</svg>`;
}

/** A figure of a maze with its caption; without the figure, where there is none to show. */
export function mazePanel(figure: Markup | undefined, title: string, note: string): Markup {
  return html`<figure>${figure}<figcaption><strong>${title}</strong><br>${note}</figcaption></figure>\n`;
}

/** All walls as one path, so that no seam shows between neighbours. */
function wallPath({ rows }: Maze): string {
  return rows
    .flatMap((row, r) =>
      [...row].map((tile, c) =>
        tile === '#' ? `M${(c - CELL_OFFSET).toFixed(1)} ${(r - CELL_OFFSET).toFixed(1)}h1v1h-1z` : '',
      ),
    )
    .join('');
}
