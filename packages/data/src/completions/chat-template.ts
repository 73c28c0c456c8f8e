import { LamoError } from '@lamo/core';
import type { Message, TextPart } from './example';
import type { MessageTemplate } from './message-template';

/** Templates that need no file. */
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

/** Names of the templates that need no file. */
export const CHAT_TEMPLATES = Object.keys(TEMPLATES) as readonly ChatTemplate[];

/** Tells whether a template of this name needs no file. */
export const isChatTemplate = (name: string): name is ChatTemplate => Object.hasOwn(TEMPLATES, name);

/**
 * Gives a template as it is, or that of a name. `plain` joins what is said as it is; `chatml` puts the role before it, as in
 * `<|im_start|>user\n…<|im_end|>\n`, and where the assistant ends the tokenizer's end of text in place of `<|im_end|>`.
 *
 * @throws LamoError `unknown-template`
 */
export function messageTemplate(template: ChatTemplate | MessageTemplate = 'plain'): MessageTemplate {
  if (typeof template !== 'string') return template;
  if (!isChatTemplate(template)) throw unknownTemplate(template, CHAT_TEMPLATES);
  const frame = TEMPLATES[template];
  return { name: template, id: template, render: (_, messages) => renderIn(frame, messages) };
}

function renderIn({ before, after }: Frame, messages: readonly Message[]): TextPart[] {
  return messages.flatMap((message, index) => {
    const { role, content, reward } = message;
    const opening = { text: before(message, index), isLearned: false };
    if (role !== 'assistant') return [{ ...opening, text: `${opening.text}${content}${after}` }];
    return [opening, { text: content, isLearned: true, ...(reward != null && { reward }) }];
  });
}

/** The error for a name that stands for no template. */
export function unknownTemplate(name: string, known: readonly string[]): LamoError {
  return new LamoError({
    where: 'data/completions',
    code: 'unknown-template',
    problem: `\`${name}\` is not a known chat template`,
    expected: known.join(', '),
    received: name,
  });
}
