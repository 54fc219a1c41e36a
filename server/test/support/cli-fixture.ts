import { main } from '../../src/cli/main.ts'

/** The program from its sources, as `bin/prepaint-server.mjs` is the built one. */
process.exitCode = await main(process.argv.slice(2))
