import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** Requests that a generator sends, and their rate. */
export interface LoadOptions {
  port: number
  /** Whole HTTP requests, sent in turn. */
  requests: string[]
  /** Connections, each with one request at a time. */
  connections: number
  /** Requests a second, sent on time whatever becomes of them; undefined sends as fast as answers come. */
  ratePerS?: number
  /** Time before anything is counted, in ms. */
  warmUpMs: number
  measureMs: number
  /** A server on which the generator practises before: its own first second must not be measured. */
  practicePort?: number
}

/** Results of a generator. Latencies count from the instant at which a request was due, in ms. */
export interface LoadReport {
  /** Answers by status; 0 for a connection that broke. */
  statuses: { [status: string]: number }
  /** Requests that had no answer 30 s after the end. */
  unanswered: number
  /** Answers a second. */
  ratePerS: number
  p50Ms: number
  p99Ms: number
  p999Ms: number
  maxMs: number
  /** Share of the time in which the machine gave the generator's probe no time, in percent. */
  stalledPct: number
}

/** Runs a generator in its own process. */
export async function load(options: LoadOptions): Promise<LoadReport> {
  const file = fileURLToPath(new URL('generator.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', file], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(options))
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  if (code !== 0) throw new Error(`the load generator ended with code ${String(code)}`)
  return JSON.parse(output) as LoadReport
}
