import type { Message, TextPart } from './example';

/** How messages become a text. */
export interface MessageTemplate {
  /** For humans. */
  readonly name: string;
  /** Equal for templates that make equal texts. */
  readonly id: string;
  /**
   * Writes messages as a text in parts, of which those of the assistant are learned.
   *
   * @param place where they stand, for errors
   * @param messages one of the assistant among them
   */
  render(place: string, messages: readonly Message[]): TextPart[];
}
