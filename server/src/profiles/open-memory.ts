import { MAX_RECENT_BYTES, recentBytes } from './bounds.ts'
import type { PartMemory, RecentEvent } from './profile.ts'
import { openSeen } from './seen.ts'

/** Events remembered with name and time. */
const MAX_RECENT = 50

/** The memory of a part while events are folded into it. */
export interface OpenMemory {
  has(hash: Uint8Array): boolean
  add(hash: Uint8Array, event: RecentEvent): void
  /** Returns the memory after what was added so far. */
  current(): PartMemory
}

/** Opens a memory, which stays as it is. */
export function openMemory(memory: PartMemory): OpenMemory {
  const seen = openSeen(memory.seen)
  const recent = [...memory.recent]
  let bytes = recent.reduce((sum, event) => sum + recentBytes(event), 0)
  return {
    has: seen.has,
    add(hash, event) {
      seen.add(hash)
      recent.push(event)
      bytes += recentBytes(event)
      while (recent.length > MAX_RECENT || bytes > MAX_RECENT_BYTES) bytes -= recentBytes(recent.shift() as RecentEvent)
    },
    current: () => ({ recent: [...recent], seen: seen.bytes() }),
  }
}
