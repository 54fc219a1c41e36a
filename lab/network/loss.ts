import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { nftProgram } from '../../scripts/nft.mjs'
import { createLossyProxy } from './lossy-proxy.ts'

/** Packets that get lost between servers at addresses of one network, 127.0.<network>.0/24, and their clients. */
export interface Loss {
  /** Returns the address at which clients must reach a server for it. */
  addressOf(server: string): string
  /** From now on this share of the packets is lost, in percent. */
  begin(percent: number): Promise<void>
  end(): Promise<void>
  close(): Promise<void>
}

/** Addresses and port of the servers. */
export interface LossOptions {
  network: number
  port: number
}

/** The kernel drops packets, as a network does. */
function byKernel(program: string, { network, port }: LossOptions): Loss {
  const table = `inet prepaint_${network}`
  const hosts = `127.0.${network}.0/24`
  const ways = [`ip daddr ${hosts} tcp dport ${port}`, `ip saddr ${hosts} tcp sport ${port}`]
  let filter: ChildProcessByStdio<Writable, Readable, null> | undefined

  /** The table as the kernel has it, with what it has dropped. */
  async function listTable({ stdin, stdout }: NonNullable<typeof filter>): Promise<string> {
    stdin.write(`list table ${table}\n`)
    let text = ''
    while (!text.endsWith('}\n')) text += String((await once(stdout, 'data'))[0])
    return text
  }

  async function end(): Promise<void> {
    if (!filter) return
    const ending = filter
    filter = undefined
    const dropped = [...(await listTable(ending)).matchAll(/packets (\d+)/g)].map(([, count]) => Number(count))
    ending.stdin.end()
    await once(ending, 'exit')
    if (dropped.length < ways.length || dropped.includes(0))
      throw new Error(`packets were to be lost, and were not: ${dropped.join(', ')}`)
  }

  return {
    addressOf: (server) => server,
    async begin(percent) {
      // The kernel removes the table when its owner ends, however that may be (nft(8), flag `owner`).
      filter = spawn(program, ['-i'], { stdio: ['pipe', 'pipe', 'inherit'] })
      filter.stdin.write(`add table ${table} { flags owner; }\n`)
      filter.stdin.write(`add chain ${table} input { type filter hook input priority 0; }\n`)
      for (const way of ways)
        filter.stdin.write(`add rule ${table} input ${way} numgen random mod 100 < ${percent} counter drop\n`)
      await listTable(filter)
    },
    end,
    close: end,
  }
}

/** A proxy before each server holds up what would have been lost, until TCP would have sent it again. */
function byProxy({ port }: LossOptions): Loss {
  const proxies = new Map<string, ReturnType<typeof createLossyProxy>>()
  const all = () => Promise.all(proxies.values())
  async function lose(percent: number): Promise<void> {
    for (const proxy of await all()) proxy.lose(percent)
  }
  return {
    addressOf(server) {
      const host = server.replace(/\d+$/, (number) => String(100 + Number(number)))
      if (!proxies.has(server)) proxies.set(server, createLossyProxy({ host, target: server, port }))
      return host
    },
    begin: lose,
    end: () => lose(0),
    async close() {
      await Promise.all((await all()).map((proxy) => proxy.close()))
    },
  }
}

/** A way to lose packets: by the kernel's filter where that is permitted. */
export function createLoss(options: LossOptions): Loss {
  const program = nftProgram()
  return program === undefined ? byProxy(options) : byKernel(program, options)
}
