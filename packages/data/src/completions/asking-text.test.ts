import { expect, it } from 'vitest';
import { askingText } from './asking-text';
import { messageTemplate } from './chat-template';
import { jinjaTemplate } from './jinja-template';

it('asks as a dialogue would that was learned, up to where the answer begins', async () => {
  const jinja = await jinjaTemplate(
    '{{ bos_token }}{% for m in messages %}{{ "[" + m.role + "]" + m.content + eos_token }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}',
    { name: 'own', tokens: { bos_token: '<s>', eos_token: '</s>' } },
  );
  expect(askingText(messageTemplate('plain'), 'a b')).toBe('a b');
  expect(askingText(messageTemplate('plain'), '')).toBe('');
  expect(askingText(messageTemplate('chatml'), 'a b')).toBe(
    '<|im_start|>user\na b<|im_end|>\n<|im_start|>assistant\n',
  );
  expect(askingText(jinja, 'a b')).toBe('<s>[user]a b</s>[assistant]');
});
