import type { DecideResponse, SlotDecision } from 'prepaint/protocol'

/**
 * Makes answers to JSON. A decision that lasts is one frozen object in all answers that hold it (`slot-decision.ts`), and
 * its text is made once.
 */
export function createAnswerText(): (answer: DecideResponse) => string {
  const texts = new WeakMap<SlotDecision, string>()

  function textOf(decision: SlotDecision): string {
    const known = texts.get(decision)
    if (known !== undefined) return known
    const text = JSON.stringify(decision)
    if (Object.isFrozen(decision)) texts.set(decision, text)
    return text
  }

  return ({ slots, ...rest }) => {
    let list = ''
    // The grammar of a slot's name has no character that JSON would escape.
    for (const name in slots) list += `${list === '' ? '' : ','}"${name}":${textOf(slots[name] as SlotDecision)}`
    return `${JSON.stringify(rest).slice(0, -1)},"slots":{${list}}}`
  }
}
