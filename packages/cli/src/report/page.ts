import { type Fragment, html, raw } from './html';
import { STYLE } from './style';

/** What stands on a page. */
export interface Page {
  /** Its title, which is its heading too. */
  readonly title: string;
  /** The line below it. */
  readonly lede: string;
  /** All below that. */
  readonly sections: Fragment;
}

/** Writes a page that needs nothing else: no script, no font, no request. */
export function page({ title, lede, sections }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<main>
<header><h1>${title}</h1>
<p class="lede">${lede}</p></header>
${sections}
</main>
</body>
</html>
`.markup;
}
