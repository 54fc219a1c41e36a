import { beforeAll } from 'vitest'
import { testStore } from '../store-contract.ts'
import { migrateTests, openTestStore } from './open-store.ts'

beforeAll(migrateTests)

testStore('cql', openTestStore)
