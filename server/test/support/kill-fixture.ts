import { createService } from '../../src/service/service.ts'

/** A service in a process of its own, for tests that kill it. Prints its address as the first line. */
const [catalog = '', dataDirectory = ''] = process.argv.slice(2)
const logStream = { write: () => undefined }
const service = await createService({ catalogs: [catalog], dataDirectory, port: 0 }, { logStream })
const { url } = await service.listen()
process.stdout.write(`${url}\n`)
