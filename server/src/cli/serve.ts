import type { LogStream } from '../http/app/app.ts'
import { givenSocket } from '../service/listen.ts'
import { createService } from '../service/service.ts'
import { countWorkers, openSupervisor } from '../service/workers/supervisor.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import type { ServiceConfig } from '../settings/settings.ts'
import type { CommandIo } from './command.ts'

/** Runs a service until the process is asked to end. `onListening` is told its addresses. */
export async function serve(
  config: ServiceConfig,
  { ended, env }: CommandIo,
  logStream: LogStream,
  onListening: (url: string, adminUrl: string) => void,
): Promise<void> {
  const given = { logStream, socketFd: givenSocket(env, process.pid) }
  const isOne = countWorkers(resolveSettings(config).workers) === 1
  const service = isOne ? await createService(config, given) : await openSupervisor(config, given)
  try {
    const { url } = await service.listen()
    onListening(url, service.adminAddress?.url ?? '')
    await ended
  } finally {
    await service.close()
  }
}
