import { connect, createServer, type Socket } from 'node:net'
import { createDelayLine } from './delay-line.ts'
import { listen, type Listening } from './listen.ts'

/**
 * Cost of a lost packet to a connection on one machine, in ms: Linux sends again after 200 ms at the earliest
 * (TCP_RTO_MIN).
 */
const SENT_AGAIN_MS = 200

/** Loss between clients and a server. */
export interface LossyProxyOptions {
  /** Address on which it listens, at the server's own port. */
  host: string
  /** Address of the server. */
  target: string
  port: number
  /** 0 to 1. Default `Math.random`. */
  random?: () => number
}

/** A TCP proxy that can behave as if packets were lost. */
export interface LossyProxy extends Listening {
  /** Holds up this share of all pieces, in percent; what comes behind them waits too, as TCP keeps the order. */
  lose(percent: number): void
}

/** Begins to listen; it loses nothing yet. */
export async function createLossyProxy({
  host,
  target,
  port,
  random = Math.random,
}: LossyProxyOptions): Promise<LossyProxy> {
  let share = 0

  function carry(from: Socket, to: Socket): void {
    const line = createDelayLine()
    from.on('data', (piece: Buffer) => {
      line.put(performance.now() + (random() < share ? SENT_AGAIN_MS : 0), () => void to.write(piece))
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      line.stop()
      to.destroy()
    })
  }

  const server = createServer({ noDelay: true }, (client) => {
    const opened = connect({ host: target, port, noDelay: true })
    carry(client, opened)
    carry(opened, client)
  })
  return {
    ...(await listen(server, port, host)),
    lose(percent) {
      share = percent / 100
    },
  }
}
