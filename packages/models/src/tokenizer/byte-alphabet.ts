/**
 * Gives every byte a visible character, as GPT-2 does, so that tokens are strings without spaces or control characters: those
 * that print in Latin-1 stand for themselves, the other 68 become U+0100 and following. In the order of GPT-2's ids.
 */
export function byteAlphabet(): { readonly byte: number; readonly character: string }[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const visible = bytes.filter(isVisible);
  const others = bytes.filter((byte) => !isVisible(byte));
  return [
    ...visible.map((byte) => ({ byte, character: String.fromCharCode(byte) })),
    ...others.map((byte, i) => ({ byte, character: String.fromCharCode(0x100 + i) })),
  ];
}

function isVisible(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}
