/**
 * Characters that a terminal would take as a command, or show in another order than they stand (Unicode 6.3,
 * bidirectional controls).
 */
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/** Text of somebody else, such as a page or a visitor, safe on a terminal and on one line. JSON stays what it is. */
export function printable(text: string): string {
  return text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
