import { join } from 'node:path'
import { compileRegex } from '../catalog/regex.ts'
import { type Backfill, startBackfill } from '../consumers/backfill/backfill.ts'
import { type Consumer, startConsumer } from '../consumers/consumer.ts'
import { createFeaturePublisher, type DefinitionsOfLog } from '../consumers/profiles/feature-publisher.ts'
import { createProfileProjection } from '../consumers/profiles/profile-projection.ts'
import { createPlanPublisher } from '../consumers/report/plan-publisher.ts'
import { createReportProjection, type ReportProjection } from '../consumers/report/report-projection.ts'
import { createTimelines, type Timelines } from '../consumers/tv/timelines.ts'
import { createTvProjection, type TvProjection } from '../consumers/tv/tv-projection.ts'
import type { WrittenProfile } from '../decide/read/assumed.ts'
import { serveAirings } from '../forwarding/serve-airings.ts'
import { peerKey } from '../identity/key.ts'
import { readSecret } from '../identity/secret.ts'
import { encodeRecord } from '../ingest/record.ts'
import { sinkOf, whileThereIsRoom } from '../ingest/sink.ts'
import { keepChunks } from '../snippet/kept-chunks.ts'
import type { LmdbStore } from '../stores/lmdb/lmdb.ts'
import { openSoundLmdbStore } from '../stores/lmdb/lmdb-sound.ts'
import { notifyOnCommit } from '../stores/notify-on-commit.ts'
import type { ProfileStore } from '../stores/store.ts'
import { readLogId } from '../streams/file-log/log-id.ts'
import { openSegments } from '../streams/file-log/segments.ts'
import type { EventLog, LogRecord } from '../streams/log.ts'
import { createBackfilling } from './backfilling.ts'
import { closeModes } from './close-modes.ts'
import type { Assembly, ServiceCore } from './core.ts'
import { claimDataDirectory } from './data-directory.ts'
import { watchDisk } from './disk-space.ts'
import { createFolding } from './folding.ts'
import { startHeartbeat } from './heartbeat.ts'
import { openRemoteStore } from './open-remote-store.ts'
import { createProfileReading } from './profile-reading.ts'
import { startRetention } from './retention.ts'

/** Bytes of the log that may wait while a cluster is away: hours of a busy site's events. A disk that fills up refuses earlier. */
const MAX_OUTAGE_BYTES = 8_589_934_592

/** Contents of the data directory, or their replacement. */
interface OwnData {
  secret: string
  log: EventLog
  store: ProfileStore
  /** The store, where it is on this machine and the service's own. */
  local: LmdbStore | undefined
  /** Tells this log from others. */
  logId: string
}

async function claim({ settings, parts, logger, tell }: ServiceCore): Promise<void> {
  const { dataDirectory, takeoverMs } = settings
  const onWait = (): void => logger.info('waiting for the service that has the data directory to end')
  parts.add({ close: await claimDataDirectory(dataDirectory, { waitMs: takeoverMs, onWait }) })
  const opened = await closeModes(dataDirectory)
  if (opened > 0)
    tell(`${opened} files and directories in ${dataDirectory} were open to other users, and are not any more`)
}

/**
 * Claims the data directory and opens what lies in it.
 * @throws ConfigError when another service has the directory.
 */
async function openOwnData(core: ServiceCore, snapshot: () => LogRecord[]): Promise<OwnData> {
  const { settings, given, parts, logger, now } = core
  const { dataDirectory, store: address } = settings
  await claim(core)
  const secret = settings.secret ?? (await readSecret(dataDirectory))
  const directory = join(dataDirectory, 'log')
  const tell = (message: string): void => logger.error(message)
  const isLocal = address === undefined && !given.store
  const local = isLocal
    ? await openSoundLmdbStore({ directory: join(dataDirectory, 'profiles'), tell, now })
    : undefined
  // A local store may have seen more than what is left of the log; a cluster compares logs by their ids.
  const minEnd = local ? (await local.resumePoint()).offset : 0
  const log = given.log ?? (await openSegments({ directory, minEnd, now, onDamage: tell, snapshot }))
  // Closed in the opposite order: what is folded at the end must still find its log.
  parts.add({ close: () => log.close() })
  const logId = given.log ? 'given' : await readLogId(directory)
  const store = given.store ?? local ?? (await openRemoteStore(core, address as string, await readLogId(directory)))
  parts.add({ close: () => store.close() })
  return { secret, log, store, local, logId }
}

/** Folding, and what its definitions of features are. */
interface Folding {
  consumer: Consumer
  airings: TvProjection
  timelines: Timelines
  backfill: Backfill
  reports: ReportProjection
  inForce: () => DefinitionsOfLog
}

