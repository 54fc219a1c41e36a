import { KEY_IDS } from '../../identity/key.ts'
import { userProfileId } from '../../identity/profile-id.ts'
import type { LinkRecord, VisitorRecord } from '../../ingest/record.ts'
import { foldDevice } from '../../profiles/devices.ts'
import type { SiteFeatures } from '../../profiles/features/site-features.ts'
import { type OpenProfile, openProfile } from '../../profiles/fold.ts'
import { isEnded } from '../../profiles/lifetime.ts'
import { foldErasure, foldLink } from '../../profiles/link.ts'
import type { LogPlace } from '../../profiles/log-place.ts'
import { newProfile, type Profile } from '../../profiles/profile.ts'
import { advance, isFolded, type Position } from '../../stores/position.ts'
import type { ProfileBase, ProfileWrite } from '../../stores/store.ts'

/** Place of a record, and what is in force there. */
export interface Circumstances {
  at: LogPlace
  features: SiteFeatures | undefined
}

/** A row of the store while records are folded into it. What becomes of it follows from the records and the row alone. */
export interface OpenRow {
  readonly site: string
  readonly visitorId: string
  /** Takes what the store has of it. */
  begin(base: ProfileBase | undefined): void
  /**
   * Folds a record. Returns false if the row has it already.
   * @throws Error for one that cannot be folded: nothing has changed then.
   */
  fold(record: VisitorRecord, circumstances: Circumstances): boolean
  /** Returns what is to be written; undefined if nothing is. The row takes no records any more. */
  end(): ProfileWrite | undefined
}

function openRow(site: string, visitorId: string): OpenRow {
  let profile: Profile | undefined
  /** In place of the profile while events are folded into it. */
  let open: OpenProfile | undefined
  let position: Position | undefined
  /** The profile was there, and is lost: of what it knew, nobody knows how much. */
  let isDamaged = false
  let isChanged = false

  function current(): Profile | undefined {
    if (open) profile = open.close()
    open = undefined
    return profile
  }

  /** As the log says it, whenever it is folded: a profile may be there still whose life was over. */
  function hasEnded(receivedMs: number): boolean {
    const lastSeenMs = open ? open.lastSeenMs : profile?.lastSeenMs
    return lastSeenMs !== undefined && isEnded(lastSeenMs / 1_000, receivedMs / 1_000)
  }

  function baseFor({ atMs, receivedMs }: Exclude<VisitorRecord, { kind: 'erasure' }>): Profile | undefined {
    if (hasEnded(receivedMs)) return undefined
    return isDamaged ? { ...newProfile(atMs), isIncomplete: true as const } : current()
  }

  function linked(record: LinkRecord, { at, features }: Circumstances): Profile | undefined {
    const base = baseFor(record)
    return visitorId === record.visitorId
      ? foldLink(base, record, at, features)
      : foldDevice(base, record.visitorId, record, at)
  }

  function step(record: VisitorRecord, circumstances: Circumstances): void {
    const { at, features } = circumstances
    if (record.kind === 'event') {
      const next = open && !hasEnded(record.receivedMs) ? open : openProfile(baseFor(record))
      next.add({ ...record, isFromServer: record.keyId === KEY_IDS.server, at, features })
      open = next
      return
    }
    profile =
      record.kind === 'erasure' ? foldErasure(record.visitorId, record.receivedMs, at) : linked(record, circumstances)
    open = undefined
  }

  return {
    site,
    visitorId,
    begin(base) {
      profile = base?.profile
      position = base?.position
      isDamaged = base?.isDamaged === true
    },
    fold(record, circumstances) {
      const { epoch, offset: nextOffset } = circumstances.at
      if (isFolded(position, epoch, nextOffset)) return false
      step(record, circumstances)
      position = advance(position, { epoch, nextOffset, appendedMs: record.receivedMs })
      isDamaged = false
      isChanged = true
      return true
    },
    end: () => (isChanged && position ? { site, visitorId, profile: current(), position } : undefined),
  }
}

/** The rows that some records are about. */
export interface OpenRows {
  /** Returns the rows that a record changes: a link joins both ways. */
  of(record: VisitorRecord): readonly OpenRow[]
  all(): readonly OpenRow[]
}

/** Opens rows as records name them. */
export function openRows(): OpenRows {
  const bySite = new Map<string, Map<string, OpenRow>>()
  const rows: OpenRow[] = []
  /** Most records are about the same row as the one before. */
  let last: readonly [OpenRow] | undefined

  function at(site: string, visitorId: string): OpenRow {
    const known = bySite.get(site) ?? new Map<string, OpenRow>()
    bySite.set(site, known)
    const row = known.get(visitorId) ?? openRow(site, visitorId)
    if (known.has(visitorId)) return row
    known.set(visitorId, row)
    rows.push(row)
    return row
  }

  return {
    of(record) {
      const { site, visitorId } = record
      if (last?.[0].visitorId !== visitorId || last[0].site !== site) last = [at(site, visitorId)]
      return record.kind === 'link' ? [...last, at(site, userProfileId(record.event.userId))] : last
    },
    all: () => rows,
  }
}
