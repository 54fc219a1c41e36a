/** Bounds of how many streams are open. */
export interface AdmissionOptions {
  /** Most streams. */
  most: number
  /** Most streams of one network. */
  mostOfNetwork: number
}

/** Counts open streams, and says who may open one more. */
export interface Admission {
  /** Takes one more in; false if there is no room. A network is undefined where everybody comes from one place. */
  enter(network: string | undefined): boolean
  /** Lets one go that was taken in. */
  leave(network: string | undefined): void
  /** Number of those that are open. */
  readonly count: number
}

/** Begins without any. */
export function createAdmission({ most, mostOfNetwork }: AdmissionOptions): Admission {
  const byNetwork = new Map<string, number>()
  let count = 0
  return {
    enter(network) {
      const ofNetwork = network === undefined ? 0 : (byNetwork.get(network) ?? 0)
      if (count >= most || ofNetwork >= mostOfNetwork) return false
      count++
      if (network !== undefined) byNetwork.set(network, ofNetwork + 1)
      return true
    },
    leave(network) {
      count--
      if (network === undefined) return
      const ofNetwork = (byNetwork.get(network) ?? 1) - 1
      if (ofNetwork > 0) byNetwork.set(network, ofNetwork)
      else byNetwork.delete(network)
    },
    get count() {
      return count
    },
  }
}
