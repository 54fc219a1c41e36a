import { parseCqlAddress } from '../../src/stores/cql/address.ts'
import { openCqlStore } from '../../src/stores/cql/cql.ts'
import { openSegments } from '../../src/streams/file-log/segments.ts'
import { foldLog } from '../support/fold-log.ts'

/**
 * A writer that stops itself between reading its bases and writing its first rows, as a machine does that is suspended;
 * once it goes on, it writes what it had in hand and ends.
 */
const [address = '', logId = '', directory = ''] = process.argv.slice(2)
const onProblem = (problem: string, cause?: unknown): void =>
  void process.stderr.write(`${problem}: ${String(cause)}\n`)
const store = openCqlStore({ address: parseCqlAddress(address), credentials: {}, logId, now: Date.now, onProblem })
await store.opened()
const log = await openSegments({ directory })
const consumer = foldLog({
  log,
  onProblem,
  store: {
    ...store,
    async commit(writes, progress) {
      process.stdout.write('stopped\n')
      process.kill(process.pid, 'SIGSTOP')
      await store.commit(writes, progress)
    },
  },
})
await consumer.caughtUp()
process.stdout.write('written\n')
await consumer.stop()
await store.close()
