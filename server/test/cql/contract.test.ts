import { beforeAll } from 'vitest'
import { testStore } from '../support/store-contract.ts'
import { migrateTests, openTestStore } from './open-store.ts'

beforeAll(migrateTests)

testStore('cql', openTestStore)
