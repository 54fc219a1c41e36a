import { expect, test } from 'vitest'
import type { FrameLog, ProbeKind, SlotState } from '../../lab/sampler/frame-log.ts'
import {
  fallbackFrames,
  finalSignature,
  hiddenMs,
  lastHiddenMs,
  lastHoldMs,
  longestHiddenMs,
  longestHoldMs,
  originalFramesBeforePersonal,
  paintableHiddenMs,
  personalShown,
} from '../../lab/sampler/frames.ts'

const FRAME_MS = 10

/** A log of ten frames, 10 ms apart from 100 ms on, in which the slot changed at the frames named. */
function logOf(changes: { [frame: number]: string }, kind: ProbeKind = 'text', insertedMs = 95): FrameLog {
  const states = Object.entries(changes).map(([frame, text]): SlotState => {
    const atMs = 100 + Number(frame) * FRAME_MS
    const isHidden = text.startsWith('hidden ')
    const signature = text === 'gone' ? '' : text.replace('hidden ', '')
    const previousMs = Number(frame) > 0 ? atMs - FRAME_MS : -1
    return { atMs, frame: Number(frame), previousMs, isPresent: text !== 'gone', isHidden, signature }
  })
  return { firstMs: 100, lastMs: 190, count: 10, slots: { hero: { kind, original: 'red shoes', insertedMs, states } } }
}

test('one painted frame of the original before the personal content is one frame of flicker', () => {
  expect(originalFramesBeforePersonal(logOf({ 0: 'red shoes', 1: 'blue shoes' }), 'hero')).toBe(1)
})

test('personal content from the first frame on is no flicker', () => {
  expect(originalFramesBeforePersonal(logOf({ 0: 'blue shoes' }), 'hero')).toBe(0)
})

test('the original is not painted while it is hidden', () => {
  const log = logOf({ 0: 'hidden red shoes', 5: 'hidden blue shoes', 6: 'blue shoes' })
  expect(originalFramesBeforePersonal(log, 'hero')).toBe(0)
  expect(paintableHiddenMs(log, 'hero')).toBe(60)
})

test('the longest hidden time ends with the last hidden frame', () => {
  const log = logOf({ 0: 'hidden red shoes', 3: 'red shoes', 4: 'hidden red shoes', 9: 'red shoes' })
  expect(longestHiddenMs(log, 'hero')).toBe(40)
})

test('how long a slot stayed hidden counts from its insertion to the last frame that found it so', () => {
  const log = logOf({ 0: 'hidden red shoes', 3: 'red shoes', 5: 'hidden red shoes', 7: 'blue shoes' })
  expect(lastHiddenMs(log, 'hero')).toBe(65)
  expect(lastHiddenMs(logOf({ 0: 'red shoes' }), 'hero')).toBe(0)
  expect(lastHiddenMs(logOf({ 2: 'hidden red shoes' }), 'hero')).toBe(95)
})

test('a slot is held by as much longer as a timer of the same page was late, and by no more', () => {
  const log = logOf({ 0: 'hidden red shoes', 5: 'red shoes' })
  expect([longestHoldMs(log, 'hero'), lastHoldMs(log, 'hero')]).toEqual([40, 45])
  Object.assign(log.slots['hero']?.states[0] as SlotState, { timerLateMs: 15 })
  expect([longestHoldMs(log, 'hero'), lastHoldMs(log, 'hero')]).toEqual([25, 30])
  log.timerLateMs = 20
  expect([longestHoldMs(log, 'hero'), lastHoldMs(log, 'hero')]).toEqual([25, 25])
  log.timerLateMs = 100
  expect([longestHoldMs(log, 'hero'), lastHoldMs(log, 'hero')]).toEqual([25, 0])
})

test('personal content is not shown while it is hidden', () => {
  expect(personalShown(logOf({ 0: 'hidden red shoes', 5: 'hidden blue shoes' }), 'hero')).toBe(false)
  expect(personalShown(logOf({ 0: 'hidden red shoes', 9: 'blue shoes' }), 'hero')).toBe(true)
})

test('a frame in which the slot was not in the document painted nothing of it', () => {
  expect(originalFramesBeforePersonal(logOf({ 0: 'gone', 3: 'red shoes', 4: 'gone', 6: 'blue shoes' }), 'hero')).toBe(1)
})

test('the beginning of the original is the original, for text only', () => {
  expect(originalFramesBeforePersonal(logOf({ 0: 'red', 2: 'blue shoes' }), 'hero')).toBe(2)
  expect(personalShown(logOf({ 0: 'red' }), 'hero')).toBe(false)
  expect(personalShown(logOf({ 0: 'red' }, 'src'), 'hero')).toBe(true)
})

test('an empty slot is neither original nor personal', () => {
  const log = logOf({ 0: '', 4: 'blue shoes' })
  expect(originalFramesBeforePersonal(log, 'hero')).toBe(0)
  expect(personalShown(logOf({ 0: '' }), 'hero')).toBe(false)
})

test('an original that is never followed by personal content is a fallback', () => {
  const log = logOf({ 0: 'hidden red shoes', 2: 'red shoes' })
  expect(originalFramesBeforePersonal(log, 'hero')).toBe(0)
  expect(fallbackFrames(log, 'hero')).toBe(8)
})

test('an original after the personal content is a fallback, and the one before it is flicker', () => {
  const log = logOf({ 0: 'red shoes', 1: 'blue shoes', 6: 'red shoes' })
  expect(originalFramesBeforePersonal(log, 'hero')).toBe(1)
  expect(fallbackFrames(log, 'hero')).toBe(4)
})

test('time in which no frame was possible counts as hidden and not as paintable', () => {
  const log = logOf({ 0: 'hidden red shoes', 2: 'blue shoes' }, 'text', 40)
  expect(paintableHiddenMs(log, 'hero')).toBe(20)
  expect(hiddenMs(log, 'hero')).toBe(80)
})

test('a slot that no frame found hidden was hidden for no time', () => {
  const log = logOf({ 0: 'blue shoes' }, 'text', 40)
  expect([hiddenMs(log, 'hero'), paintableHiddenMs(log, 'hero')]).toEqual([0, 0])
})

test('a slot that is still hidden at the end was hidden until the latest frame', () => {
  expect(paintableHiddenMs(logOf({ 0: 'hidden red shoes' }), 'hero')).toBe(90)
})

test('the final signature is what the latest frame found', () => {
  expect(finalSignature(logOf({ 0: 'red shoes', 3: 'blue shoes' }), 'hero')).toBe('blue shoes')
  expect(finalSignature(logOf({}), 'hero')).toBe('')
})

test('a slot without a probe is named', () => {
  expect(() => finalSignature(logOf({}), 'footer')).toThrow('Slot "footer" is not in the log')
})
