import type { LogStream } from '../http/app/app.ts'

interface LogLine {
  level: number
  time: number
  msg?: string
  method?: string
  route?: string
  status?: number
  ms?: number
  site?: string
  err?: { message: string }
}

/** Pino's number for errors. */
const ERROR_LEVEL = 50

function format({ level, time, msg, method, route, status, ms, site, err }: LogLine): string {
  const clock = new Date(time).toTimeString().slice(0, 8)
  if (method !== undefined) return `${clock} ${status} ${method} ${route} ${ms} ms ${site ?? ''}`
  return `${clock} ${level >= ERROR_LEVEL ? 'ERROR ' : ''}${msg ?? ''}${err ? `: ${err.message}` : ''}`
}

/** Turns JSON log lines into lines for people. */
export function readableLog(out: { write(text: string): unknown }): LogStream {
  return {
    write(line) {
      out.write(`${format(JSON.parse(line) as LogLine).trimEnd()}\n`)
    },
  }
}