function startFolding(
  { counts, report, tell, now, settings, nextTurn }: ServiceCore,
  log: EventLog,
  store: ProfileStore,
  {
    isLow,
    logId,
    onDefinitions = () => undefined,
  }: Pick<OwnerListeners, 'onDefinitions'> & { isLow: () => boolean; logId: string },
): Folding {
  let inForce: DefinitionsOfLog = { definitions: new Map(), epoch: 0 }
  /** False while what is folded may be far behind: definitions that are read from the store may not be the last. */
  let isReady = false
  const callbacks = { onProblem: report, onPassedOver: counts.passedOver }
  const profiles = createProfileProjection({
    log,
    store,
    onFolded: counts.folded,
    onDefinitions(definitions, epoch) {
      inForce = { definitions, epoch }
      onDefinitions()
      if (isReady) backfill.look()
    },
    compileRegex,
    now,
    ...callbacks,
  })
  const directory = join(settings.dataDirectory, 'backfill')
  const filling = { log, profiles, inForce: () => inForce, directory, compileRegex, tell, isLow }
  const backfill = startBackfill({ ...filling, ...callbacks })
  const outage = store.regions ? { maxFailingBytes: MAX_OUTAGE_BYTES } : {}
  const timelines = createTimelines({ now, onProblem: report })
  const airings = createTvProjection({
    ...{ log, timelines, now },
    onProblem: report,
    logId,
    path: join(settings.dataDirectory, 'airings'),
  })
  const reports = createReportProjection({
    ...{ log, logId, compileRegex, now, directory: join(settings.dataDirectory, 'reports') },
    ...callbacks,
  })
  const consumer = startConsumer({ log, projections: [profiles, airings, reports], nextTurn, ...callbacks, ...outage })
  void consumer.caughtUp().then(() => (isReady = true))
  return { consumer, airings, timelines, backfill, reports, inForce: () => inForce }
}

/** Called with each profile that has been written. */
export type OnWritten = (site: string, id: string, profile: WrittenProfile | undefined) => void

/** Called with changes that other processes of the service have to hear of. */
export interface OwnerListeners {
  onWritten?: OnWritten
  /** Called when the definitions of features have changed. */
  onDefinitions?: () => void
}

/** The service that owns the log: it keeps events on its disk, and folds them into profiles. */
export async function assembleOwner(core: ServiceCore, listeners: OwnerListeners = {}): Promise<Assembly> {
  const { settings, given, parts, report, tell, now, chunks: current } = core
  let snapshot = (): LogRecord[] => []
  const { secret, log, store, local, logId } = await openOwnData(core, () => snapshot())
  const { profiles } = parts.add(createProfileReading(core, store))
  const disk = parts.add(await watchDisk({ ...settings, readSpace: given.readSpace, tell }))
  const written = notifyOnCommit(store, (site, id, profile) => {
    profiles.forget(site, id, profile)
    listeners.onWritten?.(site, id, profile)
  })
  const folding = startFolding(core, log, written, { ...listeners, isLow: disk.isLow, logId })
  const { consumer, backfill, reports, inForce, timelines } = folding
  parts.add({ warm: folding.airings.known, close: folding.airings.close })
  parts.add({ close: reports.close })
  parts.add(createFolding(consumer))
  parts.add(createBackfilling(backfill, consumer.caughtUp()))
  parts.add({ close: startHeartbeat(store, consumer.isFenced, report) })
  const retention = startRetention({
    ...settings,
    log,
    ending: [
      ...(local ? [{ name: 'profiles', removeEnded: local.removeEnded }] : []),
      { name: 'rows of reports', removeEnded: reports.removeEnded },
    ],
    isFolded: () => consumer.pendingBytes() === 0,
    resumesAt: consumer.resumesAt,
    now,
    tell,
    onProblem: report,
  })
  parts.add({ close: retention.stop })
  void consumer.caughtUp().then(retention.look)
  const sink = sinkOf(log)
  const caughtUp = consumer.caughtUp()
  const { publish, ...publisher } = createFeaturePublisher({ sink, caughtUp, inForce, now, onProblem: report })
  const plans = createPlanPublisher({
    ...{ sink, now, ready: reports.ready, onProblem: report },
    inForce: (site) => reports.plansOf(site)?.latest?.plan,
  })
  snapshot = () => [...publisher.snapshot(), ...plans.snapshot()].map(encodeRecord)
  parts.add({ close: publisher.stop })
  parts.add({ close: plans.stop })
  const eventSink = whileThereIsRoom(sink, disk.isLow)
  const directory = join(settings.dataDirectory, 'chunks')
  const chunks = await keepChunks({ directory, current, now, onProblem: report })
  const sender = serveAirings({ timelines, known: folding.airings.known, now })
  parts.add(sender)
  const intake = { key: peerKey(secret), sink: eventSink, isBehind: consumer.isBehind, airings: sender }
  return {
    ...{ secret, store, profiles, sink, eventSink, consumer, intake, timelines },
    findChunk: (name) => chunks.get(name),
    readDefinitions: () => inForce().definitions,
    readTallies: reports.tallies,
    declare({ name, features, plan }) {
      publish(name, features)
      plans.publish(name, plan)
    },
  }
}
