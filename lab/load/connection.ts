import { connect, type Socket } from 'node:net'

/** One kept-alive connection that carries one request at a time. */
export interface Connection {
  /** Sends a whole request as bytes; resolves with the answer's status, and 0 when the connection broke. */
  send(request: string): Promise<number>
  close(): void
}

const LENGTH = /\r\ncontent-length: (\d+)\r\n/i

/** Bytes of the answer that begins in `text`; undefined while its head is not complete. */
function lengthOf(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  return head + 4 + Number(LENGTH.exec(text.slice(0, head + 2))?.[1] ?? 0)
}

/**
 * Opens a connection when it is first needed, and again after the service has ended one. It reads answers with a
 * `Content-Length` and nothing more: a whole client would take more of the machine than the service that it measures.
 */
export function createConnection(port: number): Connection {
  let socket: Socket | undefined
  let settle: ((status: number) => void) | undefined
  let heard = ''

  function finish(status: number): void {
    const done = settle
    settle = undefined
    heard = ''
    done?.(status)
  }

  function open(): Socket {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true })
    opened.setEncoding('latin1')
    opened.on('data', (text: string) => {
      heard += text
      const length = lengthOf(heard)
      if (length === undefined || heard.length < length) return
      const answer = heard
      if (/\r\nconnection: close\r\n/i.test(answer)) socket = undefined
      finish(Number(answer.slice(9, 12)))
    })
    const lost = (): void => {
      if (socket !== opened) return
      socket = undefined
      finish(0)
    }
    opened.on('error', lost)
    opened.on('close', lost)
    return opened
  }

  return {
    send(request) {
      return new Promise((resolve) => {
        settle = resolve
        socket ??= open()
        socket.write(request, 'latin1')
      })
    },
    close() {
      const closing = socket
      socket = undefined
      closing?.destroy()
    },
  }
}
