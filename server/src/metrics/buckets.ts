/** Counts of values by the bucket in which each lay, and by a label. */
export interface Buckets {
  add(values: readonly string[], value: number): void
  entries(): [values: readonly string[], bucket: Bucket][]
}

/** Counts of one set of labels. */
export interface Bucket {
  /** By the bounds' places; the last one is for what lies beyond all of them. */
  readonly counts: number[]
  sum: number
  count: number
}

/** Makes empty buckets with these upper bounds, of one label at most; the metrics library's own take 0.5 to 1 µs a value, these 0.04 (Node 24). */
export function createBuckets(bounds: readonly number[]): Buckets {
  const buckets = new Map<string, Bucket>()
  return {
    add([label = ''], value) {
      let bucket = buckets.get(label)
      if (!bucket) buckets.set(label, (bucket = { counts: Array<number>(bounds.length + 1).fill(0), sum: 0, count: 0 }))
      let place = 0
      while (place < bounds.length && value > (bounds[place] as number)) place++
      bucket.counts[place] = (bucket.counts[place] as number) + 1
      bucket.sum += value
      bucket.count++
    },
    entries: () => [...buckets].map(([label, bucket]) => [[label], bucket]),
  }
}
