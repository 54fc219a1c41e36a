import { type Answer, type Connection, createConnection } from './connection.ts'

/** Kept-alive connections to one port of this machine. */
export interface Pool {
  /** Sends a request by the next connection that is free. Never rejects. */
  send(request: string): Promise<Answer>
  close(): void
}

/** Makes a pool; connections are opened when they are first needed. */
export function createPool(port: number, size: number): Pool {
  const all = Array.from({ length: size }, () => createConnection(port))
  const idle = [...all]
  const waiting: ((connection: Connection) => void)[] = []

  async function sendBy(connection: Connection, request: string): Promise<Answer> {
    const answer = await connection.send(request)
    const next = waiting.shift()
    if (next) next(connection)
    else idle.push(connection)
    return answer
  }

  return {
    async send(request) {
      const connection = idle.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)))
      return sendBy(connection, request)
    },
    close() {
      for (const connection of all) connection.close()
    },
  }
}
