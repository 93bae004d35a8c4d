// The server's limits (src/http/limit.rs, src/contacts/phone.rs), checked before sending; nothing typed is cut.

export const LINE = 300
export const TEXT = 20_000

/** How many characters too many; 0 when it fits. Counted as the server counts: an emoji is one. */
export function excess(text: string, limit: number): number {
  return Math.max(0, [...text.trim()].length - limit)
}

/** One line without control characters: a tab or a line break from a pasted table becomes a space. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim()
}

/** A full telephone number; short internal ones are none. */
export function isPhone(typed: string): boolean {
  if (!/^(tel:)?\+?[\d\s().-]+$/.test(typed.trim())) return false
  const digits = typed.replace(/\D/g, '').replace(/^(810(?=\d{9})|00)/, '')
  return digits.length >= 8 && digits.length <= 15 && !digits.startsWith('0')
}
