import { defineConfig } from 'vitest/config'

/**
 * The tests that mutants have to pass: examples of the engine and of the identities, none of which starts a service.
 * Properties and statistics stay out: they take seconds for each mutant, and random inputs give every run another score.
 */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    // A machine under load is no mutant that was noticed.
    testTimeout: 30_000,
    include: [
      'test/shared/engine/**/*.test.ts',
      'server/test/identity/**/*.test.ts',
      'server/test/http/gate/page-context.test.ts',
      'server/test/ingest/{admission-queue,as-meant}.test.ts',
    ],
    exclude: ['test/shared/engine/{properties,sample-ratio}.test.ts', 'server/test/identity/link.test.ts'],
  },
})
