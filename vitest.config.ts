import { defineConfig } from 'vitest/config'
import { guardChildren } from './scripts/guard.mjs'

// Also where vitest is run by itself: a runner that is killed leaves no nodes, services and browsers behind.
guardChildren()

/** One file at a time: they measure, and a browser wants the whole machine. */
const inBrowsers = { testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false }

/** One file at a time: three nodes want the whole machine. */
const onNodes = { testTimeout: 60_000, hookTimeout: 120_000, fileParallelism: false }

/** One cluster for all files: it takes longer to start than most of them to run. */
const onOneCluster = { ...onNodes, globalSetup: 'server/test/cql/cluster-setup.ts' }

/** Unit tests run against the sources; `browser`, `examples` and `dist` need `npm run build` first, which `npm test` does. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    projects: [
      { extends: true, test: { name: 'shared', include: ['test/shared/**/*.test.ts'] } },
      { extends: true, test: { name: 'node', include: ['test/node/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'server',
          include: ['server/test/**/*.test.ts'],
          exclude: ['server/test/cql/**'],
          testTimeout: 30_000,
        },
      },
      // Against three real Cassandra nodes, which it starts.
      { extends: true, test: { name: 'cql', include: ['server/test/cql/*.test.ts'], ...onOneCluster } },
      // Each file with nodes of its own, which it kills and starts again.
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['server/test/cql/{faults,regions,drills}/*.test.ts'],
          ...onNodes,
          testTimeout: 180_000,
        },
      },
      { extends: true, test: { name: 'dist', include: ['test/dist/**/*.test.ts'], testTimeout: 60_000 } },
      // The tag in real browsers, on the build that PREPAINT_BUILD names.
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...inBrowsers } },
      // What these prove is the same for every build.
      { extends: true, test: { name: 'lab', include: ['test/lab/**/*.test.ts'], ...inBrowsers } },
      { extends: true, test: { name: 'examples', include: ['test/{demo,examples}/**/*.test.ts'], ...inBrowsers } },
    ],
  },
})
