import { watchGaps } from '../../../../lab/load/gaps.ts'
import { createService } from '../../../src/service/service.ts'
import type { ServiceConfig } from '../../../src/settings/settings.ts'

/**
 * A service in a process of its own, so that its event loop is nobody else's. Says where it listens; told to end, it folds
 * all that it has taken in, and says when its event loop did not turn and what it has logged as an error.
 */
const lines: string[] = []
const logStream = { write: (line: string) => void (line.includes('"level":50') && lines.push(line)) }
const endWatch = watchGaps()
const service = await createService(JSON.parse(process.argv[2] as string) as ServiceConfig, { logStream })
const { url } = await service.listen()
process.once('message', () => {
  const gaps = endWatch()
  void service.caughtUp().then(async () => {
    await service.close()
    process.send?.({ gaps, lines }, () => process.disconnect())
  })
})
process.send?.({ url })
