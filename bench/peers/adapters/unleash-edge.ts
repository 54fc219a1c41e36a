import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PeerRequest } from '../peer.ts'
import type { Question, Rule } from '../rules.ts'
import { contextOf, togglesOf } from './unleash.ts'

const TOKEN = '*:development.bench'

/** Of those who fetch toggles: without one it does not start. */
const CLIENT_TOKEN = '*:development.client'

/** Prepares Unleash Edge's offline mode, which asks no server. */
export async function prepareUnleashEdge(rules: readonly Rule[], folder: string, port: number): Promise<string[]> {
  const file = join(folder, 'toggles.json')
  await writeFile(file, JSON.stringify({ version: 2, features: togglesOf(rules) }))
  const listen = ['--interface', '127.0.0.1', '--port', String(port)]
  return [...listen, 'offline', '--bootstrap-file', file, '--client-tokens', CLIENT_TOKEN, '--frontend-tokens', TOKEN]
}

/** Asks it for all toggles that are on. */
export function askUnleashEdge(question: Question): PeerRequest {
  return { path: '/api/frontend', headers: { Authorization: TOKEN }, body: { context: contextOf(question) } }
}
