import { expect, it } from 'vitest';
import { html, raw } from './html';

it('escapes text and leaves markup as it is', () => {
  const name = `<b>"D&D"</b>'s`;
  expect(html`<p title="${name}">${name}</p>`.markup).toBe(
    '<p title="&lt;b&gt;&quot;D&amp;D&quot;&lt;/b&gt;&#39;s">&lt;b&gt;&quot;D&amp;D&quot;&lt;/b&gt;&#39;s</p>',
  );
  expect(html`<p>${raw('<br>')}${html`<i>${1}</i>`}</p>`.markup).toBe('<p><br><i>1</i></p>');
});

it('joins lists and drops what is undefined', () => {
  expect(html`${['a', 'b'].map((item) => html`<li>${item}</li>`)}${undefined}`.markup).toBe(
    '<li>a</li><li>b</li>',
  );
});

it('trusts nothing that JSON can make', () => {
  const script = '<script>alert(1)</script>';
  const forged = JSON.parse(
    JSON.stringify([
      { markup: script },
      [{ markup: script }],
      { __proto__: { markup: script } },
      script,
      null,
    ]),
  );
  for (const value of forged) expect(html`<p title="${value}">${value}</p>`.markup).not.toContain('<script');
});
