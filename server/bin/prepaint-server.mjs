#!/usr/bin/env node
const [major] = process.versions.node.split('.')
if (Number(major) < 22) {
  process.stderr.write(`prepaint-server: Node.js 22 or later is needed, this is ${process.versions.node}\n`)
  process.exit(2)
}
// Imported only now: an older Node fails at what is in it.
const { main } = await import('../dist/cli/main.js')

process.exitCode = await main(process.argv.slice(2))
