import { safely } from './safely.ts'

/**
 * Leaves a User Timing mark, such as `pp:shown:hero` or `pp:fallback:timeout`: visible in
 * every browser's profiler and to the page's own monitoring.
 */
export const mark = safely((name: string) => {
  performance.mark('pp:' + name)
})
