export { createRandom } from '../server/src/loadtest/random.ts'
