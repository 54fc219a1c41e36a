import type { DecideResponse, SlotDecision } from 'prepaint/protocol'

/**
 * JSON as UTF-8, each byte as one character. Pieces join without being encoded again, the length is that of the answer, and
 * V8 keeps such text in one byte a character, and writes it as it is (`latin1`).
 */
function bytesOf(value: unknown): string {
  const text = JSON.stringify(value)
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text, 'utf8').toString('latin1')
}

/** A decision's place in an answer, as bytes. */
interface Piece {
  slot: string
  bytes: string
}

/**
 * Makes answers to JSON of which each character is one byte. A decision that lasts is one frozen object in all answers that
 * hold it (`slot-decision.ts`), and its bytes are made once.
 */
export function createAnswerBytes(): (answer: DecideResponse) => string {
  const pieces = new WeakMap<SlotDecision, Piece>()

  function pieceOf(slot: string, decision: SlotDecision): string {
    const known = pieces.get(decision)
    if (known?.slot === slot) return known.bytes
    // The grammar of a slot's name has no character that JSON would escape.
    const bytes = `,"${slot}":${bytesOf(decision)}`
    if (Object.isFrozen(decision)) pieces.set(decision, { slot, bytes })
    return bytes
  }

  return ({ slots, ...rest }) => {
    let list = ''
    for (const name in slots) list += pieceOf(name, slots[name] as SlotDecision)
    return `${bytesOf(rest).slice(0, -1)},"slots":{${list.slice(1)}}}`
  }
}
