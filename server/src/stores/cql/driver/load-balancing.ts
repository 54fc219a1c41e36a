import cassandra from 'cassandra-driver'
import type { SilentHosts } from './silent-hosts.ts'

const { errors, policies, tracker, types } = cassandra

type Plan = Parameters<cassandra.policies.loadBalancing.LoadBalancingPolicy['newQueryPlan']>

/** Asks the replicas of a row in one data centre, those that do not answer last. */
class ReplicasThatAnswer extends policies.loadBalancing.TokenAwarePolicy {
  readonly #silentHosts: SilentHosts

  constructor(dataCentre: string, silentHosts: SilentHosts) {
    super(new policies.loadBalancing.DCAwareRoundRobinPolicy(dataCentre))
    this.#silentHosts = silentHosts
  }

  override newQueryPlan(...[keyspace, options, callback]: Plan): void {
    // Whoever waits for one replica has a deadline of its own; a quorum would wait for seconds.
    const mayTry = (options as Plan[1] | null)?.getConsistency() === types.consistencies.localOne
    super.newQueryPlan(keyspace, options, (error, plan) =>
      callback(error, error ? plan : this.#silentHosts.inOrder(plan, mayTry)),
    )
  }
}

/** Hears of every answer. The driver takes an instance of its own class only, and its types know none but this one. */
class AnswerWatch extends tracker.RequestLogger {
  readonly #silentHosts: SilentHosts

  constructor(silentHosts: SilentHosts) {
    super({})
    this.#silentHosts = silentHosts
  }

  override onSuccess({ address }: cassandra.Host): void {
    this.#silentHosts.answered(address)
  }

  override onError(...[{ address }, , , , , error]: Parameters<cassandra.tracker.RequestTracker['onError']>): void {
    if (error instanceof errors.OperationTimedOutError) this.#silentHosts.silent(address)
    else if (error instanceof errors.ResponseError) this.#silentHosts.answered(address)
  }
}

/** The driver's options by which it avoids hosts that do not answer. */
export function avoidSilentHosts(dataCentre: string, silentHosts: SilentHosts) {
  return {
    requestTracker: new AnswerWatch(silentHosts),
    loadBalancing: new ReplicasThatAnswer(dataCentre, silentHosts),
  }
}
