import { createMergedMetrics } from '../../metrics/merged.ts'
import { createMetrics } from '../../metrics/metrics.ts'
import type { Post, PostsOptions } from './posts.ts'

/** Number of the supervisor's own metrics among those of the processes, which count from 1. */
const OWN_METRICS = 0

/** Counts what happens to processes, and makes one page of the metrics of all. */
export function createMetricsPage(posts: () => readonly Post[]): Pick<PostsOptions, 'onEnded' | 'onReplaced' | 'page'> {
  const metrics = createMetrics()
  const merged = createMergedMetrics()
  const replaced = metrics.counter('replaced_total', 'Processes of the service that ended and were replaced.', ['role'])
  const count = (): number => posts().filter(({ current }) => current.isListening).length
  metrics.gauge('processes', 'Processes of the service that take requests or events.', count)

  async function measure(post: Post): Promise<void> {
    const asked = post.current
    const snapshot = await asked.measure()
    // One that has ended meanwhile is among those that have.
    if (snapshot && post.current === asked && asked.isListening) merged.take(asked.id, snapshot)
  }

  return {
    onEnded: ({ id }) => merged.end(id),
    onReplaced: (role) => replaced([role]),
    async page() {
      await Promise.all(posts().map(measure))
      merged.take(OWN_METRICS, await metrics.snapshot())
      return merged.text()
    },
  }
}
