// The thread in which a changed catalog is read; `aside.ts` starts it.
import { parentPort } from 'node:worker_threads'
import type { AsideAnswer, AsideQuestion } from './aside.ts'
import { decodeCatalog } from './decode.ts'
import { pack } from './packed.ts'
import { prepareCatalog, versionOf } from './prepare.ts'
import { CatalogError } from './problem.ts'

function answer({ bytes, file, dealt, version }: AsideQuestion): AsideAnswer {
  const decoded = decodeCatalog(bytes)
  if ('message' in decoded) return { problems: [{ file, ...decoded }] }
  if (versionOf(decoded.text) === version) return {}
  try {
    return { packed: pack(prepareCatalog(decoded.text, file, dealt).prepared) }
  } catch (error) {
    if (error instanceof CatalogError) return { problems: error.problems }
    throw error
  }
}

parentPort?.on('message', (question: AsideQuestion) => parentPort?.postMessage(answer(question)))
