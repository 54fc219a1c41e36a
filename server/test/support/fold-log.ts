import { type Consumer, type ConsumerOptions, startConsumer } from '../../src/consumers/consumer.ts'
import {
  createProfileProjection,
  type ProfileProjectionOptions,
} from '../../src/consumers/profiles/profile-projection.ts'

/** Folds a log into the profiles of a store, as the service that owns it does. */
export function foldLog(options: ProfileProjectionOptions & Omit<ConsumerOptions, 'projections'>): Consumer {
  return startConsumer({ ...options, projections: [createProfileProjection(options)] })
}
