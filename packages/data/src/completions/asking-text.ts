import type { MessageTemplate } from './message-template';

/**
 * Writes what a user says as the text with which a model that learned from dialogues is asked for its answer.
 *
 * @throws LamoError what the template throws
 * @example
 * const prompt = askingText(await loadChatTemplate('tokenizer', 'my-model'), 'Which colour is the sky?');
 */
export function askingText(template: MessageTemplate, said: string): string {
  // What an answer is does not matter: it begins where the text that asks for it ends.
  const answered = [
    { role: 'user', content: said },
    { role: 'assistant', content: 'yes' },
  ] as const;
  const parts = template.render('the prompt', answered);
  const asked = parts.slice(
    0,
    parts.findIndex(({ isLearned }) => isLearned),
  );
  return asked.map(({ text }) => text).join('');
}
