import { spawn } from 'node:child_process'
import type { Outcome } from './fuzz.ts'
import { startFuzzService } from './service.ts'

/** Checks of each answer; what a body must not be is tested with the routes, since unknown fields are ignored. */
const CHECKS =
  'not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,unsupported_method'

/** Of the admin listener, whose address is another one. */
const NOT_PUBLIC = '^/(metrics|v1/log)$'

/** Path of the program and its time. */
export interface SchemathesisOptions {
  program: string
  seconds: number
  seed: number
}

function lines(program: string, args: readonly string[]): Promise<{ text: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk) => (text += String(chunk)))
    child.on('error', reject)
    child.on('close', (code) => resolve({ text, code }))
  })
}

/** Lets Schemathesis make requests from our OpenAPI description, and compare the answers with it. */
export async function runSchemathesis({ program, seconds, seed }: SchemathesisOptions): Promise<Outcome> {
  const { url, serverKey, close } = await startFuzzService()
  const options = [
    '--checks',
    CHECKS,
    '--max-time',
    String(Math.ceil(seconds)),
    '--seed',
    String(seed),
    '--continue-on-failure',
    '--auth',
    `${serverKey}:`,
    '--no-color',
    '--exclude-path-regex',
    NOT_PUBLIC,
  ]
  const { text, code } = await lines(program, ['run', `${url}/v1/openapi.json`, ...options])
  await close()
  const inputs = Number(/(\d+) generated/.exec(text)?.[1] ?? 0)
  const failures = code === 0 ? [] : [{ target: 'schemathesis', path: `${url}/v1/openapi.json`, seed, message: text }]
  return { target: 'schemathesis', inputs, failures }
}
