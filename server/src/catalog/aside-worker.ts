// The thread in which a changed catalog is read; `aside.ts` starts it.
import { constants, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import type { AsideRequest, AsideResponse } from './aside.ts'
import { decodeCatalog } from './decode.ts'
import { pack } from './packed.ts'
import { prepareCatalog, versionOf } from './prepare.ts'
import { CatalogError } from './problem.ts'

function answer({ bytes, file, assignments, version }: AsideRequest): AsideResponse {
  const decoded = decodeCatalog(bytes)
  if ('message' in decoded) return { problems: [{ file, ...decoded }] }
  if (versionOf(decoded.text) === version) return {}
  try {
    return { packed: pack(prepareCatalog(decoded.text, file, assignments).prepared) }
  } catch (error) {
    if (error instanceof CatalogError) return { problems: error.problems }
    throw error
  }
}

// A thread of Linux has a niceness of its own (setpriority(2), NOTES): decisions on the main thread go first. Elsewhere it would be the process's.
// Not the lowest, which gets 1 % of a core that somebody else uses, too, and would keep a busy service from ever having a new catalog; this gets 10 %.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL)

parentPort?.on('message', (request: AsideRequest) => parentPort?.postMessage(answer(request)))
