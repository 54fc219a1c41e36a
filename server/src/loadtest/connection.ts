import { connect, type Socket } from 'node:net'

/** Answer to a request. */
export interface Answer {
  /** 0 when the connection broke. */
  status: number
  /** Each character one byte. */
  body: string
}

/** One kept-alive connection that carries one request at a time. */
export interface Connection {
  /** Sends a whole request as bytes. Never rejects. */
  send(request: string): Promise<Answer>
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
  let finish: ((answer: Answer) => void) | undefined
  let heard = ''

  function deliver(answer: Answer): void {
    const done = finish
    finish = undefined
    heard = ''
    done?.(answer)
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
      deliver({ status: Number(answer.slice(9, 12)), body: answer.slice(answer.indexOf('\r\n\r\n') + 4) })
    })
    const lost = (): void => {
      if (socket !== opened) return
      socket = undefined
      deliver({ status: 0, body: '' })
    }
    opened.on('error', lost)
    opened.on('close', lost)
    return opened
  }

  return {
    send(request) {
      return new Promise((resolve) => {
        finish = resolve
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
