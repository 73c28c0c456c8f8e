import { LamoError } from '@lamo/core';
import type { Message, TextPart } from './example';

/** How messages become one text: by the name of a template. */
export type ChatTemplate = 'plain' | 'chatml';

/** What stands around what is said: before, and after if it is not the assistant's, which an end of text closes. */
interface Frame {
  before(message: Message, index: number): string;
  readonly after: string;
}

const TEMPLATES: Readonly<Record<ChatTemplate, Frame>> = {
  plain: { before: () => '', after: '' },
  chatml: {
    before: ({ role }, index) => `${index === 0 ? '' : '\n'}<|im_start|>${role}\n`,
    after: '<|im_end|>',
  },
};

/** Names of the templates. */
export const CHAT_TEMPLATES = Object.keys(TEMPLATES) as readonly ChatTemplate[];

/** Checks the name of a template. @throws LamoError `unknown-template` */
export function checkTemplate(name: string): void {
  if (Object.hasOwn(TEMPLATES, name)) return;
  throw new LamoError({
    where: 'data/completions',
    code: 'unknown-template',
    problem: `\`${name}\` is not a known chat template`,
    expected: CHAT_TEMPLATES.join(', '),
    received: name,
  });
}

/**
 * Writes messages as a text in parts. `plain` joins what is said as it is; `chatml` puts the role before it, as in
 * `<|im_start|>user\n…<|im_end|>\n`, and where the assistant ends the tokenizer's end of text in place of `<|im_end|>`.
 */
export function renderMessages(messages: readonly Message[], template: ChatTemplate): TextPart[] {
  const { before, after } = TEMPLATES[template];
  return messages.flatMap((message, index) => {
    const { role, content, reward } = message;
    const opening = { text: before(message, index), isLearned: false };
    if (role !== 'assistant') return [{ ...opening, text: `${opening.text}${content}${after}` }];
    return [opening, { text: content, isLearned: true, ...(reward != null && { reward }) }];
  });
}
