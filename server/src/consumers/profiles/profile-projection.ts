import type { CompileRegex } from 'prepaint/engine'
import type { WallClock } from '../../clock.ts'
import { isAboutVisitor } from '../../ingest/record.ts'
import type { Definitions, FoldedBefore } from '../../profiles/features/definitions.ts'
import type { ProfileStore, ResumePoint } from '../../stores/store.ts'
import { createTurns } from '../../streams/in-turn.ts'
import type { EventLog } from '../../streams/log.ts'
import type { PassOverOptions } from '../pass-over.ts'
import { FencedError, type Projection } from '../projection.ts'
import { beginBatch } from './batch-definitions.ts'
import { commitRows } from './commit-rows.ts'
import { createCompileSite } from './compile-definitions.ts'
import { declaredAt, type FilledRow, fillRows, type Lacking, withFilled } from './fill-rows.ts'
import { foldRecords } from './fold-records.ts'

/** Dependencies of folding profiles. */
export interface ProfileProjectionOptions extends PassOverOptions {
  log: EventLog
  store: ProfileStore
  /** Called after each commit with the time since its first event was taken in. */
  onFolded?: (ms: number) => void
  /** Called with the definitions of features in force, when they are read and after each commit that changes them. */
  onDefinitions?: (definitions: Definitions, epoch: number) => void
  /** Compiles the patterns of definitions. Default: a definition with a pattern is passed over. */
  compileRegex?: CompileRegex
  /** Default `Date.now`. */
  now?: WallClock
}

/** A log that ends before the place up to which it is folded would give that place's offsets to new events. */
function refuseOldCopy({ end }: EventLog, foldedTo: number): void {
  if (foldedTo <= end) return
  throw new FencedError(
    `profiles are folded up to ${foldedTo} and this log ends at ${end}: it is an old copy, whose events they know. End this ` +
      'service, move `log` out of its data directory, and start it again',
  )
}

function refuseOldLog(definitions: Definitions, epoch: number): void {
  for (const [site, { at }] of definitions) {
    if (at.epoch > epoch)
      throw new FencedError(`site ${site}: features are declared by a later log than this one: end this service`)
  }
}

function foldedBeforeOf({ begin = 0 }: EventLog, { from, isNew }: ResumePoint): FoldedBefore {
  if (!isNew || from > begin) return 'events'
  return begin === 0 ? 'nothing' : 'nothing-left'
}

/** The projection of profiles, which alone writes their rows. */
export interface ProfileProjection extends Projection {
  /** Brings states of events before the place into rows. Returns false if the features of that place are not in force any more. */
  fill(lacking: Lacking, rows: readonly FilledRow[]): Promise<boolean>
  /** Says that the features of that place lack nothing in any row. */
  complete(lacking: Lacking): Promise<void>
}

/** Profiles: what visitors do, folded into the store, from where it says that it was left. */
export function createProfileProjection(options: ProfileProjectionOptions): ProfileProjection {
  const { log, store, onFolded, onDefinitions, compileRegex, now = Date.now } = options
  const compile = createCompileSite(compileRegex)
  let epoch = 0
  /** Undefined before they are read. */
  let committed: Definitions | undefined
  let foldedBefore: FoldedBefore = 'events'
  /** Times that the store may have forgotten them, and how many of these have been made good. */
  let losses = 0
  let repaired = 0
  let applied = 0
  const inTurn = createTurns()

  /** Once: whoever trims the log asks where to resume, too, while records are applied. */
  async function begin(point: ResumePoint): Promise<void> {
    if (committed) return
    const definitions = await store.readDefinitions()
    refuseOldLog(definitions, point.epoch)
    committed = definitions
    foldedBefore = foldedBeforeOf(log, point)
    onDefinitions?.(committed, point.epoch)
  }

  return {
    name: 'profiles',
    holdsUp: true,
    opened: () => store.opened(),
    async resume() {
      const point = await store.resumePoint()
      const { from, offset } = point
      refuseOldCopy(log, offset)
      await begin(point)
      ;({ epoch } = point)
      applied = offset
      return { from, appliedTo: offset }
    },
    apply: (records, offset, pause) =>
      inTurn(async () => {
        // A plan is about no profile: what it would write is its place alone, which the next record writes.
        if (records.length > 0 && records.every(({ record }) => record.kind === 'plan')) {
          applied = offset
          return
        }
        const before = committed ?? new Map()
        const definitions = beginBatch(before, compile)
        const { writes, oldestMs } = await foldRecords(records, { ...options, epoch, pause, definitions, foldedBefore })
        const changes = definitions.changes()
        const after = changes ? new Map([...before, ...changes]) : before
        const seenLosses = losses
        await pause()
        const toWrite = seenLosses > repaired ? after : changes
        await commitRows(store, writes, { epoch, offset, ...(toWrite ? { definitions: toWrite } : {}) }, options)
        if (records.some(({ record }) => isAboutVisitor(record))) foldedBefore = 'events'
        committed = after
        applied = offset
        repaired = seenLosses
        if (changes) onDefinitions?.(after, epoch)
        if (oldestMs !== undefined) onFolded?.(now() - oldestMs)
      }),
    fill: (lacking, rows) =>
      inTurn(async () => {
        const definitions = declaredAt(committed ?? new Map(), lacking)
        if (!definitions) return false
        const writes = await fillRows(store, lacking, rows, compile(definitions))
        await commitRows(store, writes, { epoch, offset: applied }, options)
        return true
      }),
    complete: ({ site, place }) =>
      inTurn(async () => {
        const before = committed ?? new Map()
        const definitions = declaredAt(before, { site, place })
        if (!definitions) return
        const changes = new Map([[site, withFilled(definitions, place)]])
        await store.commit([], { epoch, offset: applied, definitions: changes })
        committed = new Map([...before, ...changes])
        onDefinitions?.(committed, epoch)
      }),
    onLoss(listener) {
      store.onLoss?.(() => {
        losses++
        listener()
      })
    },
  }
}
