import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSession } from '../../../../src/stores/cql/driver/session.ts'
import { temporaryDirectory } from '../../../support/start-service.ts'

/** Listens as a cluster that does with each connection what the test says; resolves with its port. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer(onConnection)
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as { port: number }).port
}

const open = (port: number, more: { isTls?: boolean; caFile?: string } = {}) =>
  openSession({
    address: { contactPoints: ['127.0.0.1'], port, keyspace: 'k', isTls: more.isTls ?? false },
    dataCentre: 'dc1',
    credentials: more.caFile === undefined ? {} : { caFile: more.caFile },
  })

test('a file of authorities that is not there is told before anything is asked', async () => {
  let connections = 0
  const port = await listen(() => void connections++)
  const caFile = join(await temporaryDirectory(), 'ca.pem')
  await expect(open(port, { isTls: true, caFile })).rejects.toMatchObject({ name: 'ClusterError', code: 'ca_file' })
  expect(connections).toBe(0)
})

test('a host that ends each connection may speak TLS only, and one that answers TLS in clear speaks none', async () => {
  const ending = await listen((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.resetAndDestroy())
  })
  await expect(open(ending)).rejects.toMatchObject({
    code: 'tls',
    message: expect.stringContaining('say tls=true') as string,
  })
  const clear = await listen((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  })
  await expect(open(clear, { isTls: true })).rejects.toMatchObject({
    code: 'tls',
    message: expect.stringContaining('take tls=true out') as string,
  })
})

test("a port at which nobody listens is the driver's own error, and leaves nothing open", async () => {
  const server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  await expect(open(port)).rejects.toMatchObject({ name: 'NoHostAvailableError' })
})
